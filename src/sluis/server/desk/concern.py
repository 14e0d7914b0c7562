"""What concerns a provider: its desk sees nothing else."""

from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import Http404

from sluis.server.models import (
    ApiUser,
    Channel,
    Client,
    Consent,
    Environment,
    Organisation,
    Party,
    Provider,
    Subscription,
    Ticket,
)


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
