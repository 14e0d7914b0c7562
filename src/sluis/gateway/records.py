"""What is kept of each call."""

import itertools
import os
import re
import time
from collections.abc import Callable

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One call. Records are kept packed: new fields go to the end, with a default."""

    trace: str
    at: float  # seconds since 1970, real time
    environment: str
    api: str
    operation: str
    application: str | None
    organisation: str | None
    person: str | None
    status: int
    reason: str | None
    microseconds: int
    request_bytes: int
    response_bytes: int


def traces(now: Callable[[], float] = time.time) -> Callable[[], str]:
    """Return a maker of trace ids: 32 hexadecimal digits, as a W3C trace id is.

    They begin with the time in milliseconds, so that they sort by age and their index grows
    at its end; 40 random bits of this process and a counter follow.
    """
    process = int.from_bytes(os.urandom(5)) << 40
    count = itertools.count(int.from_bytes(os.urandom(4)))

    def new_trace() -> str:
        number = int(now() * 1000) << 80 | process | next(count) & 0xFFFFFFFFFF
        return number.to_bytes(16).hex()

    return new_trace


def began(trace: str) -> float | None:
    """Return when the call of this trace began, to the millisecond; None if it is no trace."""
    if re.fullmatch("[0-9a-f]{32}", trace) is None:
        return None
    return (int(trace, 16) >> 80) / 1000
