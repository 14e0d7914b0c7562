"""Requested subscriptions at the desk: who asks for what, what they showed, yes or no."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sluis.server import roles
from sluis.server.actions import subscribe
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.answers.deprecations import ending
from sluis.server.answers.evidence import evidence_of
from sluis.server.desk.staff import acting, for_desk, served
from sluis.server.desk.waiting import ticket_of
from sluis.server.models import Subscription
from sluis.server.portal.subscriptions import shown


@for_desk
def one(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Show one with its evidence; decide on it, while it waits."""
    desks = served(request)
    found = (
        Subscription.objects.filter(pk=subscription, environment__provider__in=desks)
        .select_related("organisation", "environment", "requested_by", "terms")
        .first()
    )
    if found is None or shown(found).api is None:
        raise Http404
    ticket = ticket_of(found)
    if ticket is not None:
        return redirect("desk_ticket", ticket.pk)
    context = about(found) | {name: request.POST.get(name, "") for name in ("reason", "although")}
    if request.method == "POST":
        try:
            said = decided(acting(request, desks[found.environment.provider_id]), found, request)
        except (NotAllowed, Refused) as error:
            context["refused"] = str(error)
            approves = request.POST.get("act") == "approve" and context["unproven"]
            context["wrong"] = "although" if approves else "reason"
        else:
            messages.success(request, said)
            return redirect("queue")
    return render(request, "desk/subscription.html", context)


def decided(actor: Actor, subscription: Subscription, request: HttpRequest) -> str:
    """Approve or reject; return the sentence to show."""
    match request.POST.get("act"):
        case "approve":
            although = request.POST.get("although", "")
            subscribe.approve(actor=actor, subscription=subscription, although=although)
            return _("The subscription is active. The organisation is told.")
        case "reject":
            reason = request.POST.get("reason", "")
            subscribe.reject(actor=actor, subscription=subscription, reason=reason)
            return _("The request is rejected. The organisation is told why.")
        case _other:
            raise Http404


def about(subscription: Subscription) -> dict[str, Any]:
    """Return what there is to know of a request: who, what, and what the sandbox saw."""
    row = shown(subscription)
    assert row.api is not None  # it is published; the pages look before they ask
    seen = evidence_of(subscription.organisation, [row.api])
    return {
        "row": row,
        "subscription": subscription,
        "api": row.api,
        "place": row.place,
        "environment": row.place.policy if row.place else None,
        "ending": ending(row.api, subscription.environment),
        "role": roles.PARTIES.get(subscription.role, subscription.role),
        "evidence": seen,
        "unproven": subscribe.asks_for_evidence(row.api, subscription) and not seen.complete,
    }
