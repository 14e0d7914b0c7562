"""What calls to a sandbox show of a link: whether it works, and whether it bears refusals."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

# API, operation, status and reason (None of an answered call): how often, and when last,
# in seconds since 1970.
Counts = Mapping[tuple[str, str, int, str | None], tuple[int, float]]
DAYS = 30  # how far back calls show something of the link as it is now


class Met(NamedTuple):
    """A refusal that the caller met, and whether the operation was called well after it."""

    operation: str
    status: int
    reason: str | None
    times: int
    last_at: float
    overcome: bool


class Evidence(NamedTuple):
    """What was seen of one API."""

    api: str
    successes: int
    last_success_at: float | None
    met: tuple[Met, ...]

    @property
    def works(self) -> bool:
        return self.successes > 0

    @property
    def bears_refusals(self) -> bool:
        """Return whether every refusal was followed by a call that was answered."""
        return all(one.overcome for one in self.met)


class ChannelSeen(NamedTuple):
    """A channel, and how many of the pushes to it were answered 2xx."""

    name: str
    delivered: int


class Checklist(NamedTuple):
    apis: tuple[Evidence, ...]
    channels: tuple[ChannelSeen, ...]

    @property
    def ready(self) -> bool:
        """Return whether every API was called well, and every channel took something."""
        return (
            bool(self.apis)
            and all(one.works for one in self.apis)
            and all(one.delivered for one in self.channels)
        )


def checklist(
    apis: Iterable[str], counts: Counts, channels: Iterable[ChannelSeen] = ()
) -> Checklist:
    """Return what the calls of an organisation show of these APIs."""
    return Checklist(tuple(evidence(api, counts) for api in apis), tuple(channels))


def evidence(api: str, counts: Counts) -> Evidence:
    last_well: dict[str, float] = {}
    successes = 0
    for (name, operation, status, _), (count, last_at) in counts.items():
        if name == api and status < 400:
            successes += count
            last_well[operation] = max(last_at, last_well.get(operation, last_at))
    met = [
        Met(operation, status, reason, count, last_at, last_well.get(operation, 0.0) > last_at)
        for (name, operation, status, reason), (count, last_at) in counts.items()
        if name == api and status >= 400
    ]
    met.sort(key=lambda one: (-one.last_at, one.operation, one.status))
    return Evidence(api, successes, max(last_well.values(), default=None), tuple(met))
