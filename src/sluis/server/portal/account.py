"""Your account: one page that says what is known of you and where to change it."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sluis.server.actions.actor import of_person
from sluis.server.actions.change_person import rename_person
from sluis.server.models import Membership, Person
from sluis.server.portal.account_forms import ChangeName
from sluis.server.roles import titles


@login_required
def page(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)  # login_required saw to it
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    factors = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    context = {
        "memberships": [(item.organisation, titles(item.roles)) for item in memberships],
        "app": Authenticator.Type.TOTP in factors,
        "passkeys": list(factors).count(Authenticator.Type.WEBAUTHN),
        "sessions": len(UserSession.objects.purge_and_list(person)),
        "language": dict(settings.LANGUAGES).get(person.language, person.language),
    }
    return render(request, "account/overview.html", context)


@login_required
def name(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    form = ChangeName(
        request.POST if request.method == "POST" else None, initial={"name": person.name}
    )
    if request.method == "POST" and form.is_valid():
        rename_person(actor=of_person(person), person=person, name=form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("account")
    return render(request, "account/name.html", {"form": form})
