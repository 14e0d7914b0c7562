"""Notification channels: where an organisation is told, how that goes, and trying it again."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sluis.core.job import QUERIED_HOURS
from sluis.core.moments import moment
from sluis.server.actions.actor import (
    Actor,
    NotAllowed,
    Refused,
    developers_or_desk_only,
    member,
)
from sluis.server.actions.add_channel import add_channel
from sluis.server.actions.change_channel import change_channel, known_of
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.enable_channel import enable_channel
from sluis.server.actions.remove_channel import remove_channel
from sluis.server.actions.replay import replay_one, replay_since
from sluis.server.actions.rotate_signing import rotate_signing
from sluis.server.actions.send_test import send_test
from sluis.server.models import Channel, Person
from sluis.server.models.job import DELIVERED, WAITING, Delivery, StoredNotification
from sluis.server.portal import faults, notifications, places, refreshed
from sluis.server.portal.belonging import acting, developed, for_members, own
from sluis.server.portal.channel_forms import ChangedChannel, NewChannel

NEWEST, WAITING_SHOWN = 25, 10
TAKEN = range(200, 300)


@for_members
def page(request: HttpRequest) -> HttpResponse:
    owners = own(request)
    found = Channel.objects.filter(organisation__in=owners.values()).select_related("organisation")
    channels = [
        {"channel": one, "place": places.at(one.environment_id), "state": state(one)}
        for one in found.order_by("environment", "name", "pk")
    ]
    context = {
        "channels": channels,
        "owners": owners,
        "several": len(owners) > 1,
        "may": bool(developed(request)),
    }
    return render(request, "channels/index.html", context)


@for_members
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    owners = developed(request)
    if not owners:
        messages.error(request, developers_or_desk_only())
        return redirect("channels")
    form = NewChannel(owners, request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = form.owner()
        try:
            made = add_channel(
                actor=acting(request, owner),
                organisation=owner,
                environment=form.cleaned_data["environment"],
                **form.settings(),
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The channel is open. Send it a test message."))
            return told(request, made.channel, made.signing_secret)
    return render(request, "channels/form.html", {"form": form})


def told(request: HttpRequest, channel: Channel, secret: str | None) -> HttpResponse:
    """Show a signing secret in the answer itself: to redirect, it would have to be kept."""
    if secret is None:
        return redirect("channel", channel.public_id)
    return render(request, "channels/secret.html", {"channel": channel, "secret": secret})


@for_members
@never_cache
def change(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = owned(request, channel)
    if found.organisation_id.hex not in developed(request):
        messages.error(request, developers_or_desk_only())
        return redirect("channel", channel)
    form = ChangedChannel(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            secret = change_channel(actor=actor(request, found), channel=found, **form.settings())
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The channel is changed. Send it a test message."))
            return told(request, found, secret)
    return render(request, "channels/form.html", {"form": form, "channel": found})


def enabled(actor: Actor, channel: Channel) -> str:
    enable_channel(actor=actor, channel=channel)
    return _("%(name)s is open again.") % {"name": channel.name}


def disabled(actor: Actor, channel: Channel) -> str:
    disable_channel(
        actor=actor,
        channel=channel,
        because=gettext_noop("A member of your organisation closed it."),
    )
    return _("%(name)s is disabled.") % {"name": channel.name}


def removed(actor: Actor, channel: Channel) -> str:
    remove_channel(actor=actor, channel=channel)
    return _("%(name)s is removed.") % {"name": channel.name}


DEEDS = {"enable": enabled, "disable": disabled, "remove": removed}


@for_members
@require_POST
def act(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = owned(request, channel)
    deed = DEEDS.get(request.POST.get("act", ""))
    if deed is None:
        raise Http404
    try:
        said = deed(actor(request, found), found)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("channel", channel)
    messages.success(request, said)
    return redirect("channels") if deed is removed else redirect("channel", channel)


def state(channel: Channel) -> dict[str, Any]:
    """Return how a channel does: colour, word, and since when or why."""
    if channel.disabled_at is not None:
        why = gettext(channel.disabled_because) if channel.disabled_because else ""
        return {"colour": "red", "word": _("disabled"), "at": channel.disabled_at, "why": why}
    if channel.failing_since is not None:
        at = moment(channel.failing_since)
        return {"colour": "orange", "word": _("fails"), "at": at, "why": ""}
    return {"colour": "green", "word": _("open"), "at": None, "why": ""}


def owned(request: HttpRequest, channel: UUID) -> Channel:
    found = (
        Channel.objects.filter(public_id=channel, organisation__in=own(request).values())
        .select_related("organisation", "environment")
        .first()
    )
    if found is None:
        raise Http404
    return found


@for_members
def one(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = owned(request, channel)
    place = places.at(found.environment_id)
    pushes = newest(found)
    context = {
        "channel": found,
        "place": place,
        "environment": place.policy if place else None,
        "state": state(found),
        "pushes": pushes,
        "may": found.organisation_id.hex in developed(request),
        "signed": bool(known_of(found).signing),
        "failed": any(push.state not in (WAITING, DELIVERED) for push in pushes),
    }
    every = 2 if any(push.under_way for push in pushes) else 10
    return refreshed.answer(request, "channels/one.html", "channels/pushes.html", context, every)


def newest(channel: Channel) -> list[notifications.Push]:
    """Return what waits for this channel, and what became of the newest notifications."""
    waiting = Delivery.objects.filter(channel=channel.pk, state=WAITING).order_by("next_at")
    numbers = set(waiting.values_list("notification", flat=True)[:WAITING_SHOWN])
    told = StoredNotification.objects.filter(
        environment=channel.environment_id, organisation=channel.organisation_id.hex
    )
    numbers |= set(told.order_by("-stored_at", "-seq").values_list("seq", flat=True)[:NEWEST])
    rows = StoredNotification.objects.filter(seq__in=numbers)
    found = notifications.pushes(notifications.tellings(list(rows)), channel=channel.pk)
    return sorted(found, key=lambda push: (push.under_way, push.id), reverse=True)


def actor(request: HttpRequest, channel: Channel) -> Actor:
    return member(cast(Person, request.user), channel.organisation)


@for_members
@require_POST
def test(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = owned(request, channel)
    started = time.monotonic()
    try:
        answer = send_test(actor=actor(request, found), channel=found)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("channel", channel)
    if answer.status is None:
        messages.error(
            request, _("The test did not arrive: %(why)s") % {"why": faults.in_words(answer.error)}
        )
    else:
        text = _("Your system answered %(status)s in %(milliseconds)s ms.")
        say = messages.success if answer.status in TAKEN else messages.error
        took = round(1000 * (time.monotonic() - started))
        say(request, text % {"status": answer.status, "milliseconds": took})
    return redirect("channel", channel)


@for_members
@require_POST
@never_cache
def rotate(request: HttpRequest, channel: UUID) -> HttpResponse:
    found = owned(request, channel)
    try:
        secret = rotate_signing(actor=actor(request, found), channel=found)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("channel", channel)
    text = _("Pushes are signed with the new secret, and for 24 hours with the one before too.")
    messages.success(request, text)
    return told(request, found, secret)


@for_members
@require_POST
def replay(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Push one notification again, or all that failed in the last 168 hours."""
    found = owned(request, channel)
    notification = request.POST.get("notification", "")
    try:
        count = replayed(actor(request, found), found, notification)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("channel", channel)
    text = ngettext(
        "%(count)s notification is pushed again.",
        "%(count)s notifications are pushed again.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("channel", channel)


def replayed(actor: Actor, channel: Channel, notification: str) -> int:
    if notification:
        replay_one(actor=actor, channel=channel, notification_id=notification)
        return 1
    now = datetime.now(UTC) + timedelta(seconds=channel.environment.clock_offset_seconds)
    since = now - timedelta(hours=QUERIED_HOURS)
    return replay_since(actor=actor, channel=channel, since=since, now=now, failed_only=True)
