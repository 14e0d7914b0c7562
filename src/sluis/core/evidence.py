"""What software showed in a sandbox, which is looked at before it calls the real thing."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sluis.core.api import Api
from sluis.core.outcomes import Outcomes
from sluis.core.problem import Reason

DAYS = 30  # how far back calls show something of the software as it is now
OURS = (Reason.FAULT, Reason.UNAVAILABLE)  # these tell nothing of who called


class Met(NamedTuple):
    """A refusal that the caller met, and whether the operation was called well after it."""

    reason: str  # the status, where there was none
    times: int
    last_at: float
    overcome: bool


class Called(NamedTuple):
    """One operation as it was called: what went well, and what was refused, the newest first."""

    operation: str
    good: int
    last_good_at: float | None
    met: tuple[Met, ...]

    @property
    def works(self) -> bool:
        """Return whether it was called well, and after every refusal once more."""
        return self.good > 0 and all(one.overcome for one in self.met)


class Shown(NamedTuple):
    """What was seen of one API."""

    api: Api
    subscribed: bool
    operations: tuple[Called, ...]  # those that were called, in the order of the API

    @property
    def called(self) -> bool:
        return any(one.good for one in self.operations)

    @property
    def recovered(self) -> bool:
        return all(one.works for one in self.operations)

    @property
    def complete(self) -> bool:
        return self.subscribed and self.called and self.recovered


class ChannelSeen(NamedTuple):
    """A channel, and how many of the pushes to it were answered 2xx."""

    name: str
    taken: int


class Evidence(NamedTuple):
    apis: tuple[Shown, ...]
    channels: tuple[ChannelSeen, ...] | None  # None where none of the APIs pushes anything

    @property
    def complete(self) -> bool:
        """Return whether each API works, and each channel took something.

        Who has no channel fetches notifications.
        """
        told = all(one.taken for one in self.channels or ())
        return bool(self.apis) and all(one.complete for one in self.apis) and told


def evidence(
    apis: Iterable[Api],
    subscribed: Collection[str],
    outcomes: Outcomes,
    channels: Iterable[ChannelSeen],
) -> Evidence:
    """Return what the last `DAYS` in a sandbox show of APIs; `subscribed` has the slugs of some."""
    found = tuple(Shown(api, api.slug in subscribed, called(api, outcomes)) for api in apis)
    pushed = any(operation.work is not None for one in found for operation in one.api.operations)
    return Evidence(found, tuple(channels) if pushed else None)


def called(api: Api, outcomes: Outcomes) -> tuple[Called, ...]:
    """Return the operations that were called; one that only met faults of ours was not."""
    found = (of_operation(api.slug, operation.name, outcomes) for operation in api.operations)
    return tuple(one for one in found if one.good or one.met)


def of_operation(api: str, operation: str, outcomes: Outcomes) -> Called:
    own = [
        (status, reason, times, last_at)
        for (slug, name, status, reason), (times, last_at) in outcomes.items()
        if (slug, name) == (api, operation) and reason not in OURS
    ]
    good = [(times, at) for status, reason, times, at in own if went_well(status, reason)]
    last_good_at = max((at for _, at in good), default=None)
    met = [
        Met(reason or str(status), times, at, last_good_at is not None and last_good_at > at)
        for status, reason, times, at in own
        if not went_well(status, reason)
    ]
    met.sort(key=lambda one: (-one.last_at, one.reason))
    return Called(operation, sum(times for times, _ in good), last_good_at, tuple(met))


def went_well(status: int, reason: str | None) -> bool:
    return reason is None and status < 400  # a refusal has a reason, whatever it answers
