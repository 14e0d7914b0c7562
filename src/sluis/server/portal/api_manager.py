"""API Manager: the company overview of seed 003, with accounts, keys and the way to production."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from sluis.server.actions.actor import Actor, NotAllowed, Refused, member
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.keys import hosted
from sluis.server.actions.production import lacking, production, request_production, shown
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.actions.regenerate_key import regenerate_key
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.answers.deprecations import Ending, ending
from sluis.server.answers.versions import PROVIDER
from sluis.server.models import Organisation, Person, Provider, Subscription
from sluis.server.portal import customers
from sluis.server.portal.belonging import for_members, own
from sluis.server.portal.customers import Account


@for_members
def page(request: HttpRequest) -> HttpResponse:
    """The company overview: one account an environment, its key, and its APIs."""
    known = customers.companies(request)
    if not known:
        return render(request, "api_manager/nobody.html", {"owners": own(request)})
    wanted = request.GET.get("company", "")
    organisation = next((one for one in known if one.pk.hex == wanted), known[0])
    place = customers.place_named(request.GET.get("environment", "sandbox"))
    context = {
        **frame(organisation, customers.account(organisation, place)),
        "companies": known,
        "tabs": customers.tabs(organisation, place),
        "production": customers.account(organisation, customers.place_named("production")),
    }
    return render(request, "api_manager/overview.html", context)


def frame(organisation: Organisation, account: Account) -> dict[str, Any]:
    """Return what every page of an account shows."""
    return {
        "organisation": organisation,
        "account": account,
        "place": account.place,
        "environment": account.place.policy,
        "back": address(organisation, account.place.policy.name),
    }


def address(organisation: Organisation, environment: str) -> str:
    query = f"company={organisation.pk.hex}&environment={environment}"
    return f"{reverse('api_manager')}?{query}"


def actor(request: HttpRequest, organisation: Organisation) -> Actor:
    return member(cast(Person, request.user), organisation)


@for_members
@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def key(request: HttpRequest, organisation: UUID, environment: str) -> HttpResponse:
    """The key in full, for who showed once more who they are; here it is replaced and revoked."""
    found = customers.company(request, organisation)
    account = customers.account(found, customers.place_named(environment))
    if not account.active:
        raise Http404
    own_actor = actor(request, found)
    if request.method == "POST":
        try:
            messages.success(request, acted(own_actor, account, request.POST))
        except (NotAllowed, Refused) as error:
            messages.error(request, str(error))
        return redirect("api_key", organisation, environment)
    try:
        secret = reveal_key(actor=own_actor, credential=account.keys[0]) if account.keys else ""
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect(address(found, environment))
    context = {**frame(found, account), "secret": secret, "before": account.keys[1:]}
    return render(request, "api_manager/key.html", context)


def acted(own_actor: Actor, account: Account, given: Any) -> str:
    if given.get("act") == "regenerate":
        regenerate_key(actor=own_actor, subscription=account.active[0])
        return _("There is a new key. The one before it works for another 24 hours.")
    wanted = given.get("key", "")
    credential = next((one for one in account.keys if str(one.pk) == wanted), None)
    if given.get("act") != "revoke" or credential is None:
        raise Refused(_("This key was revoked already."))
    disable_credential(actor=own_actor, credential=credential)
    return _("The key that ends in %(tail)s is refused from now on.") % {"tail": credential.tail}


class Request(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What should the service desk know? (optional)"),
        help_text=gettext_lazy("For example: who wrote the link, and when you want to begin."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        required=False,
    )
    accept = forms.BooleanField(
        label=gettext_lazy("We accept the terms"),
        error_messages={"required": gettext_lazy("Accept the terms to go on.")},
    )


@for_members
def to_production(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Say that the sandbox works: what it saw of the calls, the terms, and the request."""
    found = customers.company(request, organisation)
    provider = Provider.objects.get(pk=PROVIDER)
    form = Request(request.POST or None)
    terms = terms_in_force(PROVIDER, "")
    if request.method == "POST" and form.is_valid():
        try:
            request_production(
                actor=actor(request, found),
                organisation=found,
                provider=provider,
                terms=terms,
                subject=_("Production for %(company)s") % {"company": found.name},
                text=form.cleaned_data["text"] or _("Our sandbox works."),
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            text = _("The service desk was asked. It looks at your link, and you get a mail.")
            messages.success(request, text)
            return redirect(address(found, "production"))
    account = customers.account(found, customers.place_named("sandbox"))
    wanted = lacking(found, provider)
    context = {
        **frame(found, account),
        "form": form,
        "terms": terms,
        "wanted": wanted,
        "ending": going(wanted, provider),
        "evidence": shown(found, wanted),
    }
    return render(request, "api_manager/to_production.html", context)


def going(wanted: Sequence[Subscription], provider: Provider) -> Ending | None:
    """Return what is said in production of a version that is wanted there, if it will go."""
    live = production(provider)
    found = [ending(api, live) for api in (hosted(item.api) for item in wanted) if api is not None]
    return next((said for said in found if said is not None), None)
