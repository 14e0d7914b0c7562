"""For whom a person may act: all that pages show of organisations is reached through here."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from sluis.server.actions.actor import Actor, member
from sluis.server.models import Membership, Organisation, Person
from sluis.server.portal.once import once

DEVELOP = {"administrator", "developer"}


@once
def own(request: HttpRequest) -> dict[str, Organisation]:
    """Return the organisations of who is logged in, by id as calls and notifications have it."""
    person = cast(Person, request.user)  # the pages are for members
    found = Organisation.objects.filter(memberships__person=person).order_by("name")
    return {organisation.id.hex: organisation for organisation in found}


def own_one(request: HttpRequest, organisation: UUID) -> Organisation:
    """Return one of the organisations of who is logged in; raises `Http404` for any other."""
    found = own(request).get(organisation.hex)
    if found is None:
        raise Http404
    return found


@once
def developed(request: HttpRequest) -> dict[str, Organisation]:
    """Return those of the organisations for which the person may build and subscribe."""
    person = cast(Person, request.user)
    found = Membership.objects.filter(person=person).select_related("organisation")
    mine = [one.organisation for one in found if DEVELOP & set(one.roles)]
    return {one.id.hex: one for one in sorted(mine, key=lambda one: one.name)}


def acting(request: HttpRequest, organisation: Organisation) -> Actor:
    """Return who is logged in as they act for the organisation; raises `NotAllowed`."""
    return member(cast(Person, request.user), organisation)


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the log-in; a page that refreshes itself is loaded anew, and so asks it."""
    asked_to_log_in = login_required(view)

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return asked_to_log_in(request, *args, **kwargs)

    return shown
