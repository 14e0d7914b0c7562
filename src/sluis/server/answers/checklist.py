"""What the sandbox saw of an organisation's link: the checklist before production."""

import time
from collections.abc import Iterable
from datetime import timedelta

from sluis.core.checklist import DAYS, ChannelSeen, Checklist, checklist
from sluis.server.answers.calls import counts
from sluis.server.models import Channel, Organisation
from sluis.server.models.job import DELIVERED, Delivery


def checklist_of(environment: str, organisation: Organisation, apis: Iterable[str]) -> Checklist:
    """Return the checklist of the last 30 days in a sandbox; real time, whatever its clock says."""
    since = time.time() - timedelta(days=DAYS).total_seconds()
    called = counts(environment, organisation.pk.hex, since)
    return checklist(apis, called, channels(environment, organisation, since))


def channels(environment: str, organisation: Organisation, since: float) -> list[ChannelSeen]:
    """Return the channels that are open, with what each took."""
    own = Channel.objects.filter(
        environment=environment, organisation=organisation, disabled_at=None
    ).order_by("name", "pk")
    taken = Delivery.objects.filter(state=DELIVERED, created_at__gte=int(since * 1_000_000))
    return [ChannelSeen(one.name, taken.filter(channel=one.pk).count()) for one in own]
