"""Which versions an organisation uses: as imported, and as its calls show."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sluis.apis.parcels.rules.catalogue import VERSION_OF_OPERATION
from sluis.apis.parcels.rules.usage import Used
from sluis.core.subscription import State
from sluis.server.actions.import_usage import keep
from sluis.server.answers.calls import counts
from sluis.server.models import Environment, Organisation, Subscription, VersionInUse

PROVIDER = "parcels"  # the one that has a register of versions
DAYS = 30  # how far back calls are looked at; what they show is kept every day


class InUse(NamedTuple):
    version: str
    last_used: date
    source: str


def in_use(organisation: Organisation) -> dict[str, list[InUse]]:
    """Return by API what was used; the calls of the last minutes are among it."""
    kept = VersionInUse.objects.filter(provider=PROVIDER, organisation=organisation)
    found: dict[str, list[InUse]] = {}
    for row in kept:
        found.setdefault(row.api, []).append(InUse(row.version, row.last_used, row.source))
    for used in seen(organisation.pk.hex):
        now = InUse(used.version, used.last_used, VersionInUse.Source.TRAFFIC)
        found.setdefault(used.api, []).append(now)
    return found


def seen(organisation: str) -> list[Used]:
    """Return what the answered calls of the last 30 days were of, in every environment."""
    since = time.time() - timedelta(days=DAYS).total_seconds()
    latest: dict[tuple[str, str], float] = {}
    for key in Environment.objects.filter(provider=PROVIDER).values_list("key", flat=True):
        for (api, operation, status, _), (_, at) in counts(key, organisation, since).items():
            version = VERSION_OF_OPERATION.get((api, operation))
            if version is not None and status < 400:
                latest[api, version] = max(at, latest.get((api, version), at))
    return [
        Used(organisation, api, version, datetime.fromtimestamp(at, UTC).date())
        for (api, version), at in latest.items()
    ]


def keep_seen() -> None:
    """Keep what calls show: their records go one day, and what was used then is still of use."""
    active = Subscription.objects.filter(environment__provider=PROVIDER, state=State.ACTIVE)
    for organisation in active.values_list("organisation_id", flat=True).distinct():
        for used in seen(organisation.hex):
            keep(PROVIDER, used, VersionInUse.Source.TRAFFIC)
