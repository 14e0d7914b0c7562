"""Environments: the clock of a sandbox, names and addresses, and which old doors stand open."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.core.provider import OldDoor
from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.set_clock import set_clock
from sluis.server.actions.set_hosts import set_hosts
from sluis.server.actions.set_outgoing import set_outgoing
from sluis.server.actions.set_provider import DOORS
from sluis.server.answers import policy
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Environment, Provider
from sluis.server.portal import places
from sluis.server.portal.places import Place


class Clock(forms.Form):
    at = forms.DateTimeField(
        label=gettext_lazy("Date and time, UTC"),
        help_text=gettext_lazy("The clock runs on from there."),
        error_messages={
            "required": gettext_lazy("Enter a date and a time."),
            "invalid": gettext_lazy("Enter a date and a time."),
        },
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


class Hosts(forms.Form):
    hosts = forms.CharField(
        label=gettext_lazy("Host names"),
        help_text=gettext_lazy(
            "One on a line, as api.example.org; none is fine too. Let the name lead to this"
            " server first."
        ),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )


class Outgoing(forms.Form):
    addresses = forms.CharField(
        label=gettext_lazy("IP addresses and networks"),
        help_text=gettext_lazy("One on a line, as 192.0.2.10 or 192.0.2.0/28; none is fine too."),
        required=False,
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    rows = {row.pk: row for row in Environment.objects.filter(provider=provider)}
    known = [place for place in places.everywhere() if place.key in rows]
    published = policy.provider(provider.pk)
    context = {
        "provider": provider,
        "rows": [(place, rows[place.key], clock_of(rows[place.key])) for place in known],
        "doors": [(DOORS[door], bool(published and door in published.doors)) for door in OldDoor],
    }
    return render(request, "desk/environments.html", context)


def clock_of(row: Environment) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=row.clock_offset_seconds)


@for_desk_of
def one(request: HttpRequest, actor: Actor, provider: Provider, environment: str) -> HttpResponse:
    row = get_object_or_404(Environment, provider=provider, name=environment)
    return shown(request, provider, row)


def shown(
    request: HttpRequest,
    provider: Provider,
    row: Environment,
    clock: Clock | None = None,
    hosts: Hosts | None = None,
    outgoing: Outgoing | None = None,
) -> HttpResponse:
    place = places.at(row.pk)
    now = clock_of(row)
    context: dict[str, Any] = {
        "provider": provider,
        "row": row,
        "place": place,
        "environment": place.policy if place else None,
        "now": now,
        "clock": clock or Clock(initial={"at": now}),
        "hosts": hosts or Hosts(initial={"hosts": "\n".join(row.hosts)}),
        "outgoing": outgoing or Outgoing(initial={"addresses": "\n".join(named(place))}),
        "form": clock or hosts or outgoing,  # whose errors the title tells of
    }
    return render(request, "desk/environment.html", context)


def named(place: Place | None) -> Sequence[str]:
    return place.outgoing_addresses if place else ()


@for_desk_of
@require_POST
def clock(request: HttpRequest, actor: Actor, provider: Provider, environment: str) -> HttpResponse:
    """Set the clock of a sandbox, or give it real time again."""
    row = get_object_or_404(Environment, provider=provider, name=environment)
    form = Clock(request.POST)
    offset = 0.0
    if "real" not in request.POST:
        if not form.is_valid():
            return shown(request, provider, row, clock=form)
        offset = (form.cleaned_data["at"] - datetime.now(UTC)).total_seconds()
    try:
        set_clock(actor=actor, environment=row, offset_seconds=offset)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The clock is set."))
    return redirect("desk_environment", provider.pk, environment)


@for_desk_of
@require_POST
def hosts(request: HttpRequest, actor: Actor, provider: Provider, environment: str) -> HttpResponse:
    """Serve the environment at these names and no others."""
    row = get_object_or_404(Environment, provider=provider, name=environment)
    form = Hosts(request.POST)
    if not form.is_valid():
        return shown(request, provider, row, hosts=form)
    config = settings.CONFIG
    own = {"localhost", urlsplit(config.portal_url).hostname or "", *config.hosts}
    names = form.cleaned_data["hosts"].replace(",", " ").split()
    try:
        set_hosts(actor=actor, environment=row, hosts=names, of_portal=own)
    except Refused as error:
        form.add_error("hosts", str(error))
        return shown(request, provider, row, hosts=form)
    messages.success(request, _("The host names are in force."))
    return redirect("desk_environment", provider.pk, environment)


@for_desk_of
@require_POST
def outgoing(
    request: HttpRequest, actor: Actor, provider: Provider, environment: str
) -> HttpResponse:
    """Say from which addresses the environment calls others."""
    row = get_object_or_404(Environment, provider=provider, name=environment)
    form = Outgoing(request.POST)
    if not form.is_valid():
        return shown(request, provider, row, outgoing=form)
    place = places.at(row.pk)
    try:
        set_outgoing(
            actor=actor,
            environment=row,
            addresses=form.cleaned_data["addresses"].replace(",", " ").split(),
            published=place.policy.outgoing_addresses if place else (),
        )
    except Refused as error:
        form.add_error("addresses", str(error))
        return shown(request, provider, row, outgoing=form)
    messages.success(request, _("The addresses are saved."))
    return redirect("desk_environment", provider.pk, environment)
