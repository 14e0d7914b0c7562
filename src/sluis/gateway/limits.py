"""The counters of one process: how many calls each organisation has left, exactly."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sluis.core.quota import Left, Limit, Window, spend

Account = tuple[str, str, str]  # environment, product, organisation


class Limiter(Protocol):
    async def spend(self, account: Account, limits: Sequence[Limit]) -> Left | None:
        """Count one call. `wait_seconds` of what comes back is above 0 when it may not pass."""

    async def enter(self, account: Account, at_once: int) -> bool:
        """Take one of the places for calls in progress; False when all are taken."""

    async def leave(self, account: Account) -> None: ...


class Counters:
    """`Limiter` in memory, for a platform of one process. Empty after a restart."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self.windows: dict[Account, tuple[Sequence[Limit], list[Window]]] = {}
        self.in_progress: dict[Account, int] = {}

    async def spend(self, account: Account, limits: Sequence[Limit]) -> Left | None:
        found = self.windows.get(account)
        if found is None or (found[0] is not limits and found[0] != limits):
            found = self.windows[account] = (limits, [Window(limit) for limit in limits])
        return spend(found[1], self.monotonic())

    async def enter(self, account: Account, at_once: int) -> bool:
        taken = self.in_progress.get(account, 0)
        if taken >= at_once:
            return False
        self.in_progress[account] = taken + 1
        return True

    async def leave(self, account: Account) -> None:
        left = self.in_progress[account] - 1
        if left:
            self.in_progress[account] = left
        else:
            del self.in_progress[account]


class Unlimited:
    """`Limiter` of a load test: `SLUIS_LIMITS=off`."""

    async def spend(self, account: Account, limits: Sequence[Limit]) -> Left | None:
        return None

    async def enter(self, account: Account, at_once: int) -> bool:
        return True

    async def leave(self, account: Account) -> None:
        return None
