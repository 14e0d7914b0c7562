"""How many calls are left, as arithmetic on the times of the calls before.

Exact, both ways: of a limit of 500 a minute the 501st call in any 60 seconds is refused and
the 500th never. A call leaves the window when exactly the window's length has passed. A
refused call does not count.
"""

import math
from collections import deque
from typing import NamedTuple

MINUTE = 60.0
DAY = 86_400.0


class Limit(NamedTuple):
    name: str
    calls: int
    seconds: float


class Left(NamedTuple):
    """What a limit says of one call: it may pass when `wait_seconds` is 0."""

    limit: Limit
    remaining: int  # after this call
    wait_seconds: int  # rounded up, at least 1 when refused
    reset_seconds: int  # until the oldest counted call leaves the window


class Window:
    """The times of the calls that still count for one limit of one caller.

    Memory grows with the calls in the window and never past the limit.
    """

    __slots__ = ("limit", "times")

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return how many seconds to wait before a call may pass; 0 when it may pass now."""
        times, (_, calls, seconds) = self.times, self.limit
        while times and now - times[0] >= seconds:
            times.popleft()
        if len(times) < calls:
            return 0.0
        # The same difference as above: `times[0] + seconds - now` may be rounded to 0.
        return seconds - (now - times[0]) if times else seconds

    def remaining(self) -> int:
        return self.limit.calls - len(self.times)

    def left(self, now: float, wait: float = 0.0) -> Left:
        times, limit = self.times, self.limit
        reset = limit.seconds - (now - times[0]) if times else limit.seconds
        wait_seconds = rounded(wait) if wait else 0
        return Left(limit, limit.calls - len(times), wait_seconds, math.ceil(reset))


def rounded(seconds: float) -> int:
    """Return whole seconds, upwards: who waits that long is never too early."""
    return max(math.ceil(seconds), 1) if seconds > 0 else 0


def spend(windows: list[Window], now: float) -> Left | None:
    """Count a call in all windows, or in none when one of them is full.

    Returns what is left of the tightest limit; None when there are no limits. `now` is in
    seconds of a clock that never goes back.
    """
    if not windows:
        return None
    if len(windows) == 1:  # the same in short, as most have one limit
        (window,) = windows
        wait = window.wait(now)
        if not wait:
            window.times.append(now)
        return window.left(now, wait)
    longest, slowest = 0.0, windows[0]
    for window in windows:
        wait = window.wait(now)
        if wait > longest:
            longest, slowest = wait, window
    if longest > 0:
        return slowest.left(now, longest)
    for window in windows:
        window.times.append(now)
    return min(windows, key=Window.remaining).left(now)
