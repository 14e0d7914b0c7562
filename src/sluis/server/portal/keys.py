"""The keys of a subscription, shown to who gave the password a moment ago; replaced, revoked."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import NotAllowed, Refused, developers_only
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.keys import LABELS
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.rotate_key import rotate_key
from sluis.server.models import Subscription
from sluis.server.portal import subscriptions
from sluis.server.portal.belonging import acting, developed, for_members


@for_members
def page(request: HttpRequest, subscription: UUID) -> HttpResponse:
    found = subscriptions.owned(request, subscription)
    if found.organisation_id.hex not in developed(request):
        messages.error(request, developers_only())
        return redirect("subscription", subscription)
    answer: HttpResponse = revealed(request, found)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
def revealed(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    actor = acting(request, subscription.organisation)
    shown = {
        key.label: (key, reveal_key(actor=actor, credential=key))
        for key in subscriptions.keys_of(subscription)
    }
    context = subscriptions.about(subscription)
    context["slots"] = [(name, shown.get(name)) for name in LABELS]
    return render(request, "subscriptions/keys.html", context)


@for_members
@require_POST
def act(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Replace a key, or revoke it: the other goes on working."""
    found = subscriptions.owned(request, subscription)
    label = request.POST.get("label", "")
    try:
        match request.POST.get("act"):
            case "replace":
                rotate_key(
                    actor=acting(request, found.organisation), subscription=found, label=label
                )
                text = _("This is the new key. The old one no longer works.")
            case "revoke":
                for key in found.keys.filter(label=label, disabled_at=None):
                    disable_credential(actor=acting(request, found.organisation), credential=key)
                text = _("The key is revoked: calls with it are refused from now on.")
            case _other:
                raise Http404
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
    return redirect("keys", subscription)
