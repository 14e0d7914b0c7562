"""Which applications act for an organisation: seen, agreed to, and taken back at once."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.models import Client, Consent, Organisation
from sluis.server.portal import places
from sluis.server.portal.belonging import acting, for_members, own_one
from sluis.server.portal.organisation_forms import GiveConsent
from sluis.server.portal.organisations import shown


@for_members
def page(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    given = found.consents.select_related(
        "environment__provider", "application__organisation", "given_by"
    )
    listed = [
        (consent, places.title(consent.environment))
        for consent in given.order_by("application__name", "environment")
    ]
    context = shown(request, found, "consents", consents=listed)
    return render(request, "organisations/consents.html", context)


@for_members
def give(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    form = GiveConsent(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        client = Client.objects.filter(**form.cleaned_data).select_related("application").first()
        if client is None:
            form.add_error("client_id", _("Nobody has this client id in this environment."))
        else:
            try:
                given = give_consent(
                    actor=acting(request, found),
                    organisation=found,
                    application=client.application,
                    environment=form.cleaned_data["environment"],
                )
            except (NotAllowed, Refused) as error:
                form.add_error(None, str(error))
            else:
                text = _("%(application)s can act for you from now on.")
                messages.success(request, text % {"application": given.application.name})
                return redirect("consents", found.pk)
    context = shown(request, found, "consents", form=form)
    return render(request, "organisations/consent_give.html", context)


def owned(organisation: Organisation, consent: int) -> Consent:
    given = organisation.consents.select_related("environment", "application__organisation")
    found = given.filter(pk=consent).first()
    if found is None:
        raise Http404
    return found


@for_members
def one(request: HttpRequest, organisation: UUID, consent: int) -> HttpResponse:
    """Ask once, and withdraw; or give it again."""
    found = own_one(request, organisation)
    given = owned(found, consent)
    if request.method == "POST":
        # By name, not by what is in force: who presses twice has not changed their mind.
        act, text = withdraw_consent, _("%(application)s no longer acts for you.")
        if request.POST.get("act") == "give":
            act, text = give_consent, _("%(application)s can act for you from now on.")
        try:
            act(
                actor=acting(request, found),
                organisation=found,
                application=given.application,
                environment=given.environment,
            )
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, text % {"application": given.application.name})
        return redirect("consents", found.pk)
    context = shown(request, found, "consents", consent=given, name=places.title(given.environment))
    return render(request, "organisations/consent.html", context)
