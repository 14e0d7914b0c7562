"""What parties are told, and which of them: the matrix of section 6."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sluis.apis.certified_pickup.rules import places
from sluis.apis.certified_pickup.rules.refusals import Refused
from sluis.apis.certified_pickup.rules.release import LightName, Release
from sluis.core.directory import Directory

LIGHT, RIGHT, TERMINAL_EVENT = "ReleaseLight", "ReleaseRight", "TerminalEvent"


class News(NamedTuple):
    type: str
    event: str
    release: Release | None = None
    facts: Mapping[str, Any] = MappingProxyType({})


class Told(NamedTuple):
    recipient: str  # organisation
    news: News


class Part(StrEnum):
    """What a party is to a release at the moment that something happens to it."""

    AGENT = "agent"
    TERMINAL = "terminal"
    OWNER = "owner"
    CHAIN = "chain"  # all who held the right or are offered it
    OFFERED = "offered"
    GIVER = "giver"
    RECEIVER = "receiver"


class Trigger(StrEnum):
    RELEASE = "release"
    UPDATE = "update"
    BLOCK = "block"
    UNBLOCK = "unblock"
    DELETE = "delete"
    RESET = "reset"  # the agent takes the right back, from whoever has it
    TRANSFER = "transfer"
    ACCEPT = "accept"
    DECLINE = "decline"
    REVOKE = "revoke"
    TERMINAL_LIGHT = "terminal light"
    CUSTOMS_LIGHT = "customs light"
    GATE_OUT = "gate out"
    EXPIRY = "expiry"


CONCERNED = (Part.AGENT, Part.TERMINAL, Part.OWNER, Part.OFFERED)
HAND_OVER = (Part.GIVER, Part.RECEIVER)
MATRIX: Mapping[Trigger, tuple[str, str, tuple[Part, ...]]] = {
    Trigger.RELEASE: (LIGHT, "ReleaseLightChanged", (Part.AGENT, Part.TERMINAL)),
    Trigger.UPDATE: (LIGHT, "Update", CONCERNED),
    Trigger.BLOCK: (LIGHT, "ReleaseLightChanged", CONCERNED),
    Trigger.UNBLOCK: (LIGHT, "ReleaseLightChanged", CONCERNED),
    Trigger.DELETE: (LIGHT, "Delete", CONCERNED),
    Trigger.RESET: (RIGHT, "RevokedByPreviousParty", (Part.AGENT, Part.CHAIN)),
    Trigger.TRANSFER: (RIGHT, "Transferred", HAND_OVER),
    Trigger.ACCEPT: (RIGHT, "AcceptedByNextParty", HAND_OVER),
    Trigger.DECLINE: (RIGHT, "DeclinedByNextParty", HAND_OVER),
    Trigger.REVOKE: (RIGHT, "RevokedByPreviousParty", HAND_OVER),
    Trigger.TERMINAL_LIGHT: (LIGHT, "ReleaseLightChanged", CONCERNED),
    Trigger.CUSTOMS_LIGHT: (LIGHT, "ReleaseLightChanged", CONCERNED),
    Trigger.GATE_OUT: (TERMINAL_EVENT, "GateOut", (Part.AGENT, Part.TERMINAL, Part.OWNER)),
    Trigger.EXPIRY: (RIGHT, "ExpiredReleaseRights", (Part.AGENT, Part.OWNER, Part.OFFERED)),
}


def tell(
    trigger: Trigger,
    release: Release,
    directory: Directory,
    *,
    before: Release | None = None,
    **facts: Any,
) -> tuple[Told, ...]:
    """Return what each party is told, each of them once.

    `release` is as it is now; `before` says who they were, where what happened changed that.
    """
    type_, event, parts = MATRIX[trigger]
    news = News(type_, event, release, facts)
    found = recipients(parts, before or release, directory, facts)
    return tuple(Told(party, news) for party in found)


def recipients(
    parts: Iterable[Part], release: Release, directory: Directory, facts: Mapping[str, Any]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in parts:
        for one in PARTIES[part](release, directory, facts):
            if one:
                found[one] = None
    return tuple(found)


Parties = Callable[[Release, Directory, Mapping[str, Any]], Iterable[str | None]]
PARTIES: Mapping[Part, Parties] = {
    Part.AGENT: lambda release, directory, facts: (release.agent,),
    Part.TERMINAL: lambda release, directory, facts: (
        places.operator(directory, release.terminal),
    ),
    Part.OWNER: lambda release, directory, facts: (release.owner,),
    Part.CHAIN: lambda release, directory, facts: release.chain,
    Part.OFFERED: lambda release, directory, facts: (release.offered,),
    Part.GIVER: lambda release, directory, facts: (facts["giver"],),
    Part.RECEIVER: lambda release, directory, facts: (facts["receiver"],),
}


def light_facts(name: LightName, before: str, after: str) -> dict[str, Any]:
    return {"light": name, "original": before, "new": after}


def refusal(type_: str, refused: Refused) -> News:
    return News(type_, "NotValidated", None, {"reasons": refused.reasons})
