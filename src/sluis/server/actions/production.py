"""The way to production: asked for once the sandbox works, authorised or rejected by the desk."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sluis.core.evidence import Evidence
from sluis.core.provider import EnvironmentKind
from sluis.core.subscription import ALIVE, State
from sluis.server import audit
from sluis.server.actions import keys, subscribe
from sluis.server.actions.actor import Actor, Refused, desk_only, developers_only, only
from sluis.server.actions.documented import DOCUMENTED
from sluis.server.actions.make_party import make_party
from sluis.server.actions.open_account import sandbox
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.answers.evidence import evidence_of
from sluis.server.models import (
    Environment,
    Identifier,
    Organisation,
    Party,
    Provider,
    Subscription,
    Terms,
    Ticket,
)


@transaction.atomic
def request_production(
    *,
    actor: Actor,
    organisation: Organisation,
    provider: Provider,
    terms: Terms | None,
    subject: str,
    text: str,
) -> Ticket:
    """Ask for what works in the sandbox to work in production too; return the ticket.

    `terms` are those that the organisation accepts with this. Raises `NotAllowed` and `Refused`.
    """
    only(actor.develops(organisation), developers_only())
    live = production(provider)
    wanted = lacking(organisation, provider)
    if not wanted:
        raise Refused(_("Everything that you have in the sandbox is there or asked for already."))
    for item in wanted:
        subscribe.request(
            actor=actor,
            organisation=organisation,
            environment=live,
            api=item.api,
            role=item.role,
            terms=terms,
        )
    return open_ticket(
        actor=actor,
        provider=provider,
        environment=live,
        organisation=organisation,
        kind=Ticket.Kind.PRODUCTION,
        subject=subject,
        text=text,
    )


@transaction.atomic
def authorise_production(
    *, actor: Actor, organisation: Organisation, environment: Environment, although: str = ""
) -> list[Subscription]:
    """Make what was asked for active, with a key; the organisation is known there from now on.

    Who asked by telephone has asked for everything that the sandbox has. `although` says why,
    where the calls in the sandbox do not show that all of it works. Raises `NotAllowed` and
    `Refused`.
    """
    only(actor.serves(environment.provider_id), desk_only())
    wanted = requested(organisation, environment) or recorded(actor, organisation, environment)
    if not wanted:
        raise Refused(_("Nothing is left to authorise for this company."))
    make_known(actor, organisation, environment)
    for item in wanted:
        subscribe.approve(actor=actor, subscription=item, although=although)
    audit.write(
        actor.name,
        "production.authorise",
        f"organisation:{organisation.pk}",
        environment.pk,
        evidence=shown(organisation, wanted).complete,
        apis=[item.api for item in wanted],
    )
    return wanted


@transaction.atomic
def reject_production(
    *, actor: Actor, organisation: Organisation, environment: Environment, reason: str
) -> list[Subscription]:
    """Reject all that waits, and return it; the reason is told to the organisation.

    Nothing waits of who asked by telephone: then there is nothing to reject but the ticket.
    Raises `NotAllowed`, and `Refused` once all was decided.
    """
    only(actor.serves(environment.provider_id), desk_only())
    subscribe.required(reason)
    wanted = requested(organisation, environment)
    if not wanted and not lacking(organisation, environment.provider):
        raise Refused(_("All of it was decided on already. Answer the ticket, or close it."))
    return [subscribe.reject(actor=actor, subscription=one, reason=reason) for one in wanted]


def production(provider: Provider) -> Environment:
    return Environment.objects.get(provider=provider, kind=EnvironmentKind.LIVE)


def lacking(organisation: Organisation, provider: Provider) -> list[Subscription]:
    """Return the subscriptions of the sandbox that have no counterpart in production."""
    own = Subscription.objects.filter(organisation=organisation)
    there = own.filter(environment=production(provider), state__in=ALIVE)
    known = set(there.values_list("api", flat=True))
    tried = own.filter(environment=sandbox(provider), state=State.ACTIVE).order_by("api")
    return [item for item in tried if item.api not in known and demanding(item.api)]


def demanding(api: str) -> bool:
    """Return whether production of an API is decided on by what its sandbox showed."""
    found = keys.hosted(api)
    return found is not None and found.evidence


def requested(organisation: Organisation, environment: Environment) -> list[Subscription]:
    waiting = Subscription.objects.filter(
        organisation=organisation, environment=environment, state=State.REQUESTED
    )
    return [item for item in waiting.order_by("api") if demanding(item.api)]


def recorded(
    actor: Actor, organisation: Organisation, environment: Environment
) -> list[Subscription]:
    """Write down the request of one who called or wrote: nobody accepted terms with it."""
    try:
        with transaction.atomic():
            return [
                Subscription.objects.create(
                    environment=environment,
                    organisation=organisation,
                    api=item.api,
                    role=item.role,
                    requested_by=actor.person,
                )
                for item in lacking(organisation, environment.provider)
            ]
    except IntegrityError as error:
        raise Refused(_("Somebody else decided on this meanwhile.")) from error


def shown(organisation: Organisation, wanted: Iterable[Subscription]) -> Evidence:
    """Return what the sandbox saw of the APIs that are to go to production."""
    found = [keys.hosted(item.api) for item in wanted]
    return evidence_of(organisation, [api for api in found if api is not None])


def make_known(actor: Actor, organisation: Organisation, environment: Environment) -> None:
    """Make the party of the sandbox one of production, but for names that anybody can read."""
    if Party.objects.filter(environment=environment, organisation=organisation).exists():
        return
    known = Party.objects.filter(
        environment=sandbox(environment.provider), organisation=organisation
    ).first()
    if known is None:
        return
    identifiers = dict(Identifier.objects.filter(party=known).values_list("type", "code"))
    documented = any(code.lower() in DOCUMENTED for code in identifiers.values())
    make_party(
        actor=actor,
        organisation=organisation,
        environment=environment,
        roles=known.roles,
        identifiers={} if documented else identifiers,
    )
