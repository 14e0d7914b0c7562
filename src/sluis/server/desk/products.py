"""Products: what the provider publishes, who subscribes, and the limits in force."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.core.api import Api
from sluis.core.quota import Limit
from sluis.core.subscription import ALIVE, State
from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.set_limits import CALLS_AT_MOST, label, set_limits
from sluis.server.actions.set_version_state import set_version_state
from sluis.server.answers.callers import DAYS, callers
from sluis.server.answers.deprecations import Ending, ending
from sluis.server.desk.forms import VersionState
from sluis.server.desk.shelf import shelf
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Environment, Organisation, Provider, Subscription
from sluis.server.portal import places
from sluis.server.portal.places import Place


@dataclass(frozen=True, slots=True)
class Served:
    """How an API stands in one environment."""

    place: Place
    ending: Ending | None  # None where the version stays
    states: Counter[str]  # of its subscriptions

    @property
    def idle(self) -> bool:
        return bool(self.states[State.REQUESTED] or self.states[State.SUSPENDED])


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    rows = {row.pk: row for row in Environment.objects.filter(provider=provider)}
    counts = counted(environment__in=list(rows))
    known = places_of(provider)
    shelves = []
    for api in places.apis_of(provider.pk):
        everywhere = served(api, known, rows, counts)
        shelves.append((api, everywhere, [one for one in everywhere if one.idle]))
    return render(request, "desk/products.html", {"provider": provider, "shelves": shelves})


def served(
    api: Api,
    known: list[Place],
    rows: Mapping[str, Environment],
    counts: Mapping[tuple[str, str], Counter[str]],
) -> list[Served]:
    """Return how the API stands in each environment, in the order of the provider's."""
    return [
        Served(
            place,
            ending(api, rows.get(place.key)),
            counts.get((place.key, api.slug), Counter()),
        )
        for place in known
    ]


def counted(**which: object) -> Mapping[tuple[str, str], Counter[str]]:
    """Return how many subscriptions there are, by environment and API and then by state."""
    found = Subscription.objects.filter(**which).order_by()
    # Counted as rows: with a column in it the index alone would not do.
    rows = found.values_list("environment", "api", "state").annotate(number=Count("*"))
    counts: dict[tuple[str, str], Counter[str]] = {}
    for environment, api, state, number in rows:
        counts.setdefault((environment, api), Counter())[state] = number
    return counts


def places_of(provider: Provider) -> list[Place]:
    return [place for place in places.everywhere() if place.provider == provider.pk]


@for_desk_of
def one(request: HttpRequest, actor: Actor, provider: Provider, api: str) -> HttpResponse:
    shown = published(provider, api)
    asked = request.GET.get("environment", "")
    after = request.GET.get("after", "")
    return render(request, "desk/product.html", context_of(provider, shown, asked, after))


@for_desk_of
def called(
    request: HttpRequest, actor: Actor, provider: Provider, api: str, environment: str
) -> HttpResponse:
    """Show who called an API lately in an environment: asked before its version goes."""
    shown = published(provider, api)
    place = next((one for one in places_of(provider) if one.policy.name == environment), None)
    if place is None:
        raise Http404
    context = {
        "provider": provider,
        "api": shown,
        "page": page_of(provider, shown, environment),
        "place": place,
        "environment": place.policy,
        "called": callers(place.key, shown),
        "days": DAYS,
    }
    return render(request, "desk/callers.html", context)


def published(provider: Provider, slug: str) -> Api:
    return places.found(provider.pk, slug)[1]


def context_of(
    provider: Provider,
    api: Api,
    asked: str,
    after: str = "",
    wrong: "Limits | None" = None,
    version: VersionState | None = None,
) -> dict[str, Any]:
    known = places_of(provider)
    place = next((one for one in known if one.policy.name == asked), known[0])
    subscribed = Subscription.objects.filter(environment=place.key, api=api.slug, state__in=ALIVE)
    owners = Organisation.objects.filter(Exists(subscribed.filter(organisation=OuterRef("pk"))))
    shown = shelf(owners, after)
    row = Environment.objects.filter(key=place.key).first()
    said, limits = ending(api, row), places.limits_of(row, api)
    states = dict(
        subscribed.filter(organisation__in=shown.organisations).values_list("organisation", "state")
    )
    return {
        "provider": provider,
        "api": api,
        "place": place,
        "environment": place.policy,
        "places": known,
        "counts": counted(environment=place.key, api=api.slug).get((place.key, api.slug), {}),
        "shelf": shown,
        "rows": [(owner, states[owner.pk]) for owner in shown.organisations],
        "limits": wrong or Limits(limits),
        "life": version or VersionState(initial=beginning(api, said)),
        "ending": said,
        "form": wrong or version,  # whose errors the title tells of
        "changed": limits != api.limits,
        "days": DAYS,
    }


def beginning(api: Api, said: Ending | None) -> dict[str, Any]:
    """Return what the form of a version begins with."""
    if said is None:
        return {"version": api.version}
    return {name: getattr(said.deprecation, name) for name in VersionState.base_fields}


class Limits(forms.Form):
    """A number of calls for each limit; its name and its time are the publisher's."""

    def __init__(self, limits: tuple[Limit, ...], given: Any = None) -> None:
        super().__init__(given)
        self.limits = limits
        for limit in limits:
            self.fields[limit.name] = forms.IntegerField(
                label=label(int(limit.seconds)),
                min_value=1,
                max_value=CALLS_AT_MOST,
                initial=limit.calls,
                error_messages={
                    name: gettext_lazy("A limit is a number from 1 to 1,000,000,000.")
                    for name in ("required", "invalid", "min_value", "max_value")
                },
            )

    def chosen(self) -> list[Limit]:
        return [limit._replace(calls=self.cleaned_data[limit.name]) for limit in self.limits]


@for_desk_of
@require_POST
def limit(
    request: HttpRequest, actor: Actor, provider: Provider, api: str, environment: str
) -> HttpResponse:
    """Put other limits in force for a product in an environment, or those that are published."""
    shown = published(provider, api)
    row = get_object_or_404(Environment, provider=provider, name=environment)
    back = "published" in request.POST
    form = Limits(shown.limits, request.POST)
    if not back and not form.is_valid():
        context = context_of(provider, shown, environment, wrong=form)
        return render(request, "desk/product.html", context)
    try:
        set_limits(
            actor=actor,
            environment=row,
            product=shown.product,
            limits=None if back else form.chosen(),
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The limits are in force."))
    return back_to(provider, shown, environment)


@for_desk_of
@require_POST
def version(
    request: HttpRequest, actor: Actor, provider: Provider, api: str, environment: str
) -> HttpResponse:
    """Deprecate the version that is published in an environment, or make it current again."""
    shown = published(provider, api)
    row = get_object_or_404(Environment, provider=provider, name=environment)
    form = VersionState(request.POST)
    valid, stays = form.is_valid(), "current" in request.POST
    if stays or valid:
        said = None if stays else form.chosen()
        try:
            set_version_state(actor=actor, environment=row, api=shown.slug, deprecation=said)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("What becomes of this version is in force."))
            return back_to(provider, shown, environment)
    form.data = request.POST.copy()
    form.data["version"] = shown.version  # the one that the page shows from now on
    context = context_of(provider, shown, environment, version=form)
    return render(request, "desk/product.html", context)


def back_to(provider: Provider, api: Api, environment: str) -> HttpResponse:
    return redirect(page_of(provider, api, environment))


def page_of(provider: Provider, api: Api, environment: str) -> str:
    page = reverse("desk_product", args=[provider.pk, api.slug])
    return f"{page}?environment={environment}"
