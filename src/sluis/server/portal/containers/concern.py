"""Whom a container concerns, and in which environments it can be seen and played."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest

from sluis import registry
from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.rules import places as ports
from sluis.apis.certified_pickup.rules import rights
from sluis.apis.certified_pickup.rules.release import Early, Release
from sluis.apis.certified_pickup.tables.models import Release as ReleaseRow
from sluis.apis.certified_pickup.wire.reading import CONTAINER
from sluis.core.api import Opening
from sluis.core.directory import Directory, Party
from sluis.core.provider import EnvironmentKind
from sluis.server.answers.rows import parties
from sluis.server.answers.snapshot import open_store
from sluis.server.models import Organisation
from sluis.server.portal import places
from sluis.server.portal.belonging import own
from sluis.server.portal.places import Place


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
    others: tuple[Release, ...] = ()  # of the same container, which concern the reader too
    deleted: bool = False  # nobody has released it any more


def found(request: HttpRequest, provider: str, environment: str, equipment: str) -> Found:
    """Return the container; raises `Http404` to whom it does not concern.

    Of several releases that which the address names, else one that is active, the newest.
    """
    place = sandbox(provider, environment)
    directory = Directory(parties(place.key))
    if not CONTAINER.fullmatch(equipment):
        raise Http404
    store = open_store(API.package, Opening(place.key, True, b""))
    container = store.states([equipment]).get(equipment)
    early = container.early if container else ()
    if container is None or not container.releases:
        organisation = one_that_takes_part(request, directory)
        deleted = was_deleted(place, equipment, list(own(request)), directory)
        return Found(place, equipment, organisation, directory, None, early, deleted=deleted)
    named = request.GET.get("release")
    mine = sorted(
        (
            (release, organisation)
            for release in container.releases
            for id_, organisation in own(request).items()
            if concerns(release, id_, directory)
        ),
        key=lambda one: (one[0].id == named, one[0].active, one[0].released_at),
        reverse=True,
    )
    if not mine:
        raise Http404
    release, organisation = mine[0]
    others = tuple({one.id: one for one, _ in mine if one.id != release.id}.values())
    return Found(place, equipment, organisation, directory, release, early, others)


def one_that_takes_part(request: HttpRequest, directory: Directory) -> Organisation:
    """Return the reader's organisation that can have a part; raises `Http404`."""
    for id_, organisation in own(request).items():
        if takes_part(directory.of(id_)):
            return organisation
    raise Http404


def was_deleted(
    place: Place, equipment: str, owners: Collection[str], directory: Directory
) -> bool:
    rows = ReleaseRow.objects.filter(environment=place.key, equipment=equipment, put_away=True)
    return rows.filter(concerning(owners, directory)).exists()


def concerning(owners: Collection[str], directory: Directory) -> Q:
    """Return what rows of releases fulfil that concern one of these organisations."""
    terminals = [code for one in owners if (party := directory.of(one)) for code in party.terminals]
    held = Q(agent__in=owners) | Q(owner__in=owners) | Q(offered__in=owners)
    return held | Q(terminal__in=terminals)


def takes_part(party: Party | None) -> bool:
    return party is not None and not party.roles.isdisjoint(ports.ROLES)


def concerns(release: Release, organisation: str, directory: Directory) -> bool:
    operates = ports.operator(directory, release.terminal) == organisation
    return operates or rights.involves(release, organisation)
