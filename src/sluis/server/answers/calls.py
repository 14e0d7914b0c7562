"""What was called, counted: by API, operation and outcome. The one way to ask the records."""

from django.db.models import Count, Max

from sluis.core.checklist import Counts
from sluis.server.models import CallRecord


def counts(environment: str, organisation: str, since: float) -> Counts:
    """Return how often each outcome came, and when last; `since` is in seconds since 1970.

    `organisation` is written as callers carry it: 32 hexadecimal digits.
    """
    found = CallRecord.objects.filter(
        environment=environment, organisation=organisation, at__gte=since
    )
    grouped = found.values_list("api", "operation", "status", "reason").order_by()
    return {
        (api, operation, status, reason): (count, last_at)
        for api, operation, status, reason, count, last_at in grouped.annotate(
            count=Count("pk"), last_at=Max("at")
        )
    }
