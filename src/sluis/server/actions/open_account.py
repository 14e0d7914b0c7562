"""A company becomes a customer of a provider: known in the sandbox, with a key that works there."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.core.provider import EnvironmentKind
from sluis.core.subscription import ALIVE
from sluis.registry import HOSTED_APIS
from sluis.server.actions import subscribe
from sluis.server.actions.actor import PLATFORM, Actor, Refused, desk_only, only
from sluis.server.actions.make_organisation import make_organisation
from sluis.server.actions.make_party import make_party
from sluis.server.answers.deprecations import retired
from sluis.server.models import Environment, Organisation, Provider, Subscription


@transaction.atomic
def make_customer(
    *, actor: Actor, provider: Provider, name: str, identifiers: Mapping[str, str]
) -> Organisation:
    """Return the company, known in the provider's sandbox. Raises `NotAllowed` and `Refused`."""
    only(actor.serves(provider.pk), desk_only())
    if not all(code.strip() for code in identifiers.values()):
        raise Refused(_("Fill in what the company is known by."))
    made = make_organisation(actor=actor, name=name)
    make_party(
        actor=actor,
        organisation=made,
        environment=sandbox(provider),
        identifiers={type_: code.strip() for type_, code in identifiers.items()},
    )
    return made


@transaction.atomic
def open_account(*, actor: Actor, provider: Provider, organisation: Organisation) -> None:
    """Give the company what it lacks in the sandbox: access to every API, and a key."""
    only(actor.serves(provider.pk), desk_only())
    environment = sandbox(provider)
    for api in HOSTED_APIS:
        if api.provider != provider.pk or api.roles:
            continue  # a role is a claim that somebody makes; it is not handed out
        if retired(api, environment):
            continue
        alive = Subscription.objects.filter(
            environment=environment, organisation=organisation, api=api.slug, state__in=ALIVE
        )
        if not alive.exists():
            requested = Subscription.objects.create(
                environment=environment,
                organisation=organisation,
                api=api.slug,
                requested_by=actor.person,
            )
            subscribe.approve(actor=PLATFORM, subscription=requested)


def sandbox(provider: Provider) -> Environment:
    return Environment.objects.get(provider=provider, kind=EnvironmentKind.SANDBOX)
