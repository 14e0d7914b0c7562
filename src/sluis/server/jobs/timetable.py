"""When a push is tried again, and what its answer means: the table of Standard Webhooks.

Times are whole microseconds since 1970, real time.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from itertools import accumulate

from sluis.core.moments import HOUR, SECOND

MINUTE = 60
# Seconds from each attempt to the next; the offsets from the first are then 0, 5 s, 5 m 5 s,
# 35 m 5 s, 2 h 35 m, 7 h 35 m, 17 h 35 m, 31 h 35 m, 51 h 35 m and 75 h 35 m.
GAPS = (5, 5 * MINUTE, 30 * MINUTE, *(hours * 60 * MINUTE for hours in (2, 5, 10, 14, 20, 24)))
OFFSETS = (0, *accumulate(GAPS))
ATTEMPTS = len(OFFSETS)
JITTER = 0.2  # of each gap, either way
AGE_AT_MOST = 96 * HOUR
RETRY_AFTER_AT_MOST = 24 * HOUR
SLOWER = 60 * SECOND
BLOCKS_FOR_ATTEMPTS = 3  # that refuse this very message: then the lane goes on without it


class Verdict(Enum):
    """What an answer says of the message, and of who gave it."""

    DELIVERED = auto()
    REFUSED = auto()  # this message, for what is in it
    FAILED = auto()  # would any other message have
    OVERLOADED = auto()  # idem, and it wants to be left alone
    GONE = auto()  # nothing is to be sent here any more


def verdict(status: int | None) -> Verdict:
    """Return what the status means; None: nothing was answered."""
    if status is None or status in (408, 409, 425):
        return Verdict.FAILED
    if 200 <= status < 300:
        return Verdict.DELIVERED
    if status == 410:
        return Verdict.GONE
    if status in (429, 502, 503, 504):
        return Verdict.OVERLOADED
    return Verdict.REFUSED if 400 <= status < 500 else Verdict.FAILED


def next_at(
    attempts: int,
    created_at: int,
    now: int,
    chance: Callable[[], float],
    *,
    overloaded: bool = False,
    retry_after: int | None = None,
) -> int | None:
    """Return when to try again after so many attempts; None when it was tried often enough.

    `chance` returns a number from 0 to 1; `retry_after` is in microseconds.
    """
    if attempts >= ATTEMPTS:
        return None
    gap = GAPS[attempts - 1] * (1 + JITTER * (2 * chance() - 1)) * SECOND
    at = now + round(gap)
    if overloaded:
        asked = min(retry_after or 0, RETRY_AFTER_AT_MOST)
        at = max(at, now + max(asked, SLOWER))
    return at if at <= created_at + AGE_AT_MOST else None


def waiting_asked(header: str | None, now: int) -> int | None:
    """Return what `Retry-After` asks, in microseconds; None when it asks nothing readable."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdecimal():
        return min(int(header[:9]) * SECOND, RETRY_AFTER_AT_MOST)
    try:
        at: datetime = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):  # the last of a year like 10**19
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0, int(at.timestamp() * SECOND) - now), RETRY_AFTER_AT_MOST)
