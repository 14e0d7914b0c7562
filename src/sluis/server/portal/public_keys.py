"""A public key for a client: how a pair is made, where it is pasted, and how it is used."""

from typing import Any, cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from sluis.server.actions.actor import NotAllowed, Refused, developers_only
from sluis.server.actions.add_public_key import add_public_key
from sluis.server.models import Client
from sluis.server.portal import applications, places, samples
from sluis.server.portal.belonging import acting, developed, for_members
from sluis.server.public_keys import TEXT_CHARACTERS, PublicKey, Unfit, read, unreadable


class Pasted(forms.Form):
    """The key as a text or a file. What was refused may be private: it is not shown again."""

    key = forms.CharField(
        label=gettext_lazy("Public key"),
        help_text=gettext_lazy(
            "A text that begins with BEGIN PUBLIC KEY or BEGIN CERTIFICATE, or a JWK. "
            "Never the private half."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        max_length=TEXT_CHARACTERS,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or the file it is in (optional)"),
        allow_empty_file=True,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        try:
            text = given.get("key") or content(given.get("file"))
            if not text:
                raise Unfit(_("Paste the public key, or choose its file."))
            given["read"] = read(text, timezone.now())
        except Unfit as error:
            self.add_error("key", str(error))
        return given


def content(file: Any) -> str:
    """Return what a chosen file says; raises `Unfit`."""
    if file is None:
        return ""
    try:
        return cast(bytes, file.read(TEXT_CHARACTERS)).decode()
    except UnicodeDecodeError:
        raise unreadable() from None


@for_members
@never_cache
def new(request: HttpRequest, application: UUID, client: int) -> HttpResponse:
    """Register a key; who has to give the password again finds it there afterwards."""
    found = owned(request, application, client)
    if found.application.organisation_id.hex not in developed(request):
        messages.error(request, developers_only())
        return redirect("application", application)
    if request.method != "POST":
        answer: HttpResponse = asked(request, found)
        return answer
    form = Pasted(request.POST, request.FILES)
    if form.is_valid():
        key: PublicKey = form.cleaned_data["read"]
        try:
            added(request, found, key)
            return redirect("application", application)
        except ReauthenticationRequired:
            request.session[waiting(found)] = key.pem
            return redirect(request.path)
        except (NotAllowed, Refused) as error:
            form.add_error("key", str(error))
    form.data = {}
    return shown(request, found, form)


def owned(request: HttpRequest, application: UUID, client: int) -> Client:
    """Return a client of software of one of the person's organisations; raises `Http404`."""
    one = applications.owned(request, application)
    found = one.clients.filter(pk=client).select_related("application__organisation").first()
    if found is None:
        raise Http404
    return found


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def asked(request: HttpRequest, client: Client) -> HttpResponse:
    return shown(request, client, Pasted(initial={"key": request.session.pop(waiting(client), "")}))


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def added(request: HttpRequest, client: Client, key: PublicKey) -> None:
    actor = acting(request, client.application.organisation)
    add_public_key(actor=actor, client=client, key=key)
    text = _("The key is registered: what its private half signs is accepted from now on.")
    messages.success(request, text)


def waiting(client: Client) -> str:
    """Return where in the session a key waits until the password was given."""
    return f"public key {client.pk}"


def shown(request: HttpRequest, client: Client, form: Pasted) -> HttpResponse:
    place = places.at(client.environment_id)
    if place is None:  # not in the registry any more
        raise Http404
    context = {
        "client": client,
        "form": form,
        "place": place,
        "environment": place.policy,
        "pair": samples.NEW_PAIR,
        "other_kinds": samples.OTHER_KINDS,
        "token_call": samples.signed_call(client.client_id, place.base_url, place.token_url),
    }
    return render(request, "applications/public_key.html", context)
