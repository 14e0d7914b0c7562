"""Whom a container concerns, and in which environments it can be seen and played."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from sluis import registry
from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.rules import places as ports
from sluis.apis.certified_pickup.rules import rights
from sluis.apis.certified_pickup.rules.release import Early, Release
from sluis.core.api import Opening
from sluis.core.directory import Directory, Party
from sluis.core.provider import EnvironmentKind
from sluis.server.answers.rows import parties
from sluis.server.answers.snapshot import open_store
from sluis.server.models import Organisation
from sluis.server.portal import places
from sluis.server.portal.belonging import own
from sluis.server.portal.places import Place

CONTAINER = re.compile(r"[A-Z]{4}[0-9]{7}")


def sandboxes() -> list[Place]:
    """Return the environments where counterparties can be played."""
    if API not in registry.HOSTED_APIS:
        return []
    return [
        place
        for place in places.everywhere()
        if place.policy.kind is EnvironmentKind.SANDBOX and place.key.startswith(f"{API.provider}/")
    ]


def sandbox(provider: str, environment: str) -> Place:
    """Return where this is played; raises `Http404` where it is not."""
    for place in sandboxes():
        if place.key == f"{provider}/{environment}":
            return place
    raise Http404


@dataclass(frozen=True, slots=True)
class Found:
    """A container that concerns an organisation of the reader, or that nobody has released yet."""

    place: Place
    equipment: str
    organisation: Organisation
    directory: Directory
    release: Release | None  # None: not yet, and the organisation is one that takes part
    early: tuple[Early, ...]  # what came before its release


def found(request: HttpRequest, provider: str, environment: str, equipment: str) -> Found:
    """Return the container; raises `Http404` to whom it does not concern."""
    place = sandbox(provider, environment)
    directory = Directory(parties(place.key))
    if CONTAINER.fullmatch(equipment):
        store = open_store(API.package, Opening(place.key, True, b""))
        container = store.states([equipment]).get(equipment)
        releases = sorted(
            container.releases if container else (),
            key=lambda one: (one.active, one.released_at),
            reverse=True,
        )
        early = container.early if container else ()
        for release in releases:
            for id_, organisation in own(request).items():
                if concerns(release, id_, directory):
                    return Found(place, equipment, organisation, directory, release, early)
        for id_, organisation in own(request).items():
            if not releases and takes_part(directory.of(id_)):
                return Found(place, equipment, organisation, directory, None, early)
    raise Http404


def takes_part(party: Party | None) -> bool:
    return party is not None and not party.roles.isdisjoint(ports.ROLES)


def concerns(release: Release, organisation: str, directory: Directory) -> bool:
    operates = ports.operator(directory, release.terminal) == organisation
    return operates or rights.involves(release, organisation)
