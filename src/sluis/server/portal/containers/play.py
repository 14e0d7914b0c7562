"""The counterparties of a container as buttons: what was pressed, and what came of it."""

import time
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import NotAllowed, Refused, member
from sluis.server.actions.play import play
from sluis.server.models import Environment, Person
from sluis.server.models.job import AcceptedRequest, AcceptedStep, StoredNotification
from sluis.server.portal import notifications
from sluis.server.portal.belonging import for_members
from sluis.server.portal.containers import words
from sluis.server.portal.containers.concern import Found, found

PATIENCE_SECONDS, LOOK_SECONDS = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the button that was pressed last."""

    reference: str
    title: Any
    colour: str
    word: Any
    reason: str


def played(reference: str, container: Found) -> Played | None:
    sent = AcceptedRequest.objects.filter(
        reference=reference,
        environment=container.place.key,
        organisation=container.organisation.id.hex,
    ).first()
    step = AcceptedStep.objects.filter(reference=reference).first()
    if sent is None or step is None:
        return None
    scene = str(msgspec.json.decode(step.submission).get("scene", ""))
    title = words.SCENES.get(scene, _("Offer the right"))
    if step.incident is not None:
        return Played(reference, title, "red", _("failed by a fault of ours"), step.incident)
    if step.applied_at is None:
        return Played(reference, title, "grey", _("under way"), "")
    refusals = StoredNotification.objects.filter(
        reference=reference, organisation=sent.organisation, event__in=notifications.REFUSALS
    )
    reasons = [one.reason for one in notifications.tellings(list(refusals))]
    if reasons:
        return Played(reference, title, "red", _("refused"), " ".join(reasons))
    return Played(reference, title, "green", _("done"), "")


@for_members
@require_POST
def act(request: HttpRequest, provider: str, environment: str, equipment: str) -> HttpResponse:
    container = found(request, provider, environment, equipment)
    scene = request.POST.get("scene", "")
    if scene == words.TRANSFER:
        scene = f"transfer to {request.POST.get('to', '')}"
    elif scene not in words.SCENES:
        raise Http404
    person = cast(Person, request.user)
    try:
        reference = play(
            actor=member(person, container.organisation),
            environment=Environment.objects.get(pk=container.place.key),
            organisation=container.organisation,
            equipment=equipment,
            script=scene,
        )
    except (NotAllowed, Refused) as error:
        context = {"reason": str(error), "place": container.place, "equipment": equipment}
        return render(request, "containers/refused.html", context, status=403)
    wait_for(reference)
    address = reverse("container", args=[provider, environment, equipment])
    return redirect(f"{address}?{urlencode({'played': reference})}#played")


def wait_for(reference: str) -> None:
    """Return when it is applied, so that the page shows what came of it; or after a while."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    waiting = AcceptedStep.objects.filter(reference=reference, applied_at=None)
    while waiting.exists() and time.monotonic() < give_up:
        time.sleep(LOOK_SECONDS)
