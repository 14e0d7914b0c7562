"""What is kept for nothing any more: what was told longer than 168 hours ago, and its requests."""

from django.db import transaction

from sluis.core.job import QUERIED_HOURS
from sluis.server.jobs.moments import HOUR, SECOND
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
