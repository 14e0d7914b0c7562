"""What is kept for nothing any more: what was told longer than 168 hours ago, and its requests.

And what an API keeps for a time of its own: a store with `forget(now)` is asked to.
"""

from collections.abc import Iterable

from django.db import transaction

from sluis.core.api import Api, Opening
from sluis.core.job import QUERIED_HOURS
from sluis.core.moments import HOUR, SECOND, moment
from sluis.server.answers.snapshot import open_store
from sluis.server.models import Environment
from sluis.storage import jobs as storage

REQUESTS_AT_ONCE = 500
KEPT_HOURS = QUERIED_HOURS + 24  # a day to look into what went wrong


def forget(now_seconds: float) -> None:
    """Delete a few at a time, by real time, and nothing that can still be asked for."""
    now = int(now_seconds * SECOND)
    offsets = Environment.objects.values_list("key", "clock_offset_seconds")
    visible = {key: now + int(offset * SECOND) - QUERIED_HOURS * HOUR for key, offset in offsets}
    after: int | None = 0
    while after is not None:
        with transaction.atomic():
            before = now - KEPT_HOURS * HOUR
            after = storage.forget(before, visible, after, REQUESTS_AT_ONCE)
    with transaction.atomic():
        storage.forget_keys(now - QUERIED_HOURS * HOUR)


def forget_states(now_seconds: float, apis: Iterable[Api]) -> None:
    """Let the stores of these APIs forget, each by the clock of its environment."""
    packages = {(api.provider, api.package) for api in apis}
    for environment in Environment.objects.all():
        now = moment(int((now_seconds + environment.clock_offset_seconds) * SECOND))
        for provider, package in sorted(packages):
            if provider == environment.provider_id:
                store = open_store(package, Opening(environment.key, False, b""))
                if hasattr(store, "forget"):
                    store.forget(now)
