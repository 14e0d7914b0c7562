"""What an organisation says of itself in an environment: its identifiers and its addresses."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.identifier import normal, wrong
from sluis.core.provider import EnvironmentKind, Registration
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, administrators_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.documented import refuse_documented
from sluis.server.actions.letter import administrators, tell
from sluis.server.answers import policy
from sluis.server.answers.concern import concerns
from sluis.server.models import Address, Environment, Identifier, Organisation, Party

# Those that a company knows of itself.
OWN_TYPES = ("TIN", "Eori", "Duns", "APCS", "SCAC")


@transaction.atomic
def set_identifiers(
    *,
    actor: Actor,
    organisation: Organisation,
    environment: Environment,
    identifiers: Mapping[str, str],
) -> Party:
    """Write codes down by type: an empty one is taken away, a type that is not named stays.

    In a sandbox where companies register themselves their administrators do it; anywhere the
    desk, which sees that the codes are theirs, gives out the provider's own, and makes known
    who was not yet. Raises `NotAllowed` and `Refused`.
    """
    provider = environment.provider_id
    desk = actor.trusted or (actor.serves(provider) and concerns(organisation, provider))
    own = describes_itself(environment) and actor.manages(organisation)
    only(desk or own, _("The service desk writes identifiers down: it sees that they are yours."))
    types = written_by_desk(provider) if desk else OWN_TYPES
    if not set(identifiers) <= set(types):
        raise Refused(_("There is no such kind of identifier."))
    codes = {type_: normal(type_, code) for type_, code in identifiers.items()}
    for type_, code in codes.items():
        if code and wrong(type_, code) is not None:
            raise Refused(_("%(code)s is not right. See how it is written.") % {"code": code})
    refuse_documented(environment, *codes.values())
    party = known(organisation, environment, made=desk or describes_itself(environment))
    party.identifiers.filter(type__in=codes).delete()
    for type_, code in codes.items():
        if code:
            keep(party, type_, code)
    written_down(actor, "party.set-identifiers", party)
    if actor.desk is not None:
        tell_identifiers(party)
    return party


@transaction.atomic
def set_address(
    *,
    actor: Actor,
    organisation: Organisation,
    environment: Environment,
    type_: str,
    address: Mapping[str, str],
) -> Address:
    """Write down the main ("1") or the billing ("2") address."""
    party = addressed(actor, organisation, environment)
    made, _made = Address.objects.update_or_create(party=party, type=type_, defaults=dict(address))
    written_down(actor, "party.set-address", party)
    return made


@transaction.atomic
def remove_address(
    *, actor: Actor, organisation: Organisation, environment: Environment, type_: str
) -> None:
    party = addressed(actor, organisation, environment)
    if party.addresses.filter(type=type_).delete()[0]:
        written_down(actor, "party.remove-address", party)


def describes_itself(environment: Environment) -> bool:
    """Return whether companies write down here what they are, with nobody who looks at it."""
    provider = policy.provider(environment.provider_id)
    opened = provider is not None and provider.registration is Registration.OPEN
    return opened and environment.kind == EnvironmentKind.SANDBOX


def written_by_desk(provider: str) -> tuple[str, ...]:
    """Return the types of codes that a provider's desk writes down: first the one it gives out."""
    found = policy.provider(provider)
    return found.identifiers if found is not None else ()


def addressed(actor: Actor, organisation: Organisation, environment: Environment) -> Party:
    desk = actor.serves(environment.provider_id)
    only(desk or actor.manages(organisation), administrators_or_desk_only())
    return known(organisation, environment, made=describes_itself(environment))


def known(organisation: Organisation, environment: Environment, *, made: bool) -> Party:
    """Return the party, `made` where it is not there yet; else that is refused."""
    here = {"organisation": organisation, "environment": environment}
    found = Party.objects.filter(**here).first()
    if found is not None:
        return found
    if not made:
        raise Refused(_("Your organisation is not known here yet. Ask the service desk first."))
    return Party.objects.create(name=organisation.name, **here)


def keep(party: Party, type_: str, code: str) -> None:
    try:
        with transaction.atomic():
            Identifier.objects.create(
                environment_id=party.environment_id, party=party, type=type_, code=code
            )
    except IntegrityError as error:
        text = _("%(code)s is the code of another organisation here. Ask the service desk.")
        raise Refused(text % {"code": code}) from error


def written_down(actor: Actor, action: str, party: Party) -> None:
    organisation = party.organisation_id.hex
    audit.write(
        actor.name, action, f"party:{party.pk}", party.environment_id, organisation=organisation
    )
    announce(Changed.PARTY, f"{party.environment_id} {organisation}")


def tell_identifiers(party: Party) -> None:
    """Tell the administrators by which codes they are known: some are given out by the desk."""
    codes = party.identifiers.order_by("type").values_list("type", "code")
    tell(
        administrators(party.organisation),
        gettext_noop("%(organisation)s: your identifiers in %(environment)s"),
        gettext_noop(
            "The service desk wrote down by which codes %(organisation)s is known in "
            "%(environment)s:\n%(codes)s\n"
            "You find them in the portal: %(portal)s\n"
        ),
        organisation=party.organisation.name,
        environment=party.environment_id,
        codes="\n".join(f"{type_} {code}" for type_, code in codes) or "–",
    )
