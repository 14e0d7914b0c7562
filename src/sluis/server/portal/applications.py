"""Applications: the software that one builds, its clients, and for whom it may call."""

from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.core.credential import CredentialKind
from sluis.core.provider import Provider
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.add_public_key import KEYS_AT_ONCE
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.hand_over import hand_over_client, hand_over_secret
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import SECRETS_AT_ONCE, disable_client
from sluis.server.models import (
    Application,
    Client,
    Consent,
    Credential,
    Environment,
    Handover,
    Person,
)
from sluis.server.portal import places, samples
from sluis.server.portal.belonging import acting, developed, for_members, own
from sluis.server.portal.places import Place


class Secret(NamedTuple):
    credential: Credential
    waits: Handover | None  # it was not read yet


class Shown(NamedTuple):
    """A client with its secrets and keys that work, and whether there may be another."""

    client: Client
    secrets: list[Secret]
    renewable: bool
    keys: list[Credential]
    room: bool  # for a key


class Shelf(NamedTuple):
    """An environment, as an application lives there."""

    place: Place
    clients: list[Shown]
    agreed: list[Consent]
    ticket: str  # the query of the form that asks the desk for a client
    token_call: str


class Named(forms.Form):
    """A new application, of one of the organisations that the person builds for."""

    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    name = forms.CharField(
        label=gettext_lazy("Name of the software"),
        help_text=gettext_lazy("Organisations see it when they are asked to agree."),
        max_length=120,
        error_messages={"required": gettext_lazy("Give the application a name.")},
    )

    def __init__(self, data: Any, owners: dict[str, Any]) -> None:
        super().__init__(data)
        asked: Any = self.fields["organisation"]
        asked.choices = [(key, owner.name) for key, owner in owners.items()]
        if len(owners) == 1:
            asked.widget = forms.HiddenInput()
            asked.initial = next(iter(owners))


@for_members
def page(request: HttpRequest) -> HttpResponse:
    owners = own(request)
    builders = developed(request)
    form = Named(request.POST or None, builders)
    if builders and form.is_valid():
        builder = builders[form.cleaned_data["organisation"]]
        try:
            made = make_application(
                actor=acting(request, builder),
                organisation=builder,
                name=form.cleaned_data["name"],
            )
            return redirect("application", made.pk)
        except (NotAllowed, Refused) as error:
            form.add_error("name", str(error))
    found = Application.objects.filter(organisation__in=owners.values())
    context = {
        "applications": found.select_related("organisation").order_by("organisation__name", "name"),
        "several": len(owners) > 1,
        "owners": owners,
        "form": form if builders else None,
    }
    return render(request, "applications/index.html", context)


def owned(request: HttpRequest, application: UUID) -> Application:
    """Return software of one of the person's organisations; raises `Http404`."""
    found = Application.objects.filter(pk=application, organisation__in=own(request).values())
    one = found.select_related("organisation").first()
    if one is None:
        raise Http404
    return one


@for_members
def one(request: HttpRequest, application: UUID) -> HttpResponse:
    found = owned(request, application)
    context = {
        "application": found,
        "shelves": [
            shelf(found, place)
            for provider in publishers()
            for place in places.of_provider(provider)
        ],
        "may": found.organisation_id.hex in developed(request),
    }
    return render(request, "applications/one.html", context)


def publishers() -> list[Provider]:
    """Return the providers that know software by an OAuth client: those that give out tokens."""
    return [
        provider
        for provider, apis in places.shelves()
        if any("bearer-token" in one.schemes for api in apis for one in api.operations)
    ]


def shelf(application: Application, place: Place) -> Shelf:
    clients = application.clients.filter(environment=place.key).order_by("disabled_at", "pk")
    agreed = application.consents.filter(environment=place.key).select_related("organisation")
    query = {
        "kind": "client",
        "provider": place.provider,
        "environment": place.key,
        "organisation": str(application.organisation_id),
    }
    return Shelf(
        place,
        [
            shown(client)
            for client in clients.prefetch_related("credentials__handover", "credentials__made_by")
        ],
        list(agreed.order_by("organisation__name")),
        urlencode(query),
        samples.token_call(place.token_url, by_password=place.by_password),
    )


def shown(client: Client) -> Shown:
    live = [one for one in client.credentials.all() if one.disabled_at is None]
    live.sort(key=lambda one: one.created_at)
    keys = [one for one in live if one.kind == CredentialKind.PUBLIC_KEY]
    secrets = [Secret(one, waiting(one)) for one in live if one not in keys]
    return Shown(
        client,
        secrets,
        renewable=client.disabled_at is None and len(secrets) < SECRETS_AT_ONCE,
        keys=keys,
        room=client.disabled_at is None and len(keys) < KEYS_AT_ONCE,
    )


def waiting(credential: Credential) -> Handover | None:
    found: Handover | None = getattr(credential, "handover", None)
    return found if found is not None and found.sealed is not None else None


@for_members
@require_POST
def act(request: HttpRequest, application: UUID) -> HttpResponse:
    """Make a client or a secret, which is then shown once; or disable one, or a key."""
    found = owned(request, application)
    acts = {
        "make": made,
        "renew": renewed,
        "disable-secret": secret_disabled,
        "disable": client_disabled,
    }
    done = acts.get(request.POST.get("act", ""))
    if done is None:
        raise Http404
    try:
        ready = done(acting(request, found.organisation), found, request.POST)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("application", application)
    if ready is not None:
        return redirect("handover", ready.pk)
    messages.success(request, _("Saved. Other servers follow within five seconds."))
    return redirect("application", application)


def made(actor: Actor, application: Application, form: QueryDict) -> Handover:
    known = [place.key for publisher in publishers() for place in places.of_provider(publisher)]
    environment = chosen(Environment.objects.filter(pk__in=known), form.get("environment", ""))
    to = cast(Person, actor.person)
    return hand_over_client(actor=actor, application=application, environment=environment, to=to)


def renewed(actor: Actor, application: Application, form: QueryDict) -> Handover:
    client = chosen(application.clients.all(), form.get("client", ""))
    return hand_over_secret(actor=actor, client=client, to=cast(Person, actor.person))


def secret_disabled(actor: Actor, application: Application, form: QueryDict) -> None:
    secrets = Credential.objects.filter(client__application=application)
    disable_credential(actor=actor, credential=chosen(secrets, form.get("secret", "")))


def client_disabled(actor: Actor, application: Application, form: QueryDict) -> None:
    disable_client(actor=actor, client=chosen(application.clients.all(), form.get("client", "")))


def chosen(rows: QuerySet[Any], key: str) -> Any:
    """Return the row with this key among those of the application; raises `Http404`."""
    try:
        return rows.get(pk=key)
    except (rows.model.DoesNotExist, ValueError, forms.ValidationError) as error:
        raise Http404 from error
