"""How much of its limits an organisation has used just now, counted from its calls."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from sluis.core.api import Api
from sluis.core.problem import Reason
from sluis.core.quota import Limit
from sluis.server.answers.calls import counts, each
from sluis.server.models import Organisation
from sluis.server.portal import places
from sluis.server.portal.places import Place

LOOKED_AT_SECONDS = 60.0

# Who is refused for one of these was refused before the call counted.
NOT_COUNTED = {
    Reason.NO_SUCH_OPERATION,
    Reason.METHOD_NOT_ALLOWED,
    Reason.CREDENTIAL_MISSING,
    Reason.CREDENTIAL_UNKNOWN,
    Reason.CREDENTIAL_EXPIRED,
    Reason.CREDENTIAL_DISABLED,
    Reason.CREDENTIALS_DISAGREE,
    Reason.WRONG_ENVIRONMENT,
    Reason.SIGNATURE_WRONG,
    Reason.NO_CONSENT,
    Reason.NOT_SUBSCRIBED,
    Reason.NOT_GRANTED,
    Reason.RETIRED,
    Reason.QUOTA_SPENT,
}


class Standing(NamedTuple):
    limit: Limit
    used: int

    @property
    def left(self) -> int:
        return max(self.limit.calls - self.used, 0)


def standings(place: Place, organisation: Organisation, api: Api) -> list[Standing]:
    """Return each limit with the calls that count for it, of all APIs that share it."""
    sharing = {one.slug for one in places.apis_of(api.provider) if one.product == api.product}
    limits = places.limits_in([place.key], api)[place.key]
    return [Standing(limit, used(place.key, organisation, sharing, limit)) for limit in limits]


def used(environment: str, organisation: Organisation, apis: set[str], limit: Limit) -> int:
    return sum(
        calls
        for api, reason, calls in made(environment, organisation.pk.hex, limit.seconds)
        if api in apis and reason not in NOT_COUNTED
    )


def made(environment: str, organisation: str, seconds: float) -> Iterator[tuple[str, str, int]]:
    """Return API, reason and number of the calls of so many seconds.

    Each call, of whomever, is looked at where that is a minute at most. What is counted of a
    longer time is counted by the hour, and begins with a whole one.
    """
    now = time.time()
    if seconds > LOOKED_AT_SECONDS:
        found = counts(environment, organisation, now - seconds)
        yield from ((api, reason or "", calls) for (api, _, _, reason), (calls, _) in found.items())
        return
    for record in each(now - seconds, now):
        if (record.environment, record.organisation) == (environment, organisation):
            yield record.api, record.reason or "", 1
