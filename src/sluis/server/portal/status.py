"""The public status of a provider's environments: how they do, what is planned, what was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core import status as rules
from sluis.core.status import Effect, Happening, Phase
from sluis.server.models import Incident
from sluis.server.portal import places
from sluis.server.portal.contact import publisher
from sluis.server.portal.places import Place

SHOWN_AFTERWARDS = timedelta(days=30)
STATES: dict[Effect, tuple[str, str | Promise]] = {
    Effect.NONE: ("green", _("works")),
    Effect.DISTURBED: ("orange", _("works with disturbances")),
    Effect.DOWN: ("red", _("does not work")),
}
KINDS: dict[Happening, str | Promise] = {
    Happening.INCIDENT: _("Incident"),
    Happening.MAINTENANCE: _("Maintenance"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """An environment, and what there is to tell of it."""

    place: Place
    colour: str
    word: str | Promise
    present: list[dict[str, Any]]
    planned: list[dict[str, Any]]
    past: list[dict[str, Any]]


def page(request: HttpRequest, provider: str) -> HttpResponse:
    shown = publisher(provider)
    now = timezone.now()
    incidents = told(provider, now)
    conditions = [
        condition(place, [one for one in incidents if one.environment_id == place.key], now)
        for place in places.of_provider(shown)
    ]
    return render(request, "status/page.html", {"provider": shown, "conditions": conditions})


def told(provider: str, now: datetime) -> list[Incident]:
    """Return what is under way, planned, or over for less than a month; the newest first."""
    ours = Incident.objects.filter(environment__provider=provider)
    recent = ours.exclude(ends_at__lt=now - SHOWN_AFTERWARDS)
    return list(recent.prefetch_related("updates").order_by("-starts_at", "-pk"))


def condition(place: Place, incidents: list[Incident], now: datetime) -> Condition:
    colour, word = STATES[rules.state((one.period for one in incidents), now)]
    by_phase: dict[Phase, list[dict[str, Any]]] = {phase: [] for phase in Phase}
    for one in incidents:
        by_phase[one.period.phase(now)].append(worded(one))
    by_phase[Phase.PLANNED].reverse()  # what comes first, first
    return Condition(
        place,
        colour,
        word,
        by_phase[Phase.UNDER_WAY],
        by_phase[Phase.PLANNED],
        by_phase[Phase.OVER],
    )


def worded(incident: Incident) -> dict[str, Any]:
    """Return an incident with its words; what is over has no effect any more, but had one."""
    colour, word = STATES[Effect(incident.effect)]
    return {
        "incident": incident,
        "kind": KINDS[Happening(incident.kind)],
        "colour": colour,
        "effect": word,
        "updates": incident.updates.all(),
    }
