"""What a status page says: incidents and maintenance, and the state that they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Happening(StrEnum):
    INCIDENT = "incident"
    MAINTENANCE = "maintenance"


class Effect(StrEnum):
    """What callers notice while it lasts."""

    NONE = "none"
    DISTURBED = "disturbed"
    DOWN = "down"


class Phase(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under-way"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Period:
    """When something happens, and what callers notice of it."""

    effect: Effect
    starts_at: datetime
    ends_at: datetime | None  # None: nobody knows yet

    def phase(self, now: datetime) -> Phase:
        if self.ends_at is not None and self.ends_at <= now:
            return Phase.OVER
        return Phase.PLANNED if now < self.starts_at else Phase.UNDER_WAY


def state(periods: Iterable[Period], now: datetime) -> Effect:
    """Return the worst of what is under way."""
    order = list(Effect)
    present = [one.effect for one in periods if one.phase(now) is Phase.UNDER_WAY]
    return max(present, key=order.index, default=Effect.NONE)
