"""At whose service desk a person works."""

from django.http import HttpRequest

from sluis.server.actions.actor import Actor, NotAllowed, of_desk
from sluis.server.models import Membership, Person, Provider


def desks(request: HttpRequest) -> list[tuple[Provider, Actor]]:
    """Return the providers that who is logged in serves, each with the actor for it."""
    person = request.user
    if not isinstance(person, Person):
        return []
    of = Membership.objects.filter(person=person, organisation__provider__isnull=False)
    found = []
    for membership in of.select_related("organisation__provider").order_by("organisation__name"):
        provider = membership.organisation.provider
        try:
            found.append((provider, of_desk(person, provider)))
        except NotAllowed:
            continue
    return found
