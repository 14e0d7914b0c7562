"""Push a message to a channel that says that it is a test, and tell what was answered."""

import asyncio
import uuid

import msgspec
from django.conf import settings
from django.utils.translation import gettext_noop

from sluis.server.actions.actor import Actor, developers_or_desk_only, only
from sluis.server.jobs.channels import Known
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.targets import Answer, Target
from sluis.server.models import Channel


def send_test(*, actor: Actor, channel: Channel) -> Answer:
    """Push it now, once; it takes as long as the other side does, 15 seconds at most."""
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    found = Known().targets([channel.pk])
    if not found:
        return Answer(None, error=gettext_noop("The channel is disabled."))
    return asyncio.run(pushed(found[0]))


async def pushed(target: Target) -> Answer:
    from sluis.server.jobs.push import Pusher  # aiohttp takes a while to import

    message = msgspec.json.encode({"type": "Test", "event": "Test", "body": {}}).decode()
    guard = Guard(development=settings.CONFIG.webhooks == "development")
    async with Pusher(guard) as pusher:
        return await pusher.push(target, str(uuid.uuid4()), message)
