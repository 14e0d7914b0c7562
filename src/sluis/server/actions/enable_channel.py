"""Push to a channel again, from now on; `replay` brings what was missed."""

from django.db import transaction

from sluis.server import audit
from sluis.server.actions.actor import Actor, developers_or_desk_only, only
from sluis.server.models import Channel


@transaction.atomic
def enable_channel(*, actor: Actor, channel: Channel) -> None:
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    changed = Channel.objects.filter(pk=channel.pk, disabled_at__isnull=False)
    fresh = {"disabled_at": None, "disabled_because": "", "failing_since": None, "warned": 0}
    if changed.update(**fresh):
        audit.write(
            actor.name,
            "channel.enable",
            f"channel:{channel.public_id.hex}",
            channel.environment_id,
        )
