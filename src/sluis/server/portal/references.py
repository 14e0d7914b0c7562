"""Where is my reference? How far a request has come, with every attempt to tell of it."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis import registry
from sluis.apis.certified_pickup import API
from sluis.core.api import Operation
from sluis.core.moments import moment
from sluis.server.models import Application
from sluis.server.models.job import (
    WAITING,
    AcceptedRequest,
    Delivery,
    StoredNotification,
)
from sluis.server.portal import notifications, places, progress, refreshed
from sluis.server.portal.belonging import for_members, own
from sluis.server.portal.containers.concern import sandboxes
from sluis.server.portal.meanings import MEANINGS

RECENT, ITEMS_SHOWN, TOLD_SHOWN = 15, 50, 20
ONE_REFERENCE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class Paste(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy(
            "The publicReferenceId from the answer to your call, or anything that contains it."
        ),
        error_messages={"required": gettext_lazy("Paste a reference.")},
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        max_length=20_000,
    )

    def clean_reference(self) -> str:
        found = ONE_REFERENCE.search(self.cleaned_data["reference"])
        if found is None:
            raise forms.ValidationError(
                _("There is no reference in this. It has 36 characters: 0199f3c2-7a41-….")
            )
        return found[0].lower()


@for_members
def page(request: HttpRequest) -> HttpResponse:
    form = Paste(request.GET) if "reference" in request.GET else Paste()
    if form.is_bound and form.is_valid():
        return redirect("reference", form.cleaned_data["reference"])
    return asking(request, form)


def asking(request: HttpRequest, form: Paste, status: int = 200) -> HttpResponse:
    owners = own(request)
    context = {"form": form, "owners": owners, "recent": recent(list(owners))}
    return render(request, "references/index.html", context, status=status)


def recent(owners: list[str]) -> list[dict[str, Any]]:
    """Return the newest requests of these organisations, in all environments."""
    rows = [
        row
        for place in places.everywhere()
        for owner in owners
        for row in AcceptedRequest.objects.filter(
            environment=place.key, organisation=owner
        ).order_by("-received_at")[:RECENT]
    ]
    rows = sorted(rows, key=lambda row: row.received_at, reverse=True)[:RECENT]
    tallies = progress.tallies([row.reference for row in rows], owners)
    subjects = progress.subjects(rows)
    return [
        {
            "reference": row.reference,
            "about": subjects.get(row.reference, ""),
            "more": tallies[row.reference].items - 1,
            "external_reference": row.external_reference,
            "operation": operation(row),
            "place": places.at(row.environment),
            "at": moment(row.received_at),
            "meaning": MEANINGS[tallies[row.reference].outcome],
        }
        for row in rows
    ]


@for_members
def one(request: HttpRequest, reference: UUID) -> HttpResponse:
    owners = own(request)
    found = AcceptedRequest.objects.filter(
        reference=str(reference), organisation__in=owners
    ).first()
    if found is None:
        form = Paste({"reference": str(reference)})
        form.add_error(
            "reference",
            _(
                "Your organisation sent no call with this reference in the last 168 hours."
                " Compare it with the answer that you were given."
            ),
        )
        return asking(request, form, 404)
    context, every = shown(request, found, list(owners))
    return refreshed.answer(
        request, "references/one.html", "references/progress.html", context, every
    )


def shown(
    request: HttpRequest, found: AcceptedRequest, owners: list[str]
) -> tuple[dict[str, Any], int | None]:
    """Return what the templates need, and when there is something new to see."""
    tally = progress.tallies([found.reference], owners)[found.reference]
    items = progress.items(found)
    told = StoredNotification.objects.filter(reference=found.reference, organisation__in=owners)
    pages = Paginator(told.order_by("seq"), TOLD_SHOWN).get_page(request.GET.get("page"))
    tellings = notifications.tellings(list(pages))
    waiting = Delivery.objects.filter(notification__in=told.values("seq"), state=WAITING)
    times = waiting.order_by("next_at").values_list("next_at", flat=True)
    next_at = times.first()
    again_at = times.filter(attempts__gt=0, claimed_by=None).first()
    place = places.at(found.environment)
    context = {
        "sent": found,
        "place": place,
        "environment": place.policy if place else None,
        "containers": found.package == API.package and place in sandboxes() and not tally.refusals,
        "operation": operation(found),
        "application": application(found),
        "received_at": moment(found.received_at),
        "meaning": MEANINGS[tally.outcome],
        "outcome": tally.outcome.name,
        "tally": tally,
        "items": items[:ITEMS_SHOWN],
        "more_items": max(0, len(items) - ITEMS_SHOWN),
        "applied_at": max((item.applied_at for item in items if item.applied_at), default=None),
        "pages": pages,
        "told": tellings,
        "pushes": notifications.pushes(tellings),
        "until": tellings[0].until if tellings else None,
        "next_at": next((i.next_at for i in items if i.next_at), progress.at(again_at)),
        "several_owners": len(owners) > 1,
    }
    now = datetime.now(UTC)
    return context, progress.look_again_seconds(tally, progress.at(next_at), now)


def operation(row: AcceptedRequest) -> Operation | None:
    for api in registry.HOSTED_APIS:
        if api.package == row.package:
            for found in api.operations:
                if found.name == row.operation:
                    return found
    return None


def application(row: AcceptedRequest) -> str:
    if row.application is None or len(row.application) != 32:
        return ""
    found = Application.objects.filter(pk=row.application).first()
    return found.name if found else ""
