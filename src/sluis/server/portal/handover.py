"""A secret that lies ready: shown once, to who presses the button."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.hand_over import read_handover
from sluis.server.models import Handover
from sluis.server.portal import places
from sluis.server.portal.belonging import acting, for_members, own


@for_members
@never_cache
def page(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Say what lies ready; show it when it is asked for, and so to nothing that only looks."""
    found = owned(request, handover)
    client = found.credential.client
    assert client is not None  # of a handover it always is
    place = places.at(client.environment_id)
    context: dict[str, object] = {
        "handover": found,
        "client": client,
        "place": place,
        "environment": place.policy if place else None,
        "ready": found.sealed is not None and found.expires_at > timezone.now(),
    }
    if request.method == "POST":
        try:
            actor = acting(request, client.application.organisation)
            context["secret"] = read_handover(actor=actor, handover=found)
        except (NotAllowed, Refused) as error:
            context["refused"] = str(error)
    return render(request, "applications/handover.html", context)


def owned(request: HttpRequest, handover: UUID) -> Handover:
    """Return a handover to one of the person's organisations; raises `Http404`."""
    found = (
        Handover.objects.filter(
            pk=handover,
            credential__client__application__organisation__in=own(request).values(),
        )
        .select_related("credential__client__application__organisation", "person")
        .first()
    )
    if found is None:
        raise Http404
    return found
