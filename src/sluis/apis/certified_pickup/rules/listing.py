"""Which releases a party gets to see: the detail of one, and the list of its rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sluis.apis.certified_pickup.rules import places
from sluis.apis.certified_pickup.rules.news import RIGHT, News, Told
from sluis.apis.certified_pickup.rules.refusals import Code, refused
from sluis.apis.certified_pickup.rules.release import (
    SHOWN,
    Container,
    Release,
    State,
    Status,
)
from sluis.apis.certified_pickup.rules.step import Change, sender
from sluis.core.directory import Directory, Party
from sluis.core.job import Work

ACTIVE, PENDING, POLICE, TERMINAL, SHIPPING = range(5)  # the filter `status`
ANY_ACTION_OPEN, ACTION_PENDING, LAST_REVOKE, LAST_TRANSFER = range(4)  # `actionStatusFilter`
ALLOWS = ("Green", "Orange")  # colours of the customs light


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a list asks for; None asks for nothing. Texts are parts of what is looked for."""

    organisation: str
    port: str
    now: datetime
    equipment: str | None = None
    bill: str | None = None
    agents: frozenset[str] | None = None
    terminals: frozenset[str] | None = None  # codes
    owners: frozenset[str] | None = None
    right: Status | None = None
    status: int | None = None
    action: int | None = None


class Rights(Protocol):
    """The state of a list's lane: a reader of what a company holds."""

    def page(self, criteria: Criteria, offset: int, at_most: int) -> tuple[Sequence[Release], int]:
        """Return a part of what is found, by container, and how much there is in all."""


def criteria(work: Work) -> Criteria:
    """Return what a submission asks for; names and numbers are looked up in the directory."""
    body = work.submission
    right = body.get("releaserightstatusfilter")
    return Criteria(
        organisation=sender(work),
        port=body["portLoCode"],
        now=work.now,
        equipment=body.get("equipmentnumberfilter"),
        bill=body.get("billofladingnumberfilter"),
        agents=found(work.directory, body, "shippingagentnamefilter", "shippingagenttinfilter"),
        terminals=terminals(work.directory, body.get("terminalnamefilter")),
        owners=found(
            work.directory, body, "currentstakeholdernamefilter", "currentstakeholdertinfilter"
        ),
        right=None if right is None else Status(right),
        status=body.get("status"),
        action=body.get("actionstatusfilter"),
    )


def found(
    directory: Directory, body: Mapping[str, Any], by_name: str, by_tin: str
) -> frozenset[str] | None:
    """Return the organisations whose name and number hold the texts; None when none is asked."""
    name, tin = body.get(by_name), body.get(by_tin)
    if name is None and tin is None:
        return None
    return frozenset(
        party.organisation
        for party in directory.parties
        if holds(party.name, name) and holds(number(party), tin)
    )


def terminals(directory: Directory, name: str | None) -> frozenset[str] | None:
    """Return the codes of the terminals whose operator's name holds the text."""
    if name is None:
        return None
    known = places.terminals(directory).values()
    return frozenset(code for code, operator in known if holds(operator.name, name))


def number(party: Party) -> str:
    return party.code("TIN") or ""


def holds(text: str, part: str | None) -> bool:
    return part is None or part.casefold() in text.casefold()


def listed(release: Release, asked: Criteria) -> bool:
    """Return whether a release belongs in a list: the readable version, and the oracle of SQL."""
    return (
        asked.organisation in (release.owner, release.offered)
        and release.port == asked.port
        and visible(release, asked)
        and holds(release.equipment, asked.equipment)
        and (asked.bill is None or any(holds(bill, asked.bill) for bill in release.bills))
        and (asked.agents is None or release.agent in asked.agents)
        and (asked.owners is None or release.owner in asked.owners)
        and (asked.terminals is None or release.terminal in asked.terminals)
        and (asked.status is None or has_status(release, asked.status))
        and (asked.action is None or has_action(release, asked.action))
    )


def visible(release: Release, asked: Criteria) -> bool:
    """Return whether a release is in the active view, or is asked for by its status."""
    if asked.right is not None:
        return release.status is asked.right
    if release.state is State.PICKED_UP and release.ended_at is not None:
        return asked.now < release.ended_at + SHOWN
    return release.active


def has_status(release: Release, status: int) -> bool:
    return {
        ACTIVE: release.active and may_leave(release),
        PENDING: release.pending is not None,
        POLICE: False,
        TERMINAL: release.terminal_light.colour != "Green",
        SHIPPING: release.commercial.colour != "Green",
    }[status]


def may_leave(release: Release) -> bool:
    """Return whether all three lights allow the container to be fetched."""
    return (
        release.commercial.colour == release.terminal_light.colour == "Green"
        and release.customs.colour in ALLOWS
    )


def has_action(release: Release, action: int) -> bool:
    return {
        ANY_ACTION_OPEN: release.pending is None,
        ACTION_PENDING: release.pending is not None,
        LAST_REVOKE: release.last_action == "Revoke",
        LAST_TRANSFER: release.last_action == "Transfer",
    }[action]


def order(releases: Iterable[Release]) -> list[Release]:
    return sorted(releases, key=lambda one: (one.equipment, one.released_at, one.id))


def rights(work: Work, reader: Rights) -> tuple[Told, ...]:
    """Return the page of its rights that a company asked for."""
    page, size = work.submission["page"], work.submission["pageSize"]
    releases, total = reader.page(criteria(work), (page - 1) * size, size)
    facts = {"page": page, "pageSize": size, "total": total, "releases": tuple(releases)}
    return (Told(sender(work), News(RIGHT, "GetPagedContainers", None, facts)),)


def detail(work: Work, container: Container) -> Change:
    """Tell the sender of the one release it may see and has named. Raises `Refused`."""
    body = work.submission
    alike = [
        one
        for one in container.releases
        if sees(one, sender(work), work.directory)
        and one.port == body["portLoCode"]
        and body.get("releaseIdentification", one.identification) == one.identification
        and one.concerns(body.get("billOfLadingNumbers", one.bills))
    ]
    active = [one for one in alike if one.active]
    if len(active) > 1:
        raise refused(Code.SEVERAL)
    ended = [one for one in alike if one.state is State.PICKED_UP]
    if not active and not ended:
        raise refused(Code.NO_RELEASE)
    shown = active[0] if active else max(ended, key=lambda one: one.ended_at or one.released_at)
    news = News(RIGHT, "GetReleaseDetail", shown)
    return container, (Told(sender(work), news),)


def sees(release: Release, party: str, directory: Directory) -> bool:
    operator = places.operator(directory, release.terminal)
    return party == release.agent or party == operator or party in release.chain
