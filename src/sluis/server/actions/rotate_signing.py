"""Make a new secret to sign with; for a day pushes are signed with the one before too."""

import time

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.actions.change_channel import known_of
from sluis.server.jobs import signature
from sluis.server.jobs.secrets import closed
from sluis.server.models import Channel

OVERLAP_SECONDS = 24 * 3_600


@transaction.atomic
def rotate_signing(*, actor: Actor, channel: Channel) -> str:
    """Return the new secret, which is shown this once. Raises `Refused`."""
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    found = Channel.objects.select_for_update().get(pk=channel.pk)  # two at once are two secrets
    known = known_of(found)
    if not known.signing:
        raise Refused(_("This channel does not sign its pushes."))
    fresh = signature.new_secret()
    found.sealed = closed(known.rotated(fresh, time.time() + OVERLAP_SECONDS), str(found.public_id))
    found.save(update_fields=["sealed"])
    audit.write(
        actor.name,
        "channel.rotate",
        f"channel:{found.public_id.hex}",
        found.environment_id,
        organisation=found.organisation_id.hex,
    )
    return fresh
