"""The counterparties of a sandbox: who says what, in the words of a script.

A script is a list of scenes with commas between them: `discharge, customs green, accept,
gate out`. Each is said by whom it behoves: the terminal of the release, customs, the party to
which the right is offered, its owner or the agent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sluis.apis.certified_pickup.rules import commercial, places, rights, yard
from sluis.apis.certified_pickup.rules.refusals import Code, refused
from sluis.apis.certified_pickup.rules.release import Container, Release
from sluis.apis.certified_pickup.rules.step import Act, Change, sender
from sluis.core.caller import Caller
from sluis.core.job import Work


class Unreadable(Exception):
    """The script has a scene that nobody can play; the text says which, and which there are."""


@dataclass(frozen=True, slots=True)
class Scene:
    act: Act
    actor: Callable[[Release], str | None] | None  # None: a terminal or customs
    body: Mapping[str, Any]


def by_terminal(action: str) -> Scene:
    return Scene(yard.message, None, {"actionType": action})


def by_customs(value: str) -> Scene:
    return Scene(yard.message, None, {"actionType": yard.CUSTOMS, "value": value})


def by_agent(action: str) -> Scene:
    return Scene(commercial.submit, lambda release: release.agent, {"actionType": action})


def by_offered(action: str) -> Scene:
    return Scene(rights.act, lambda release: release.offered, {"actionType": action})


SCENES: Mapping[str, Scene] = {
    "discharge": by_terminal("Discharge"),
    "gate in": by_terminal("GateIn"),
    "gate out": by_terminal("GateOut"),
    "terminal green": by_terminal("Release"),
    "terminal orange": by_terminal("Scanning"),
    "terminal red": by_terminal("Block"),
    "terminal unblock": by_terminal("Unblock"),
    "customs green": by_customs("RELEASED"),
    "customs orange": by_customs("SCAN"),
    "customs red": by_customs("DOCUMENTARY_CHECK"),
    "customs grey": by_customs("UNKNOWN"),
    **{
        f"customs {value.lower().replace('_', ' ')}": by_customs(value)
        for value in yard.CUSTOMS_VALUES[1:]
    },
    "accept": by_offered("Accept"),
    "decline": by_offered("Decline"),
    "revoke": Scene(
        rights.act,
        lambda release: release.pending.giver if release.pending else release.owner,
        {"actionType": "Revoke"},
    ),
    "block": by_agent("Block"),
    "unblock": by_agent("Unblock"),
    "delete": by_agent("Delete"),
}
TRANSFER = re.compile(r"transfer to (\w+)")
SCENES_AT_MOST = 50


def scenes(script: str) -> tuple[str, ...]:
    """Return the scenes of a script in order. Raises `Unreadable`."""
    found = tuple(" ".join(text.lower().split()) for text in script.split(",") if text.strip())
    if not found or len(found) > SCENES_AT_MOST:
        raise Unreadable(f"A script has 1 to {SCENES_AT_MOST} scenes, with commas between them.")
    for text in found:
        if text not in SCENES and TRANSFER.fullmatch(text) is None:
            known = ", ".join(SCENES)
            raise Unreadable(
                f"There is no scene '{text}'. The scenes are: {known},"
                " transfer to (an NxtEntityId)."
            )
    return found


def scene(text: str) -> Scene:
    match = TRANSFER.fullmatch(text)
    if match is None:
        return SCENES[text]
    to = {"identificationType": "NxtEntityId", "identificationCode": match[1].upper()}
    body = {"actionType": "Transfer", "releaseTo": to}
    return Scene(rights.act, lambda release: release.owner, body)


def played(work: Work, container: Container) -> Change:
    """Let the scene's actor do it. Raises `Refused`, to whoever plays."""
    acted = scene(work.submission["scene"])
    release = on_stage(work, container)
    if acted.actor is None:
        return acted.act(said(work, release, acted.body), container)
    if release is None:
        raise refused(Code.NO_RELEASE)
    actor = acted.actor(release)
    if actor is None:
        raise refused(Code.NOTHING_PENDING)
    return acted.act(spoken(work, actor, {**identified(release), **acted.body}), container)


def on_stage(work: Work, container: Container) -> Release | None:
    """Return the release that is played with: the player's own, if it is somebody.

    Who plays from the command line is nobody, and plays with any. Raises `Refused`.
    """
    player = sender(work)
    found = container.active()
    mine = tuple(one for one in found if concerns(one, player, work)) if player else found
    if len(mine) > 1:
        raise refused(Code.SEVERAL)
    if found and not mine:
        raise refused(Code.NOT_YOUR_RIGHT)
    return mine[0] if mine else None


def concerns(release: Release, player: str, work: Work) -> bool:
    operates = places.operator(work.directory, release.terminal) == player
    return operates or rights.involves(release, player)


def identified(release: Release) -> dict[str, Any]:
    return {
        "releaseIdentification": release.identification,
        "equipmentNumber": release.equipment,
        "billOfLadingNumbers": list(release.bills),
        "portLoCode": release.port,
        "terminalCode": release.terminal,
    }


def said(work: Work, release: Release | None, body: Mapping[str, Any]) -> Work:
    """Return the step as the terminal or customs would send it; before a release, the first."""
    if release is not None:
        known = identified(release)
    else:
        first = places.first(work.directory)
        if first is None:
            raise refused(Code.NO_RELEASE)
        known = {
            "equipmentNumber": work.submission["equipmentNumber"],
            "portLoCode": places.PORTS[0],
            "terminalCode": first[0],
        }
    body = {**known, **body}
    terminal = places.operator(work.directory, body["terminalCode"]) or ""
    return spoken(work, terminal if body["actionType"] != yard.CUSTOMS else sender(work), body)


def spoken(work: Work, actor: str, body: Mapping[str, Any]) -> Work:
    return work._replace(caller=Caller(organisation=actor), submission=body)
