"""The life of a version of an API: current, then deprecated, and retired once its sunset came."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    CURRENT = "current"
    DEPRECATED = "deprecated"  # answered as ever, with a warning
    RETIRED = "retired"  # no longer answered


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What a provider says of a version that will go, by the clock of one environment."""

    version: str
    since: datetime  # may lie ahead: then it is announced
    sunset: datetime | None = None  # from when on calls are refused
    notes: str = ""  # the address where it says what comes instead

    @property
    def in_order(self) -> bool:
        """Return whether the sunset is not before the deprecation: RFC 9745, section 4."""
        return self.sunset is None or self.sunset >= self.since


def stage(deprecation: Deprecation | None, now: datetime) -> Stage:
    """Return how far a version has come; none is deprecated of which nothing was said."""
    if deprecation is None:
        return Stage.CURRENT
    if deprecation.sunset is not None and deprecation.sunset <= now:
        return Stage.RETIRED
    return Stage.DEPRECATED if deprecation.since <= now else Stage.CURRENT
