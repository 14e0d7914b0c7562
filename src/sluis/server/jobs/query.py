"""What parties were told, for 168 hours: the answer to `call.notifications`.

Each way to ask has an index; the condition that narrows most chooses it, and the others are
looked at row by row.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sluis.core.job import QUERIED_HOURS, Page, Question, Told
from sluis.core.moments import HOUR, SECOND, microseconds, moment
from sluis.core.problem import Problem, Reason
from sluis.storage import jobs as storage

# From the one that narrows most; those before the chosen one are not given.
DRIVERS = ("reference", "object", "subject", "event")


@dataclass(frozen=True, slots=True)
class StoredNotifications:
    """Those of one environment, whose clock is so far ahead of real time."""

    environment: str
    clock_offset_seconds: float = 0.0
    now: Callable[[], float] = time.time

    def find(
        self, recipient: str, question: Question, *, at_most: int = 1000, before: str | None = None
    ) -> Page:
        conditions = {"environment": self.environment, "organisation": recipient}
        cursor = None if before is None else place(before)
        earliest = self.earliest(question)
        latest = None if question.stored_until is None else microseconds(question.stored_until)
        rows, more = storage.told(
            conditions | asked(question), driver(question), earliest, latest, cursor, at_most
        )
        following = f"{rows[-1].stored_at}.{rows[-1].seq}" if more else None
        return Page(tuple(map(told, rows)), following)

    def known(self, question: Question) -> bool:
        if question.reference is None and question.object is None:
            raise ValueError("Whether something is known is asked by reference or by object.")
        conditions = {"environment": self.environment} | asked(question)
        earliest = self.earliest(question)
        found, _ = storage.told(conditions, driver(question), earliest, None, None, 1)
        return bool(found)

    def earliest(self, question: Question) -> int:
        """Return from when on: 168 hours ago by the environment's clock is still included."""
        now = int((self.now() + self.clock_offset_seconds) * SECOND)
        window = now - QUERIED_HOURS * HOUR
        if question.stored_from is None:
            return window
        return max(window, microseconds(question.stored_from))


def asked(question: Question) -> dict[str, str]:
    given = {name: getattr(question, name) for name in DRIVERS}
    return {name: value for name, value in given.items() if value is not None}


def driver(question: Question) -> str:
    return next((name for name in DRIVERS if getattr(question, name) is not None), "")


def place(cursor: str) -> tuple[int, int]:
    stored_at, _, seq = cursor.partition(".")
    if all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (stored_at, seq)):
        return int(stored_at), int(seq)
    raise Problem(Reason.MALFORMED, "The cursor is none that was given out.")


def told(row: Any) -> Told:
    return Told(
        row.id,
        row.organisation,
        row.reference,
        row.external_reference,
        row.type,
        row.event,
        row.subject,
        row.object,
        moment(row.stored_at),
        row.message,
    )
