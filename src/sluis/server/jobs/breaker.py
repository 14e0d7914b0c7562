"""A breaker per channel: who answers nothing good for a while is left alone for a while.

Pure; seconds of any clock that only goes forward.
"""

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 300.0
ATTEMPTS_AT_LEAST = 10
SHARE_FAILING = 0.7
PAUSE_SECONDS = 30.0
PAUSE_SECONDS_AT_MOST = 900.0


@dataclass(slots=True)
class Breaker:
    outcomes: deque[tuple[float, bool]] = field(default_factory=deque)
    failing: int = 0  # of these: counted along, a busy channel has a hundred thousand
    open_until: float | None = None  # absent while it is closed
    pause: float = PAUSE_SECONDS
    probing: bool = False

    def lets_through(self, now: float) -> int | None:
        """Return how many attempts may begin: 0, 1 as a probe, or None for any number."""
        if self.open_until is None:
            return None
        if self.probing or now < self.open_until:
            return 0
        return 1

    def begin(self, now: float) -> None:
        """Note that an attempt begins."""
        if self.open_until is not None:
            self.probing = True

    def forget(self) -> None:
        """Note that an attempt ended and says nothing of the receiver."""
        self.probing = False

    def note(self, now: float, *, good: bool) -> None:
        if self.open_until is not None:
            if good:
                self.close()
            elif self.probing:
                self.probing = False
                self.pause = min(2 * self.pause, PAUSE_SECONDS_AT_MOST)
                self.open_until = now + self.pause
            return  # of attempts that were under way when it opened only a good one counts
        self.outcomes.append((now, good))
        self.failing += not good
        while self.outcomes[0][0] < now - WINDOW_SECONDS:
            self.failing -= not self.outcomes.popleft()[1]
        made = len(self.outcomes)
        if made >= ATTEMPTS_AT_LEAST and self.failing >= SHARE_FAILING * made:
            self.open_until = now + self.pause
            self.empty()

    def close(self) -> None:
        self.open_until, self.pause, self.probing = None, PAUSE_SECONDS, False
        self.empty()

    def empty(self) -> None:
        self.outcomes.clear()
        self.failing = 0
