"""My subscriptions: what each gives, what is left of it, and how it is suspended or ended."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.apis import certified_pickup
from sluis.apis.certified_pickup.tables.models import Ingestion
from sluis.core.api import Api
from sluis.core.quota import DAY, Limit
from sluis.core.subscription import State
from sluis.server import roles
from sluis.server.actions import subscribe
from sluis.server.actions.accept_terms import terms_due, terms_to_accept
from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.keys import hosted
from sluis.server.answers.calls import counts
from sluis.server.answers.deprecations import ending
from sluis.server.answers.evidence import evidence_of
from sluis.server.models import Credential, Subscription
from sluis.server.portal import places, samples
from sluis.server.portal.belonging import acting, developed, for_members, own
from sluis.server.portal.places import Place
from sluis.server.portal.reasons import MEANING
from sluis.server.portal.standing import standings

DAYS = 7
STATES = {
    State.ACTIVE: ("green", gettext_lazy("active")),
    State.REQUESTED: ("orange", gettext_lazy("requested")),
    State.SUSPENDED: ("red", gettext_lazy("suspended")),
    State.REJECTED: ("grey", gettext_lazy("rejected")),
    State.ENDED: ("grey", gettext_lazy("ended")),
}


class Shown(NamedTuple):
    """A subscription as lists have it."""

    subscription: Subscription
    api: Api | None  # None when it is no longer published
    place: Place | None
    colour: str
    word: Any

    @property
    def limits(self) -> Sequence[Limit]:
        """Return those in force: of the environment, else as published."""
        if self.api is None:
            return ()
        own = self.subscription.environment.limits.get(self.api.product)
        return self.api.limits if own is None else [Limit(*limit) for limit in own]


class Called(NamedTuple):
    operation: Any  # its title by language, or its name
    status: int
    meaning: Any  # why it was refused; absent when it was not
    times: int
    last: datetime


def shown(subscription: Subscription) -> Shown:
    place, api = places.at(subscription.environment_id), hosted(subscription.api)
    return Shown(subscription, api, place, *STATES[State(subscription.state)])


@for_members
def page(request: HttpRequest) -> HttpResponse:
    owners = own(request)
    found = Subscription.objects.filter(organisation__in=owners.values()).select_related(
        "organisation", "environment", "terms"
    )
    rows = [shown(one) for one in found.order_by("organisation__name", "api", "environment_id")]
    due = terms_due([row.subscription for row in rows])
    over = [row for row in rows if row.subscription.state in (State.ENDED, State.REJECTED)]
    context = {
        "rows": [row for row in rows if row not in over],
        "over": over,
        "several": len(owners) > 1,
        "owners": owners,
        "new_terms": [row for row in rows if row.subscription in due],
    }
    return render(request, "subscriptions/index.html", context)


def owned(request: HttpRequest, subscription: UUID) -> Subscription:
    """Return a subscription of one of the person's organisations; raises `Http404`."""
    found = (
        Subscription.objects.filter(pk=subscription, organisation__in=own(request).values())
        .select_related("organisation", "environment", "terms")
        .first()
    )
    if found is None or hosted(found.api) is None or places.at(found.environment_id) is None:
        raise Http404
    return found


def keys_of(subscription: Subscription) -> list[Credential]:
    """Return the keys that work, the primary one first."""
    return list(subscription.keys.filter(disabled_at=None).order_by("label"))


def about(subscription: Subscription) -> dict[str, Any]:
    """Return what every page about one subscription shows."""
    row = shown(subscription)
    assert row.api is not None
    assert row.place is not None
    operation = samples.first_call(row.api)
    return {
        "subscription": subscription,
        "row": row,
        "api": row.api,
        "place": row.place,
        "provider": next(one for one, apis in places.shelves() if row.api in apis),
        "environment": row.place.policy,
        "ending": ending(row.api, subscription.environment),
        "role": roles.PARTIES.get(subscription.role, subscription.role),
        "tokens": "bearer-token" in operation.schemes,
        "token_line": samples.token_line(row.place.token_url, by_password=row.place.by_password),
        "first_call": samples.sample("curl", operation, row.place.base_url),
        "ingestion_ids": ingestion_ids(subscription),
        "client_ticket": urlencode(
            {
                "kind": "client",
                "provider": row.api.provider,
                "environment": subscription.environment_id,
                "organisation": str(subscription.organisation_id),
            }
        ),
    }


def ingestion_ids(subscription: Subscription) -> list[Ingestion]:
    if subscription.api != certified_pickup.API.slug:
        return []
    return list(
        Ingestion.objects.filter(
            environment=subscription.environment_id, organisation=subscription.organisation_id.hex
        )
    )


@for_members
def one(request: HttpRequest, subscription: UUID) -> HttpResponse:
    found = owned(request, subscription)
    context = about(found)
    calls = called(found, context["api"])
    context |= {
        "keys": keys_of(found),
        "standings": standings(context["place"], found.organisation, context["api"]),
        "calls": calls,
        "days": DAYS,
        "new_terms": terms_to_accept(found),
        "may": found.organisation_id.hex in developed(request),
        "evidence": evidence_of(found.organisation, [context["api"]])
        if found.state == State.REQUESTED
        else None,
        "by_desk": found.state == State.SUSPENDED and found.reason,
    }
    return render(request, "subscriptions/one.html", context)


def called(subscription: Subscription, api: Api) -> list[Called]:
    """Return the calls of the last days, by operation and outcome; those that went well first."""
    since = time.time() - DAYS * DAY
    titles = {operation.name: operation.summary for operation in api.operations}
    found = counts(subscription.environment_id, subscription.organisation_id.hex, since)
    rows = [
        Called(
            titles.get(operation, {"en": operation}),
            status,
            MEANING.get(reason, reason) if reason else None,  # type: ignore[call-overload]  # of text
            count,
            datetime.fromtimestamp(last_at, UTC),
        )
        for (slug, operation, status, reason), (count, last_at) in found.items()
        if slug == api.slug
    ]
    return sorted(rows, key=lambda row: (row.status, -row.times))


@for_members
@require_POST
def act(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Suspend or resume."""
    found = owned(request, subscription)
    steps = {"suspend": subscribe.suspend, "resume": subscribe.resume}
    step = steps.get(request.POST.get("act", ""))
    if step is None:
        raise Http404
    try:
        step(actor=acting(request, found.organisation), subscription=found)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. Other servers follow within five seconds."))
    return redirect("subscription", subscription)


@for_members
def end(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Ask once, with what follows; then end it."""
    found = owned(request, subscription)
    if request.method != "POST":
        return render(request, "subscriptions/end.html", about(found))
    try:
        subscribe.end(actor=acting(request, found.organisation), subscription=found)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The subscription has ended. Its keys no longer work."))
    return redirect("subscription", subscription)
