"""Organisations: found by name, identifier or address, and all that one of them has here."""

from collections import defaultdict
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.server.actions.actor import Actor
from sluis.server.actions.change_party import written_by_desk
from sluis.server.actions.keys import hosted
from sluis.server.answers.concern import environment_keys, organisations_of
from sluis.server.desk import things
from sluis.server.desk.concern import of_provider
from sluis.server.desk.shelf import shelf
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import (
    Identifier,
    Mail,
    Membership,
    Organisation,
    Party,
    Person,
    Provider,
    Subscription,
    Ticket,
)
from sluis.server.portal import places
from sluis.server.portal.places import Place
from sluis.server.roles import titles

TICKETS_SHOWN = 10


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:200]
    shown = shelf(matching(provider, asked), request.GET.get("after", ""))
    known = identifiers(provider, shown.organisations)
    context = {
        "provider": provider,
        "asked": asked,
        "shelf": shown,
        "rows": [(one, known[one.pk]) for one in shown.organisations],
    }
    return render(request, "desk/organisations.html", context)


def matching(provider: Provider, asked: str) -> QuerySet[Organisation]:
    """Return those with the text in their name, in an identifier or in a member's address."""
    found = organisations_of(provider)
    if not asked:
        return found
    named = Identifier.objects.filter(environment__provider=provider, code__icontains=asked)
    people = Person.objects.filter(email__icontains=asked)
    members = Membership.objects.filter(person__in=people)  # joined, each is searched by its key
    return found.filter(
        Q(name__icontains=asked)
        | Q(pk__in=named.values("party__organisation"))
        | Q(pk__in=members.values("organisation"))
    )


def identifiers(provider: Provider, owners: list[Organisation]) -> dict[UUID, list[str]]:
    """Return the identifiers of each, once where several environments have the same."""
    rows = Identifier.objects.filter(
        environment__provider=provider, party__organisation__in=owners
    ).order_by("type", "code")
    known: dict[UUID, list[str]] = defaultdict(list)
    for owner, kind, code in rows.values_list("party__organisation", "type", "code"):
        text = f"{kind} {code}"
        if text not in known[owner]:
            known[owner].append(text)
    return known


@for_desk_of
def one(request: HttpRequest, actor: Actor, provider: Provider, organisation: UUID) -> HttpResponse:
    found = of_provider(provider, organisation)
    keys = environment_keys(provider)
    context = {
        "provider": provider,
        "organisation": found,
        "members": members(found),
        "parties": parties(found, keys),
        "identified": bool(written_by_desk(provider.pk)) and not found.individual,
        "subscriptions": subscriptions(found, keys),
        "clients": things.clients(found, keys),
        "api_users": things.api_users(found, keys),
        "channels": things.channels(found, keys),
        "consents": things.consents(found, keys),
        "tickets": Ticket.objects.filter(provider=provider, organisation=found).order_by("-pk")[
            :TICKETS_SHOWN
        ],
    }
    return render(request, "desk/organisation.html", context)


def members(organisation: Organisation) -> list[dict[str, Any]]:
    """Return who belongs to it, and whether our mails reach them."""
    rows = Membership.objects.filter(organisation=organisation).select_related("person")
    found = list(rows.order_by("person__email"))
    addresses = [row.person.email for row in found]
    unreached = set(
        Mail.objects.filter(to__in=addresses, sent_at=None, tries__gt=0).values_list(
            "to", flat=True
        )
    )
    return [
        {
            "person": row.person,
            "roles": titles(row.roles),
            "unreached": row.person.email in unreached,
        }
        for row in found
    ]


def parties(organisation: Organisation, keys: list[str]) -> list[tuple[Place, Party | None]]:
    """Return what it is in each environment of the provider, also where it is nobody yet."""
    found = Party.objects.filter(organisation=organisation, environment__in=keys)
    known = {one.environment_id: one for one in found.prefetch_related("identifiers")}
    return [(place, known.get(place.key)) for place in places.everywhere() if place.key in keys]


def subscriptions(organisation: Organisation, keys: list[str]) -> list[dict[str, Any]]:
    found = Subscription.objects.filter(organisation=organisation, environment__in=keys)
    # Asked for in this order, SQLite would read them off an index that has all others too.
    newest_first = sorted(
        found.prefetch_related("keys"), key=attrgetter("requested_at"), reverse=True
    )
    rows = sorted(newest_first, key=attrgetter("environment_id", "api"))
    return [
        {
            "row": row,
            "api": hosted(row.api),
            "place": places.at(row.environment_id),
            "keys": things.working(row.keys.all()),
        }
        for row in rows
    ]
