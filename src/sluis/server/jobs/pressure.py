"""Back-pressure: while too much waits, or the disk fills, nothing more is accepted."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sluis.core.moments import SECOND
from sluis.core.problem import Problem, Reason
from sluis.server.config import Config
from sluis.storage import jobs as storage
from sluis.storage.jobs import Backlog

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    waiting_seconds: float = 60.0  # of the oldest step that is not put off
    steps: int = 100_000
    disk_share: float = 0.05
    disk_bytes: int = 1_000_000_000


def watched(config: Config) -> "Pressure":
    """Return the pressure of the platform with these settings."""
    return Pressure(None if config.database_url else config.directory)


class Pressure:
    """Looked at once a second; calls read what was found. `folder` is absent when the database
    lies elsewhere.
    """

    def __init__(
        self,
        folder: Path | None,
        bounds: Bounds = Bounds(),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self.bounds = bounds
        self.now = now
        self.because = ""

    def look(self) -> float:
        """Look at the disk and at what waits; return that as a share of what may wait."""
        backlog = storage.backlog()
        because = self.full_disk() or self.full_lanes(backlog)
        if because and not self.because:
            logger.warning("nothing more is accepted", extra={"because": because})
        elif self.because and not because:
            logger.info("accepting again")
        self.because = because
        return backlog.steps / self.bounds.steps

    def full_disk(self) -> str:
        if self.folder is None:
            return ""
        usage = shutil.disk_usage(self.folder)
        if usage.free < max(self.bounds.disk_share * usage.total, self.bounds.disk_bytes):
            return "The disk is nearly full."
        return ""

    def full_lanes(self, backlog: Backlog) -> str:
        if backlog.steps > self.bounds.steps:
            return "Too much waits to be applied."
        since = backlog.waiting_since
        if since is not None and self.now() - since / SECOND > self.bounds.waiting_seconds:
            return "What was accepted has waited too long to be applied."
        return ""

    def refusal(self) -> Problem | None:
        if not self.because:
            return None
        detail = f"{self.because} Try again later."
        return Problem(Reason.UNAVAILABLE, detail, wait_seconds=10)
