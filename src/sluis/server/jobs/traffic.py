"""What goes to one channel: how fast, how much at once, and of each lane in which order."""

from collections import deque
from dataclasses import dataclass, field

from sluis.server.jobs.breaker import Breaker
from sluis.server.jobs.targets import Target
from sluis.storage.jobs import Claimed

AT_ONCE_PER_CHANNEL = 10
CLAIMED_PER_CHANNEL = 50  # so that pushes do not wait for claims: 300 a second to one channel


@dataclass(slots=True)
class Traffic:
    """What goes to one channel now, what is claimed to go next, and how it answers."""

    per_second: float
    filled_at: float
    allowance: float = 10.0  # as much may go out at once after a pause
    under_way: int = 0
    slow_until: float = 0.0
    next: deque[tuple[Target, Claimed]] = field(default_factory=deque)
    lanes: set[int] = field(default_factory=set)  # of which one is under way, in order
    breaker: Breaker = field(default_factory=Breaker)

    def room(self, now: float) -> int:
        """Return how many more may be claimed."""
        # One that is slowed takes one at a time: fifty would outlast their claims.
        at_most = CLAIMED_PER_CHANNEL if self.at_once(now) > 1 else 1
        room = at_most - self.under_way - len(self.next)
        through = self.breaker.lets_through(now)
        return max(0, room if through is None else min(room, through - len(self.next)))

    def may_begin(self, now: float) -> bool:
        gained = self.per_second * max(0.0, now - self.filled_at)
        self.allowance = min(max(10.0, self.per_second / 5), self.allowance + gained)
        self.filled_at = now
        if self.allowance < 1 or self.under_way >= self.at_once(now):
            return False
        return self.breaker.lets_through(now) != 0

    def at_once(self, now: float) -> int:
        return 1 if now < self.slow_until else AT_ONCE_PER_CHANNEL

    def first(self) -> tuple[Target, Claimed] | None:
        """Take the first that waits for none of its lane; None when all do."""
        for place, (target, delivery) in enumerate(self.next):
            if delivery.lane not in self.lanes:
                del self.next[place]
                return target, delivery
        return None

    def all(self, lane: int | None = None) -> list[tuple[Target, Claimed]]:
        """Take all out that waits, or all of a lane."""
        waiting, self.next = self.next, deque()
        found: list[tuple[Target, Claimed]] = []
        for one in waiting:
            (found if lane in (None, one[1].lane) else self.next).append(one)
        return found

    def begin(self, target: Target, delivery: Claimed, now: float) -> None:
        self.under_way += 1
        self.allowance -= 1
        self.breaker.begin(now)
        if target.in_order:
            self.lanes.add(delivery.lane)

    def end(self, delivery: Claimed) -> None:
        self.under_way -= 1
        self.lanes.discard(delivery.lane)
