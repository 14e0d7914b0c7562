"""Organisations: found by name, identifier or address, and all that one of them has here."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.server.actions.actor import Actor
from sluis.server.actions.keys import hosted
from sluis.server.desk.concern import environment_keys, of_provider, organisations_of
from sluis.server.desk.shelf import shelf
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import (
    ApiUser,
    Channel,
    Client,
    Consent,
    Credential,
    Identifier,
    Mail,
    Membership,
    Organisation,
    Party,
    Provider,
    Subscription,
    Ticket,
)
from sluis.server.portal import channels, places
from sluis.server.portal.roles import titles

TICKETS_SHOWN = 25


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
    keys = environment_keys(provider)
    named = Identifier.objects.filter(environment__in=keys, code__icontains=asked)
    members = Membership.objects.filter(person__email__icontains=asked)
    return found.filter(
        Q(name__icontains=asked)
        | Q(pk__in=named.values("party__organisation"))
        | Q(pk__in=members.values("organisation"))
    )


def identifiers(provider: Provider, owners: list[Organisation]) -> dict[UUID, list[str]]:
    """Return the identifiers of each, once where several environments have the same."""
    rows = Identifier.objects.filter(
        environment__in=environment_keys(provider), party__organisation__in=owners
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
        "parties": [(row, places.at(row.environment_id)) for row in parties(found, keys)],
        "subscriptions": subscriptions(found, keys),
        "clients": clients(found, keys),
        "api_users": [
            (row, places.at(row.environment_id))
            for row in ApiUser.objects.filter(organisation=found, environment__in=keys).order_by(
                "environment", "username"
            )
        ],
        "channels": [
            (row, places.at(row.environment_id), channels.state(row))
            for row in Channel.objects.filter(organisation=found, environment__in=keys).order_by(
                "environment", "name", "pk"
            )
        ],
        "consents": [(row, places.at(row.environment_id)) for row in consents(found, keys)],
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


def parties(organisation: Organisation, keys: list[str]) -> QuerySet[Party]:
    found = Party.objects.filter(organisation=organisation, environment__in=keys)
    return found.prefetch_related("identifiers").order_by("environment")


def subscriptions(organisation: Organisation, keys: list[str]) -> list[dict[str, Any]]:
    found = Subscription.objects.filter(organisation=organisation, environment__in=keys)
    rows = found.prefetch_related("keys").order_by("environment", "api", "-requested_at")
    return [
        {
            "row": row,
            "api": hosted(row.api),
            "place": places.at(row.environment_id),
            "keys": working(row.keys.all()),
        }
        for row in rows
    ]


def clients(organisation: Organisation, keys: list[str]) -> list[dict[str, Any]]:
    found = Client.objects.filter(application__organisation=organisation, environment__in=keys)
    rows = found.select_related("application").prefetch_related("credentials")
    return [
        {
            "row": row,
            "place": places.at(row.environment_id),
            "credentials": working(row.credentials.all()),
        }
        for row in rows.order_by("application__name", "environment", "pk")
    ]


def working(credentials: QuerySet[Credential]) -> list[Credential]:
    found = [one for one in credentials if one.disabled_at is None]
    return sorted(found, key=lambda one: (one.label, one.created_at))


def consents(organisation: Organisation, keys: list[str]) -> QuerySet[Consent]:
    """Return those it gave, and those given to its applications."""
    mine = Q(organisation=organisation) | Q(application__organisation=organisation)
    found = Consent.objects.filter(mine, environment__in=keys)
    rows = found.select_related("organisation", "application__organisation")
    return rows.order_by("environment", "application__name", "pk")
