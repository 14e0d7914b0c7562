"""For whom a person may act: all that pages show of organisations is reached through here."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from sluis.server.actions.actor import Actor, has_second_factor, member
from sluis.server.models import Membership, Organisation, Person
from sluis.server.portal.once import once

DEVELOP = {"administrator", "developer"}


def memberships_of(person: Person) -> list[Membership]:
    """Return to what somebody belongs, by name, with the providers that some of it are."""
    found = Membership.objects.filter(person=person).select_related("organisation__provider")
    return list(found.order_by("organisation__name"))


@once
def memberships(request: HttpRequest) -> list[Membership]:
    """Return to what who is logged in belongs: the middleware, the menu and the page ask it."""
    return memberships_of(cast(Person, request.user))  # the pages are for members


@once
def second_factor(request: HttpRequest) -> bool:
    return has_second_factor(cast(Person, request.user).pk)


@once
def own(request: HttpRequest) -> dict[str, Organisation]:
    """Return the organisations of who is logged in, by id as calls and notifications have it."""
    return {one.organisation_id.hex: one.organisation for one in memberships(request)}


def own_one(request: HttpRequest, organisation: UUID) -> Organisation:
    """Return one of the organisations of who is logged in; raises `Http404` for any other."""
    found = own(request).get(organisation.hex)
    if found is None:
        raise Http404
    return found


def developed(request: HttpRequest) -> dict[str, Organisation]:
    """Return those of the organisations for which the person may build and subscribe."""
    mine = [one.organisation for one in memberships(request) if DEVELOP & set(one.roles)]
    return {one.id.hex: one for one in mine}


def acting(request: HttpRequest, organisation: Organisation) -> Actor:
    """Return who is logged in as they act for the organisation; raises `NotAllowed`."""
    return member(cast(Person, request.user), organisation)


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the log-in; a page that refreshes itself is loaded anew, and so asks it."""
    asked_to_log_in = logged_in(view)

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return asked_to_log_in(request, *args, **kwargs)

    return shown


def logged_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the log-in, and from there to the page on which they were.

    Who was logged out and then pressed a button was on the page of that button: the address of
    an act shows nothing.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        here = request.get_full_path()
        return redirect_to_login(here if request.method == "GET" else came_from(request) or here)

    return shown


def came_from(request: HttpRequest) -> str:
    """Return the page of ours on which this was pressed, or nothing where that is not told."""
    page = urlsplit(request.headers.get("referer", ""))
    if page.netloc != request.get_host():
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
