"""Beside a ticket of an organisation: its requested subscriptions, and what was shown for them."""

from collections.abc import Callable, Mapping

from django.http import QueryDict

from sluis.core.subscription import State
from sluis.server.actions.actor import Actor
from sluis.server.desk import subscriptions
from sluis.server.models import Subscription, Ticket

TEMPLATE = "desk/panels/subscription.html"


def context(ticket: Ticket) -> dict[str, object]:
    found = Subscription.objects.filter(
        organisation=ticket.organisation_id,
        environment__provider=ticket.provider_id,
        state=State.REQUESTED,
    )
    rows = found.select_related("organisation", "environment").order_by("requested_at")
    return {"requests": [subscriptions.about(one) for one in rows]}


ACTS: Mapping[str, Callable[[Actor, Ticket, QueryDict], str]] = {}  # each request has its page
