"""Who called an API lately in an environment: whom it concerns when its version goes."""

import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Max, QuerySet, Sum, Value
from django.db.models.functions import Cast, Replace

from sluis.core.api import Api
from sluis.core.quota import DAY
from sluis.server.answers.records import hour_of
from sluis.server.models import CallCount, Organisation, Subscription

DAYS = 30  # what runs once a month is seen, too
SHOWN = 20


class Caller(NamedTuple):
    organisation: Organisation
    calls: int
    last_at: float  # in seconds since 1970


class Callers(NamedTuple):
    most: Sequence[Caller]  # who called most, the first of them
    number: int  # of all organisations that called
    unnamed: int  # calls of operations that everybody may call: nobody says who they are


def callers(environment: str, api: Api) -> Callers:
    """Return who called in the last `DAYS`, in real time; calls that were refused count too."""
    since = hour_of(time.time() - DAYS * DAY)
    made = CallCount.objects.filter(environment=environment, api=api.slug, hour__gte=since)
    named = made.filter(organisation__in=subscribers(environment, api.slug)).values("organisation")
    sums = named.annotate(number=Sum("calls"), last=Max("last_at"))
    found = list(sums.order_by("-number", "organisation"))
    owners = Organisation.objects.in_bulk([UUID(one["organisation"]) for one in found[:SHOWN]])
    return Callers(
        [
            Caller(owners[UUID(one["organisation"])], one["number"], one["last"])
            for one in found[:SHOWN]
        ],
        len(found),
        unnamed(made) if any(not item.schemes for item in api.operations) else 0,
    )


def subscribers(environment: str, api: str) -> QuerySet[Subscription, str]:
    """Return who ever subscribed, as calls name them; others were refused all along.

    By their names the index finds the calls of some days among those of more than a year.
    """
    name = Replace(Cast("organisation", CharField()), Value("-"), Value(""))
    found = Subscription.objects.filter(environment=environment, api=api)
    return found.values_list(name, flat=True)


def unnamed(made: QuerySet[CallCount]) -> int:
    good = made.filter(organisation="", status__lt=400)
    number: int = good.aggregate(number=Sum("calls", default=0))["number"]
    return number
