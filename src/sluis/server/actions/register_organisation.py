"""A company or an individual registers, and is known in the sandboxes that anybody can enter."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server.actions.actor import Actor, NotAllowed, Refused, member
from sluis.server.actions.change_party import describes_itself, set_identifiers
from sluis.server.actions.make_organisation import make_organisation
from sluis.server.models import Environment, Organisation


def open_sandboxes() -> list[Environment]:
    """Return the environments in which who registers is known at once."""
    return [one for one in Environment.objects.order_by("key") if describes_itself(one)]


@transaction.atomic
def register_organisation(
    *,
    actor: Actor,
    name: str,
    individual: bool = False,
    country: str = "",
    identifiers: Mapping[str, str] | None = None,
) -> Organisation:
    """Return the organisation, of which the person is the administrator.

    An individual has no company identifiers. Where nobody registers by themselves it is
    refused: there the service desk makes organisations.
    """
    sandboxes = open_sandboxes()
    if not sandboxes:
        raise Refused(_("Nobody registers here by themselves. Ask the service desk."))
    if actor.person is None or actor.desk is not None:
        raise NotAllowed(_("Log in first."))
    made = make_organisation(actor=actor, name=name, individual=individual, country=country)
    founder = member(actor.person, made)
    given = {type_: code for type_, code in (identifiers or {}).items() if code}
    for environment in sandboxes if given and not individual else ():
        set_identifiers(
            actor=founder, organisation=made, environment=environment, identifiers=given
        )
    return made
