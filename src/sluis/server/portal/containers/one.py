"""One container: its lights, who holds the right, what was told of it, and its counterparties."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sluis.apis.certified_pickup.rules import places as ports
from sluis.apis.certified_pickup.rules.release import Release
from sluis.core.directory import Directory, Party
from sluis.server.actions.actor import developers_only
from sluis.server.models import Environment
from sluis.server.models.job import StoredNotification
from sluis.server.portal import notifications, refreshed
from sluis.server.portal.belonging import developed, for_members
from sluis.server.portal.containers import history, words
from sluis.server.portal.containers.concern import Found, found
from sluis.server.portal.containers.play import played
from sluis.server.portal.containers.seen import name, seen

HISTORY, OTHERS = 50, 20


@for_members
def one(request: HttpRequest, provider: str, environment: str, equipment: str) -> HttpResponse:
    container = found(request, provider, environment, equipment.upper())
    if equipment != container.equipment:
        return redirect("container", provider, environment, container.equipment)
    offset = Environment.objects.values_list("clock_offset_seconds", flat=True).get(
        pk=container.place.key
    )
    now = datetime.now(UTC) + timedelta(seconds=offset)
    context = stage(container) | {
        "only_for": only_for(request, container),
        "played": played(request.GET.get("played", ""), container),
        "moved_clock": now.replace(microsecond=0) if abs(offset) > 1 else None,
    }
    release = container.release
    if release is None:
        context |= awaited(container)
        return refreshed.answer(request, "containers/one.html", "containers/early.html", context, 2)
    context |= shown(release, container.directory) | beside(release, container.others)
    every = 2 if release.active else None
    return refreshed.answer(request, "containers/one.html", "containers/state.html", context, every)


def stage(container: Found) -> dict[str, Any]:
    """Return what the page shows of every container."""
    return {
        "place": container.place,
        "environment": container.place.policy,
        "equipment": container.equipment,
        "history": told(container),
        "terminal_buttons": words.TERMINAL,
        "customs_buttons": words.CUSTOMS,
    }


def awaited(container: Found) -> dict[str, Any]:
    """Return what is shown of one that nobody has released: what waits for that."""
    first = ports.first(container.directory)
    operator = None if first is None else container.directory.of(first[1].organisation)
    return {
        "operator": operator.name if operator else "",
        "terminal": "" if first is None else first[0],
        "early": [words.said(one.submission) for one in container.early],
        "deleted": container.deleted,
    }


def only_for(request: HttpRequest, container: Found) -> str:
    """Return who may play, to a reader who may not."""
    return "" if container.organisation.pk.hex in developed(request) else developers_only()


@dataclass(frozen=True, slots=True)
class Hop:
    giver: str
    receiver: str
    colour: str
    word: Any


def shown(release: Release, directory: Directory) -> dict[str, Any]:
    operator = directory.of(ports.operator(directory, release.terminal))
    return {
        "seen": seen(release, directory),
        "release": release,
        "ended": words.STATES.get(release.state),
        "hops": [
            Hop(name(directory, hop.giver), name(directory, hop.receiver), *words.HOPS[hop.status])
            for hop in release.hops
        ],
        "operator": operator.name if operator else release.terminal,
        "offered": name(directory, release.offered) if release.offered else None,
        "released_before_discharge": release.yard.verdict == "OK" and not release.yard.present,
        "receivers": receivers(release, directory),
        "receiver_buttons": words.RECEIVER,
    }


def beside(release: Release, others: tuple[Release, ...]) -> dict[str, Any]:
    """Return the other releases of the container, and whether messages can mean more than one."""
    return {
        "others": others[:OTHERS],
        "more_others": max(0, len(others) - OTHERS),
        "ambiguous": release.active and any(one.active for one in others),
    }


def receivers(release: Release, directory: Directory) -> list[tuple[str, str]]:
    """Return to whom the right can be offered: code and name."""
    holders = {ports.RELEASE_PARTY, ports.TRANSPORT_OPERATOR}

    def fits(party: Party) -> bool:
        return party.organisation != release.owner and not party.roles.isdisjoint(holders)

    return [
        (code, party.name)
        for party in sorted(directory.parties, key=lambda one: one.name.casefold())
        if fits(party) and (code := party.code("NxtEntityId"))
    ]


def told(container: Found) -> list[history.Line]:
    """Return what the organisation was told of this container, newest first."""
    rows = StoredNotification.objects.filter(
        environment=container.place.key,
        organisation=container.organisation.id.hex,
        subject=container.equipment,
    ).order_by("-stored_at", "-seq")[:HISTORY]
    return history.lines(notifications.tellings(list(rows), by_environment=True))
