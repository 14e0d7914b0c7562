"""Push notifications to a channel once more, under the ids that they had."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.core.job import QUERIED_HOURS
from sluis.core.moments import SECOND, microseconds
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.models import Channel, StoredNotification
from sluis.storage import jobs as storage

PER_SECOND = 25  # half of what a channel takes: what is new has the other half


@transaction.atomic
def replay_one(*, actor: Actor, channel: Channel, notification_id: str) -> None:
    """Push one notification again. Raises `Refused` when it is none of this organisation's."""
    allowed(actor, channel)
    found = StoredNotification.objects.filter(
        environment=channel.environment_id,
        organisation=channel.organisation_id.hex,
        id=notification_id,
    ).first()
    if found is None:
        raise Refused(_("There is no such notification."))
    storage.deliver([(found.seq, channel.pk, found.lane)], int(time.time() * SECOND))
    noted(actor, channel, 1)


@transaction.atomic
def replay_since(
    *, actor: Actor, channel: Channel, since: datetime, now: datetime, failed_only: bool
) -> int:
    """Push again what was told since then, all or what failed; return how many.

    Both times are of the environment's clock.
    """
    allowed(actor, channel)
    if since < now - timedelta(hours=QUERIED_HOURS):
        raise Refused(_("Notifications are kept for 168 hours."))
    rows = storage.to_replay(
        channel.pk,
        channel.environment_id,
        channel.organisation_id.hex,
        microseconds(since),
        failed_only=failed_only,
    )
    if rows:
        storage.deliver(rows, int(time.time() * SECOND), SECOND // PER_SECOND)
    noted(actor, channel, len(rows))
    return len(rows)


def allowed(actor: Actor, channel: Channel) -> None:
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    if channel.disabled_at is not None:
        raise Refused(_("This channel is disabled."))


def noted(actor: Actor, channel: Channel, count: int) -> None:
    audit.write(
        actor.name,
        "channel.replay",
        f"channel:{channel.public_id.hex}",
        channel.environment_id,
        notifications=count,
    )
