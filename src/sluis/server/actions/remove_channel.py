"""Remove a channel for good, with its secrets; what was pushed to it stays on record."""

from django.db import transaction

from sluis.server import audit
from sluis.server.actions.actor import Actor, developers_or_desk_only, only
from sluis.server.models import Channel
from sluis.storage import jobs as storage


@transaction.atomic
def remove_channel(*, actor: Actor, channel: Channel) -> None:
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    storage.cancel(channel.pk)
    audit.write(
        actor.name,
        "channel.remove",
        f"channel:{channel.public_id.hex}",
        channel.environment_id,
        organisation=channel.organisation_id.hex,
    )
    channel.delete()
