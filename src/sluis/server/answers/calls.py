"""What is known of past calls: each by its trace, and how many there were."""

from collections.abc import Iterator

from django.db.models import Max, Sum

from sluis.core.outcomes import Outcomes
from sluis.gateway.records import Record, began
from sluis.server.answers.records import hour_of, unpack
from sluis.server.models import CallBatch, CallCount

LONGEST_SECONDS = 3600.0  # no call takes longer
A_MOMENT = 1.0  # that may lie between a trace and the time in its record


def counts(environment: str, organisation: str, since: float) -> Outcomes:
    """Return how often which outcome came, and when last, from the hour of `since` on.

    `organisation` is an id in hexadecimal, as calls carry it; `since` in seconds since 1970.
    """
    rows = (
        CallCount.objects.filter(
            environment=environment, organisation=organisation, hour__gte=hour_of(since)
        )
        .values_list("api", "operation", "status", "reason")
        .annotate(Sum("calls"), Max("last_at"))
    )
    return {
        (api, operation, status, reason or None): (calls, last_at)
        for api, operation, status, reason, calls, last_at in rows
    }


def call(trace: str) -> Record | None:
    """Return the call that was answered under this trace; None when there is none."""
    at = began(trace)
    if at is None:
        return None
    rows = CallBatch.objects.filter(
        last_at__gte=at - A_MOMENT,
        last_at__lte=at + LONGEST_SECONDS,
        first_at__lte=at + A_MOMENT,
    )
    for packed in rows.order_by("last_at").values_list("packed", flat=True).iterator(10):
        for record in unpack(packed):
            if record.trace == trace:
                return record
    return None


def each(since: float, until: float) -> Iterator[Record]:
    """Return the calls that began in [since, until), in the order in which batches were stored."""
    rows = CallBatch.objects.filter(last_at__gte=since, first_at__lt=until).order_by("pk")
    for packed in rows.values_list("packed", flat=True).iterator(10):
        yield from (record for record in unpack(packed) if since <= record.at < until)
