"""What an organisation showed of APIs in the sandbox of their provider, read from what happened."""

import time
from collections.abc import Sequence

from django.db.models import Count

from sluis.core.api import Api
from sluis.core.evidence import DAYS, ChannelSeen, Evidence, evidence
from sluis.core.provider import EnvironmentKind
from sluis.core.quota import DAY
from sluis.core.subscription import State
from sluis.server.answers.calls import counts
from sluis.server.models import Channel, Delivery, Environment, Organisation, Subscription
from sluis.server.models.job import DELIVERED

NOTHING = Evidence((), None)


def evidence_of(organisation: Organisation, apis: Sequence[Api]) -> Evidence:
    """Return what the last `DAYS` show of those APIs of one provider that want evidence.

    Real time, whatever the clock of the sandbox says; nothing where there is no sandbox.
    """
    wanted = [api for api in apis if api.evidence]
    sandboxes = Environment.objects.filter(
        provider__in={api.provider for api in wanted}, kind=EnvironmentKind.SANDBOX
    )
    sandbox = sandboxes.order_by("key").first()
    if sandbox is None:
        return NOTHING
    since = time.time() - DAYS * DAY
    subscribed = Subscription.objects.filter(
        organisation=organisation, environment=sandbox, state=State.ACTIVE
    )
    return evidence(
        wanted,
        set(subscribed.values_list("api", flat=True)),
        counts(sandbox.key, organisation.pk.hex, since),
        channels(organisation, sandbox, since),
    )


def channels(
    organisation: Organisation, environment: Environment, since: float
) -> list[ChannelSeen]:
    """Return the channels that are open, with how much each took."""
    own = Channel.objects.filter(
        organisation=organisation, environment=environment, disabled_at=None
    ).order_by("name", "pk")
    found = dict(own.values_list("pk", "name"))
    deliveries = Delivery.objects.filter(
        channel__in=list(found), state=DELIVERED, created_at__gte=int(since * 1_000_000)
    )
    taken = dict(deliveries.values_list("channel").annotate(Count("pk")))
    return [ChannelSeen(name, taken.get(pk, 0)) for pk, name in found.items()]
