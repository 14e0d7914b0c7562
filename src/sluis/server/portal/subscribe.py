"""Subscribing to an API: for whom, where, in which role, on what terms; and then the key."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from sluis.core.api import Api
from sluis.server import roles
from sluis.server.actions import subscribe
from sluis.server.actions.accept_terms import OVER
from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.subscribe import decided_by_desk
from sluis.server.answers.deprecations import ending
from sluis.server.answers.evidence import evidence_of
from sluis.server.models import Environment, Organisation, Subscription, Terms
from sluis.server.portal import places, samples, subscriptions
from sluis.server.portal.belonging import acting, developed, for_members, own
from sluis.server.portal.places import Place

FRESH = "new_subscription"  # in the session: whose key is shown once without a password


class Asked(forms.Form):
    """What a subscriber chooses; `terms` is the version that was on the page."""

    environment = forms.ChoiceField(
        label=_("Environment"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an environment.")},
    )
    role = forms.ChoiceField(
        label=_("Your role"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your role.")},
    )
    terms = forms.IntegerField(required=False, widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label=_("I accept these terms for my organisation."),
        error_messages={"required": _("Accept the terms, or you cannot subscribe.")},
    )

    def __init__(self, data: Any, api: Api, free: list[Place], terms: Terms | None, **more: Any):
        super().__init__(data, **more)
        named: Any = self.fields["environment"]
        named.choices = [(place.policy.name, place.policy.name) for place in free]
        if api.roles:
            asked: Any = self.fields["role"]
            asked.choices = [(role, roles.PARTIES.get(role, role)) for role in api.roles]
        else:
            del self.fields["role"]
        if terms is None:
            del self.fields["accepted"]


@for_members
def page(request: HttpRequest, provider: str, api: str) -> HttpResponse:
    publisher, wanted = places.found(provider, api)
    owners = developed(request)
    chosen = owners.get(request.GET.get("organisation", ""))
    if chosen is None and len(owners) == 1:
        (chosen,) = owners.values()
    context = {"provider": publisher, "api": wanted, "owners": owners, "organisation": chosen}
    if chosen is None:
        context["member"] = bool(own(request))
        context["wish"] = request.GET.get("environment", "")
        return render(request, "subscribe/whose.html", context)
    return for_organisation(request, wanted, chosen, context)


def for_organisation(
    request: HttpRequest, api: Api, organisation: Organisation, context: dict[str, Any]
) -> HttpResponse:
    known = places.of_provider(context["provider"])
    held = present(organisation, api)
    free = [place for place in known if place.key not in held]
    rows = places.rows()
    endings = {place.key: ending(api, rows.get(place.key)) for place in free}
    retired = {key for key, said in endings.items() if said is not None and said.retired}
    terms = terms_in_force(api.provider, api.slug)
    initial = {
        "environment": request.GET.get("environment"),
        "terms": terms.pk if terms else None,
    }
    form = Asked(request.POST or None, api, free, terms, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = saved(request, form, api, organisation)
        if made is not None:
            request.session[FRESH] = str(made.pk)
            return redirect("subscribed", made.pk)
    if form.is_bound and terms is not None and form.data.get("terms") != str(terms.pk):
        unread = request.POST.copy()
        unread.pop("accepted", None)  # those on the page now were not read yet
        unread["terms"] = str(terms.pk)
        form.data = unread
    context |= {
        "form": form,
        "held": [subscriptions.shown(one) for one in held.values()],
        "retired": [(place, endings[place.key]) for place in free if place.key in retired],
        # Those are not offered; the action says why, should one be retired between the two.
        "choices": [
            (place, choice, decided_by_desk(api, place.policy.kind), endings[place.key])
            for place, choice in zip(free, form["environment"].subwidgets, strict=True)
            if place.key not in retired
        ],
        "sandbox": any(place.kind == "sandbox" for place in known),
        "terms": terms,
        "evidence": evidence_of(organisation, [api]),
        "rejected": rejected(organisation, api),
    }
    return render(request, "subscribe/page.html", context)


def present(organisation: Organisation, api: Api) -> dict[str, Subscription]:
    """Return by environment what there is already, and stands in the way of another."""
    found = Subscription.objects.filter(organisation=organisation, api=api.slug)
    living = found.exclude(state__in=OVER).select_related("environment", "organisation")
    return {one.environment_id: one for one in living.order_by("environment_id")}


def rejected(organisation: Organisation, api: Api) -> Subscription | None:
    """Return the last request, if the desk turned it down: with its reason, one may ask again."""
    found = Subscription.objects.filter(organisation=organisation, api=api.slug)
    last = found.order_by("-requested_at").first()
    return last if last is not None and last.state == "rejected" else None


def saved(
    request: HttpRequest, form: Asked, api: Api, organisation: Organisation
) -> Subscription | None:
    """Return the new subscription; None, with the error in the form, when it is refused."""
    given = form.cleaned_data
    try:
        return subscribe.request(
            actor=acting(request, organisation),
            organisation=organisation,
            environment=Environment.objects.get(provider=api.provider, name=given["environment"]),
            api=api.slug,
            role=given.get("role", ""),
            terms=Terms.objects.filter(pk=given["terms"]).first(),
        ).subscription
    except (NotAllowed, Refused) as error:
        form.add_error(None, str(error))
        return None


@for_members
@never_cache
def confirmation(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Show that it was saved; the keys with it, to who just saved it and only now."""
    found = subscriptions.owned(request, subscription)
    saved_now = request.session.pop(FRESH, None) == str(found.pk)
    if not saved_now or found.organisation_id.hex not in developed(request):
        return redirect("subscription", found.pk)
    keys = [
        (key, reveal_key(actor=acting(request, found.organisation), credential=key))
        for key in subscriptions.keys_of(found)
    ]
    context = subscriptions.about(found) | {"keys": keys}
    if keys:  # so that the call can be pasted as it stands, this once
        key, secret = keys[0]
        _header, _before, variable = samples.HEADERS[key.kind]
        context["first_call"] = f"{variable}={secret}\n{context['first_call']}"
    context["evidence"] = evidence_of(found.organisation, [context["api"]])
    return render(request, "subscribe/confirmation.html", context)
