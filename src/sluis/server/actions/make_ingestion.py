"""Give a company an ingestion id: the address at which its messages for Certified Pick up come in.

An API's own row, and the one thing of it that people ask the service desk for (seed 001).
"""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.apis import certified_pickup
from sluis.apis.certified_pickup.tables.models import Ingestion
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment, Organisation

MESSAGE_TYPES = ("json",)  # seed 001: announced beforehand; its other one, EDIFACT, is not served


@transaction.atomic
def make_ingestion(
    *, actor: Actor, organisation: Organisation, environment: Environment, message_type: str
) -> Ingestion:
    """Return the company's channel of this type; there is one at most, made when it is missing."""
    only(actor.serves(environment.provider_id), desk_only())
    if environment.provider_id != certified_pickup.API.provider:
        raise Refused(_("This API is not published there."))
    if message_type not in MESSAGE_TYPES:
        raise Refused(_("Choose one of the message types."))
    found, made = Ingestion.objects.get_or_create(
        environment=environment.pk,
        organisation=organisation.pk.hex,
        message_type=message_type,
        defaults={"id": uuid4()},
    )
    if made:
        audit.write(
            actor.name,
            "ingestion.make",
            f"ingestion:{found.id}",
            environment.pk,
            organisation=organisation.pk.hex,
            message_type=message_type,
        )
        announce(Changed.DATA, f"{environment.pk} {certified_pickup.API.package}")
    return found
