"""What waits at a desk: tickets of every kind and requested subscriptions, in one order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from sluis.core.subscription import State
from sluis.registry import HOSTED_APIS
from sluis.server.models import Organisation, Person, Subscription, Ticket

DEMANDING = [api.slug for api in HOSTED_APIS if api.evidence]  # what a production ticket asks for
SUBSCRIPTION = "subscription"  # a kind beside those of tickets
CLOSED = (Ticket.State.DONE, Ticket.State.REJECTED)
STATES: dict[str, tuple[str, ...]] = {
    "open": (Ticket.State.OPEN,),
    "waiting": (Ticket.State.WAITING,),
    "closed": CLOSED,
    "all": tuple(Ticket.State.values),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks for."""

    providers: Collection[str]
    kind: str = ""  # of a ticket, or SUBSCRIPTION; "" is all
    state: str = "open"  # a key of STATES
    text: str = ""

    @property
    def oldest_first(self) -> bool:
        """Return whether somebody waits; of what is done, the newest is looked for."""
        return self.state in ("open", "waiting")


def rows(wanted: Wanted) -> QuerySet[Any, tuple[str, str, datetime]]:
    """Return (kind, key, since) of all that fits, in order.

    One query for both tables, so that a page of it costs as little with 10,000 as with ten.
    """
    found: list[QuerySet[Any, tuple[str, str, datetime]]] = []
    if wanted.kind != SUBSCRIPTION:
        asked = tickets(wanted).annotate(key=Cast("pk", CharField()))
        found.append(asked.values_list("kind", "key", "since"))
    if wanted.kind in ("", SUBSCRIPTION) and wanted.state in ("open", "all"):
        requested = subscriptions(wanted).annotate(
            kind=Value(SUBSCRIPTION, CharField()),
            key=Cast("pk", CharField()),
            since=F("requested_at"),
        )
        found.append(requested.values_list("kind", "key", "since"))
    if not found:
        return Ticket.objects.none().values_list("kind", "subject", "since")
    first, *others = found
    order = "since" if wanted.oldest_first else "-since"
    return first.order_by().union(*(one.order_by() for one in others), all=True).order_by(order)


def tickets(wanted: Wanted) -> QuerySet[Ticket]:
    found = Ticket.objects.filter(
        provider__in=wanted.providers, state__in=STATES.get(wanted.state, STATES["open"])
    )
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    number = wanted.text.strip().lstrip("#")
    if number.isdecimal() and len(number) < 12:
        return found.filter(pk=int(number))
    # Each table is searched once: joined to 20,000 tickets, the same takes twice as long.
    for word in wanted.text.split():
        found = found.filter(
            Q(subject__icontains=word)
            | Q(contact_name__icontains=word)
            | Q(contact_email__icontains=word)
            | Q(organisation__in=Organisation.objects.filter(name__icontains=word))
            | Q(
                person__in=Person.objects.filter(Q(name__icontains=word) | Q(email__icontains=word))
            )
        )
    return found


def subscriptions(wanted: Wanted) -> QuerySet[Subscription]:
    mine = {"organisation": OuterRef("organisation"), "environment": OuterRef("environment")}
    with_others = Q(Exists(production_tickets().filter(**mine)), api__in=DEMANDING)
    # Its index has them by environment, API and state: without an API all 100,000 are looked at.
    published = [api.slug for api in HOSTED_APIS if api.provider in wanted.providers]
    found = Subscription.objects.filter(
        environment__provider__in=wanted.providers, api__in=published, state=State.REQUESTED
    ).exclude(with_others)
    for word in wanted.text.split():
        found = found.filter(Q(api__icontains=word) | Q(organisation__name__icontains=word))
    return found


def production_tickets() -> QuerySet[Ticket]:
    """Return the open requests for production: what they ask for is decided on there, together."""
    return Ticket.objects.filter(kind=Ticket.Kind.PRODUCTION).exclude(state__in=CLOSED)


def ticket_of(subscription: Subscription) -> Ticket | None:
    """Return the request for production that a subscription waits with, if it does."""
    if subscription.state != State.REQUESTED or subscription.api not in DEMANDING:
        return None
    return (
        production_tickets()
        .filter(organisation=subscription.organisation, environment=subscription.environment)
        .first()
    )


def loaded(page: Sequence[tuple[str, str, datetime]]) -> list[Ticket | Subscription]:
    """Return the things themselves, in the order of the page."""
    keys = [UUID(key) for kind, key, _ in page if kind == SUBSCRIPTION]
    numbers = [int(key) for kind, key, _ in page if kind != SUBSCRIPTION]
    related = ("organisation", "person")  # the reader has the providers, and memory the places
    found: dict[str, Ticket | Subscription] = {
        str(one.pk): one for one in Ticket.objects.filter(pk__in=numbers).select_related(*related)
    }
    requested = Subscription.objects.filter(pk__in=keys)
    for one in requested.select_related("organisation", "environment"):
        found[one.pk.hex] = one
    # SQLite writes UUIDs without dashes, PostgreSQL with them.
    return [found[key] for _, raw, _ in page if (key := raw.replace("-", "")) in found]
