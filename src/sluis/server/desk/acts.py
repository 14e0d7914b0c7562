"""What the desk does to what an organisation has: asked once, with what follows, then done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.server.actions import subscribe
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.consent import withdraw_consent
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_api_user import disable_api_user
from sluis.server.actions.make_client import disable_client
from sluis.server.answers.concern import environment_keys
from sluis.server.desk.concern import of_provider
from sluis.server.desk.queue import title_of
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import (
    ApiUser,
    Channel,
    Client,
    Consent,
    Credential,
    Organisation,
    Provider,
    Subscription,
)
from sluis.server.portal import places


@dataclass(frozen=True, slots=True)
class Act:
    title: str | Promise
    follows: str | Promise
    done: str | Promise
    of: Any  # the model
    owner: tuple[str, ...]  # the ways from a row to its organisation
    do: Callable[[Actor, Any, str], object]  # returns False when it was so already
    with_reason: bool = True
    danger: bool = True


FOR_GOOD = _("It is refused within five seconds, everywhere, and cannot be enabled again.")

ACTS: Mapping[str, Act] = {
    "disable-credential": Act(
        _("Disable this key or secret"),
        FOR_GOOD,
        _("The key or secret is disabled."),
        Credential,
        ("subscription__organisation", "client__application__organisation"),
        lambda actor, row, reason: disable_credential(actor=actor, credential=row, reason=reason),
    ),
    "disable-client": Act(
        _("Disable this client id"),
        _("The client and every token it fetched are refused within five seconds, for good."),
        _("The client id is disabled."),
        Client,
        ("application__organisation",),
        lambda actor, row, _reason: disable_client(actor=actor, client=row),
        with_reason=False,
    ),
    "disable-api-user": Act(
        _("Disable this API user"),
        _("The user and every token it fetched are refused within five seconds, for good."),
        _("The API user is disabled."),
        ApiUser,
        ("organisation",),
        lambda actor, row, _reason: disable_api_user(actor=actor, user=row),
        with_reason=False,
    ),
    "disable-channel": Act(
        _("Disable this channel"),
        _("Nothing more is pushed to it. The organisation can enable it again."),
        _("The channel is disabled."),
        Channel,
        ("organisation",),
        lambda actor, row, reason: disable_channel(actor=actor, channel=row, because=reason),
    ),
    "suspend": Act(
        _("Suspend this subscription"),
        _("Its calls are refused within five seconds, until the desk resumes it."),
        _("The subscription is suspended."),
        Subscription,
        ("organisation",),
        lambda actor, row, reason: subscribe.suspend(actor=actor, subscription=row, reason=reason),
    ),
    "resume": Act(
        _("Resume this subscription"),
        _("Its calls are answered again, with the same keys."),
        _("The subscription is active again."),
        Subscription,
        ("organisation",),
        lambda actor, row, _reason: subscribe.resume(actor=actor, subscription=row),
        with_reason=False,
        danger=False,
    ),
    "end": Act(
        _("End this subscription"),
        _("Its keys are disabled, for good. The organisation can ask for a new subscription."),
        _("The subscription has ended."),
        Subscription,
        ("organisation",),
        lambda actor, row, reason: subscribe.end(actor=actor, subscription=row, reason=reason),
    ),
    "withdraw-consent": Act(
        _("Withdraw this consent"),
        _("Calls of the application for the organisation are refused within five seconds."),
        _("The consent is withdrawn."),
        Consent,
        ("organisation", "application__organisation"),
        lambda actor, row, _reason: withdraw_consent(
            actor=actor,
            organisation=row.organisation,
            application=row.application,
            environment=row.environment,
        ),
        with_reason=False,
    ),
}


class Reason(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The administrators of the organisation read it in their mail."),
        error_messages={"required": _("Give a reason: it is told to the organisation.")},
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=200,
    )


class NoReason(forms.Form):
    """Nothing to fill in: only to be sure."""


@for_desk_of
def act(
    request: HttpRequest, actor: Actor, provider: Provider, organisation: str, act: str, key: str
) -> HttpResponse:
    owner = of_provider(provider, organisation)
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    row = found(chosen, provider, owner, key)
    asked = Reason if chosen.with_reason else NoReason
    form = asked(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(request, chosen, actor, row, form):
        return redirect("desk_organisation", provider.pk, owner.pk)
    context = {
        "provider": provider,
        "organisation": owner,
        "act": chosen,
        "form": form,
        "what": called(row),
        "place": places.at(row.environment_id),
    }
    return render(request, "desk/act.html", context)


def called(row: Any) -> str:
    """Return what people call it; the page says of whom it is, and where."""
    if isinstance(row, Subscription):
        return title_of(row.environment.provider_id, row.api)
    return f"…{row.tail}" if isinstance(row, Credential) else str(row)


def done(request: HttpRequest, chosen: Act, actor: Actor, row: Any, form: forms.Form) -> bool:
    try:
        changed = chosen.do(actor, row, form.cleaned_data.get("reason", ""))
    except (NotAllowed, Refused) as error:
        form.add_error(None, str(error))
        return False
    if changed is False:  # by somebody else, or by a second click
        messages.info(request, str(_("It is disabled already. Nothing has changed.")))
    else:
        messages.success(request, str(chosen.done))
    return True


def found(chosen: Act, provider: Provider, owner: Organisation, key: str) -> Any:
    """Return the row of this organisation in an environment of this provider, or raise 404."""
    rows = chosen.of.objects.filter(environment__in=environment_keys(provider))
    for way in chosen.owner:
        try:
            row = rows.filter(**{way: owner, "pk": key}).first()
        except (ValueError, forms.ValidationError) as error:  # not a key of this kind of row
            raise Http404 from error
        if row is not None:
            return row
    raise Http404
