"""Who is the service desk of which provider: what desk pages show is reached through here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from sluis.server.actions.actor import Actor, NotAllowed, has_second_factor, of_desk
from sluis.server.models import Membership, Person, Provider
from sluis.server.portal.once import once


def desks_of(person: Person) -> dict[str, Provider]:
    """Return the providers whose desk a person is, with a second factor; by slug."""
    memberships = Membership.objects.filter(person=person, organisation__provider__isnull=False)
    found = {
        membership.organisation.provider.pk: membership.organisation.provider
        for membership in memberships.select_related("organisation__provider")
        if "desk" in membership.roles
    }
    return found if found and person.is_active and has_second_factor(person.pk) else {}


@once
def served(request: HttpRequest) -> dict[str, Provider]:
    return desks_of(cast(Person, request.user))  # the pages are for the desk


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

    return login_required(shown)


def for_desk_of(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a page the actor and the provider of its address; to others there is no such page."""

    @wraps(view)
    def shown(request: HttpRequest, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = served(request).get(provider)
        if found is None:
            raise Http404
        try:
            actor = acting(request, found)
        except NotAllowed as error:  # since a moment ago
            raise Http404 from error
        return view(request, actor, found, *args, **kwargs)

    return login_required(shown)
