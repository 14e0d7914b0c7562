"""What software showed in a sandbox, which is looked at before it calls the real thing."""

from collections.abc import Mapping
from typing import NamedTuple

from sluis.core.api import Api
from sluis.core.problem import Reason

DAYS = 30

# By API, operation, status and reason: how many calls there were, and when the last one came, in
# seconds since 1970.
Counts = Mapping[tuple[str, str, int, str | None], tuple[int, float]]


class Pushes(NamedTuple):
    """What became of what was pushed to the channels of an organisation."""

    channels: int
    taken: int
    failed: int


class Shown(NamedTuple):
    """One operation as it was called: what went well, what was refused, and what came last."""

    operation: str
    good: int
    refused: dict[str, int]  # by reason
    works: bool  # the last call was a good one


class Evidence(NamedTuple):
    subscribed: bool
    operations: tuple[Shown, ...]  # those that were called, in the order of the API
    pushes: Pushes | None  # None where the API pushes nothing

    @property
    def called(self) -> bool:
        return any(one.good for one in self.operations)

    @property
    def recovered(self) -> bool:
        """Return whether each operation that was refused was called well after that."""
        return all(one.works for one in self.operations)

    @property
    def told(self) -> bool:
        """Return whether pushes arrive; who has no channel fetches notifications."""
        return self.pushes is None or not self.pushes.channels or bool(self.pushes.taken)

    @property
    def complete(self) -> bool:
        return self.subscribed and self.called and self.recovered and self.told


def evidence(api: Api, subscribed: bool, counts: Counts, pushes: Pushes) -> Evidence:
    """Return what calls and pushes of the last `DAYS` in a sandbox show of an API."""
    found = [shown(api, operation.name, counts) for operation in api.operations]
    pushed = any(operation.work is not None for operation in api.operations)
    called = tuple(one for one in found if one.good or one.refused)
    return Evidence(subscribed, called, pushes if pushed else None)


def shown(api: Api, operation: str, counts: Counts) -> Shown:
    good, refused = 0, dict[str, int]()
    last_good = last_refused = 0.0
    for (slug, name, status, reason), (count, last_at) in counts.items():
        if (slug, name) != (api.slug, operation):
            continue
        if reason is None and status < 400:
            good, last_good = good + count, max(last_good, last_at)
        elif reason not in (Reason.FAULT, Reason.UNAVAILABLE):  # those are ours, not the caller's
            refused[reason or str(status)] = refused.get(reason or str(status), 0) + count
            last_refused = max(last_refused, last_at)
    return Shown(operation, good, refused, bool(good) and last_good >= last_refused)
