"""Make an organisation known in an environment: its roles and identifiers there."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.documented import refuse_documented
from sluis.server.models import Environment, Identifier, Organisation, Party
from sluis.server.models.party import IDENTIFIER_TYPES


@transaction.atomic
def make_party(
    *,
    actor: Actor,
    organisation: Organisation,
    environment: Environment,
    roles: Iterable[str] = (),
    identifiers: Mapping[str, str],
) -> Party:
    """Return the party; the desk has seen that the identifiers (by type) are the company's."""
    only(actor.serves(environment.provider_id), desk_only())
    if not set(identifiers) <= set(IDENTIFIER_TYPES):
        raise Refused(_("There is no such kind of identifier."))
    refuse_documented(environment, *identifiers.values())
    try:
        with transaction.atomic():
            made = Party.objects.create(
                environment=environment,
                organisation=organisation,
                name=organisation.name,
                roles=sorted(set(roles)),
            )
            Identifier.objects.bulk_create(
                Identifier(environment=environment, party=made, type=type_, code=code.strip())
                for type_, code in identifiers.items()
            )
    except IntegrityError as error:
        raise Refused(
            _("The organisation, or one of its identifiers, is known already.")
        ) from error
    audit.write(
        actor.name,
        "party.make",
        f"party:{made.pk}",
        environment.pk,
        organisation=organisation.pk.hex,
    )
    announce(Changed.PARTY, f"{environment.pk} {organisation.pk.hex}")
    return made
