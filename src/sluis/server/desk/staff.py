"""Who is the service desk of which provider: what desk pages show is reached through here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse

from sluis.server.actions.actor import Actor, has_second_factor, of_desk
from sluis.server.models import Membership, Person, Provider
from sluis.server.portal.belonging import logged_in, memberships, memberships_of, second_factor
from sluis.server.portal.once import once


def desks_of(person: Person) -> dict[str, Provider]:
    """Return the providers whose desk a person is, with a second factor; by slug."""
    found = desks_among(memberships_of(person))
    return found if found and person.is_active and has_second_factor(person.pk) else {}


def desks_among(memberships: list[Membership]) -> dict[str, Provider]:
    own = (one.organisation for one in memberships if "desk" in one.roles)
    return {one.provider.pk: one.provider for one in own if hasattr(one, "provider")}


@once
def served(request: HttpRequest) -> dict[str, Provider]:
    """Return the providers whose desk is logged in; none before the second factor is there."""
    found = desks_among(memberships(request))
    return found if found and second_factor(request) else {}


def acting(request: HttpRequest, provider: Provider) -> Actor:
    """Return the actor at a provider's desk. Raises `NotAllowed`."""
    return of_desk(cast(Person, request.user), provider)


def for_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the log-in; to others than the desk nothing is there."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not served(request):
            raise Http404
        return view(request, *args, **kwargs)

    return logged_in(shown)


def for_desk_of(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a page the actor and the provider of its address; to others there is no such page."""

    @wraps(view)
    def shown(request: HttpRequest, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = served(request).get(provider)
        if found is None:
            raise Http404
        person = cast(Person, request.user)
        actor = Actor(str(person.pk), person, desk=found.pk)  # `served` looked as `of_desk` does
        return view(request, actor, found, *args, **kwargs)

    return logged_in(shown)
