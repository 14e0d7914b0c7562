"""What the database says of a load that is over: accepted, applied, and what waited meanwhile."""

import contextlib
import sqlite3
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.wrk import Failed

DRAIN_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Course:
    """When the steps of one load were accepted and applied, in seconds since 1970."""

    accepted: Sequence[float]
    applied: Sequence[float]

    @property
    def seconds(self) -> float:
        return self.accepted[-1] - self.accepted[0]

    def applied_meanwhile(self) -> int:
        return bisect_right(self.applied, self.accepted[-1])

    def drained_after(self) -> float:
        return max(0.0, self.applied[-1] - self.accepted[-1])

    def waiting(self, share: float) -> int:
        """Return how many steps waited after that share of the load."""
        at = self.accepted[0] + share * self.seconds
        return bisect_right(self.accepted, at) - bisect_right(self.applied, at)


def course(home: Path, prefix: str) -> Course:
    """Wait until the containers of a load are applied. Raises `Failed` unless each is, once."""
    until = time.monotonic() + DRAIN_SECONDS
    while waits(home):
        if time.monotonic() > until:
            raise Failed(f"{waits(home)} steps still wait after {DRAIN_SECONDS} s.")
        time.sleep(0.5)
    rows = asked(
        home,
        "SELECT r.received_at, s.applied_at, s.incident, l.applied_seq FROM server_lane l"
        " JOIN server_acceptedstep s ON s.lane = l.id"
        " JOIN server_acceptedrequest r ON r.reference = s.reference WHERE l.key LIKE ?",
        f"% {prefix}%",
    )
    if any(incident or seq != 1 for _, _, incident, seq in rows):
        raise Failed("Steps were set aside, or came twice.")
    accepted = sorted(row[0] / 1e6 for row in rows)
    return Course(accepted, sorted(row[1] / 1e6 for row in rows))


def waits(home: Path) -> int:
    ((count,),) = asked(home, "SELECT count(*) FROM server_lane WHERE waiting_since IS NOT NULL")
    return int(count)


def asked(home: Path, sql: str, *values: object) -> list[tuple[int, ...]]:
    with contextlib.closing(sqlite3.connect(home / "sluis.sqlite3", timeout=30)) as database:
        return database.execute(sql, values).fetchall()
