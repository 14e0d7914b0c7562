"""What an organisation showed of an API in the sandbox of its provider, read from what happened."""

import time

from django.db.models import Count, Q

from sluis.core.api import Api
from sluis.core.evidence import DAYS, Evidence, Pushes, evidence
from sluis.core.provider import EnvironmentKind
from sluis.core.quota import DAY
from sluis.core.subscription import State
from sluis.server.answers.calls import counts
from sluis.server.models import Channel, Delivery, Environment, Organisation, Subscription
from sluis.server.models.job import DELIVERED, GIVEN_UP


def evidence_of(organisation: Organisation, api: Api) -> Evidence | None:
    """Return what the last `DAYS` show; None where the provider has no sandbox."""
    sandbox = Environment.objects.filter(provider=api.provider, kind=EnvironmentKind.SANDBOX)
    environment = sandbox.order_by("key").first()
    if environment is None:
        return None
    since = time.time() - DAYS * DAY
    subscribed = Subscription.objects.filter(
        organisation=organisation, environment=environment, api=api.slug, state=State.ACTIVE
    )
    return evidence(
        api,
        subscribed.exists(),
        counts(environment.key, organisation.pk.hex, since),
        pushes(organisation, environment),
    )


def pushes(organisation: Organisation, environment: Environment) -> Pushes:
    """Return what the channels that are open took of what was pushed to them."""
    channels = Channel.objects.filter(
        organisation=organisation, environment=environment, disabled_at=None
    ).values_list("pk", flat=True)
    found = Delivery.objects.filter(channel__in=list(channels)).aggregate(
        taken=Count("pk", filter=Q(state=DELIVERED)), failed=Count("pk", filter=Q(state=GIVEN_UP))
    )
    return Pushes(len(channels), found["taken"], found["failed"])
