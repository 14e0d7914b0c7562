"""Whose desk a person works at, and what concerns a provider: the desk sees nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from sluis.server.actions.actor import NotAllowed, has_second_factor, of_desk
from sluis.server.models import (
    ApiUser,
    Channel,
    Client,
    Consent,
    Environment,
    Membership,
    Organisation,
    Party,
    Person,
    Provider,
    Subscription,
    Ticket,
)


def served_by(person: Person) -> list[Provider]:
    """Return the providers at whose desk a person works, with the second factor that it asks."""
    found = Membership.objects.filter(person=person, organisation__provider__isnull=False)
    rows = found.select_related("organisation__provider").order_by("organisation__provider__name")
    served = [row.organisation.provider for row in rows if "desk" in row.roles]
    return served if served and has_second_factor(person.pk) else []


def for_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a page the actor and the provider of its address; to others there is no such page."""

    @wraps(view)
    def shown(request: HttpRequest, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = Provider.objects.filter(pk=provider).first()
        if found is None:
            raise Http404
        try:
            actor = of_desk(cast(Person, request.user), found)  # login_required saw to it
        except NotAllowed as error:
            raise Http404 from error
        return view(request, actor, found, *args, **kwargs)

    return login_required(shown)


def environment_keys(provider: Provider) -> list[str]:
    found = Environment.objects.filter(provider=provider).order_by("kind", "key")
    return list(found.values_list("key", flat=True))


def organisations_of(provider: Provider) -> QuerySet[Organisation]:
    """Return those that have anything in the provider's environments, or asked its desk."""
    keys = environment_keys(provider)

    def has(model: type[Model], owner: str = "organisation") -> Exists:
        mine = {"environment__in": keys, owner: OuterRef("pk")}
        return Exists(model._default_manager.filter(**mine))

    concerned = has(Subscription) | has(Party) | has(Channel) | has(ApiUser) | has(Consent)
    asked = Exists(Ticket.objects.filter(provider=provider, organisation=OuterRef("pk")))
    builds = has(Client, "application__organisation")
    return Organisation.objects.filter(concerned | builds | asked)


def of_provider(provider: Provider, organisation: UUID | str) -> Organisation:
    """Return one of the organisations that concern the provider; raises `Http404`."""
    found = organisations_of(provider).filter(pk=organisation).first()
    if found is None:
        raise Http404
    return found
