"""Your account: one page that says what is known of you and where to change it."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.server.models import Membership, Person
from sluis.server.portal.roles import titles


@login_required
def page(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)  # login_required saw to it
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    context = {
        "memberships": [(item.organisation, titles(item.roles)) for item in memberships],
        "second_factor": is_mfa_enabled(person, [Authenticator.Type.TOTP]),
    }
    return render(request, "account/overview.html", context)
