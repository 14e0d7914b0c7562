"""What terminals and customs say of a container, also before it was released.

A message is about the one active release that it matches. With none it waits for its release,
with several it is not linked, and its sender is told.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sluis.apis.certified_pickup.rules import places
from sluis.apis.certified_pickup.rules.news import (
    LIGHT,
    TERMINAL_EVENT,
    Told,
    Trigger,
    light_facts,
    refusal,
    tell,
)
from sluis.apis.certified_pickup.rules.refusals import Code, Refused, refused
from sluis.apis.certified_pickup.rules.release import (
    WAITING,
    Container,
    Early,
    Light,
    LightName,
    Release,
    State,
    Yard,
)
from sluis.apis.certified_pickup.rules.step import Change, changed, given, moment, sender
from sluis.core.directory import Directory
from sluis.core.job import Work

EARLY_AT_MOST = 50  # of a sender and one container: all are read and written with each step on it
CUSTOMS = "Customs"
GATE_OUT = "GateOut"
EVENTS = ("Discharge", "GateIn", GATE_OUT)
LIGHT_ACTIONS = ("Release", "Scanning", "Block", "Unblock")
CUSTOMS_VALUES = (
    "UNKNOWN",
    "RELEASED",
    "SCAN",
    "FASFC",
    "EQUALISATION",
    "TRANSHIPMENT",
    "DOCUMENTARY_CHECK",
    "PARTIALLY_CLEARED",
    "NOT_CLEARED",
)


def message(work: Work, container: Container) -> Change:
    """Do what a terminal or customs says. Raises `Refused`."""
    body = work.submission
    if body["actionType"] != CUSTOMS and "terminalCode" in body:
        places.terminal(work.directory, body["portLoCode"], body["terminalCode"])
        if places.operator(work.directory, body["terminalCode"]) != sender(work):
            raise refused(Code.NOT_YOUR_TERMINAL)
    release = matching(body, sender(work), container.active(), work.directory)
    if release is not None:
        return applied(work, container, release, body)
    if body["actionType"] == GATE_OUT:
        gone = [one for one in container.releases if one.state is State.PICKED_UP]
        if candidates(body, sender(work), tuple(gone), work.directory):
            raise refused(Code.PICKED_UP)
    return waiting(container, Early(sender(work), body, moment(work)), body["equipmentNumber"]), ()


def matching(
    body: Mapping[str, Any], sender: str, releases: tuple[Release, ...], directory: Directory
) -> Release | None:
    """Return the release that a message is about; None when there is none.

    Raises `Refused` when there are several.
    """
    found = candidates(body, sender, releases, directory)
    if len(found) > 1:
        raise refused(Code.SEVERAL)
    return found[0] if found else None


def candidates(
    body: Mapping[str, Any], sender: str, releases: tuple[Release, ...], directory: Directory
) -> list[Release]:
    """Return the releases that a message may be about, by the surest sign that it carries.

    Signs are the terminal's operator, and beside it the stay, else for customs the ship. A
    release that names another stay is another visit of the same container.
    """
    found = [one for one in releases if answers(one, body, sender, directory)]
    stay, ship = body.get("stayNumber"), body.get("vesselNumber")
    if stay is not None:
        same = [one for one in found if one.stay == stay]
        found = same or [one for one in found if one.stay is None]
    if len(found) > 1 and ship is not None:
        found = [one for one in found if one.details.get("vesselNumber") == ship] or found
    return found


def answers(release: Release, body: Mapping[str, Any], sender: str, directory: Directory) -> bool:
    if body["actionType"] != CUSTOMS:
        operator: str | None = sender
    elif "terminalCode" in body:
        operator = places.operator(directory, body["terminalCode"])
    else:
        operator = places.operator(directory, release.terminal)
    return (
        places.operator(directory, release.terminal) == operator
        and body.get("releaseIdentification", release.identification) == release.identification
        and release.concerns(body.get("billOfLadingNumbers", release.bills))
    )


def applied(work: Work, container: Container, release: Release, body: Mapping[str, Any]) -> Change:
    if body["actionType"] == GATE_OUT:
        return gone(work, container, release, body)
    if body["actionType"] == CUSTOMS:
        new = replace(release, customs=relit(work, release.customs, body["value"]))
        told = of_light(work, Trigger.CUSTOMS_LIGHT, LightName.CUSTOMS, release, new)
    else:
        said = YARDS[body["actionType"]](release.yard)
        light = relit(work, release.terminal_light, said.light)
        new = replace(release, yard=said, terminal_light=light)
        told = of_light(work, Trigger.TERMINAL_LIGHT, LightName.TERMINAL, release, new)
    return (container if new == release else changed(container, new)), told


YARDS = {
    "Discharge": lambda yard: replace(yard, present=True),
    "GateIn": lambda yard: replace(yard, present=True),
    "Release": lambda yard: replace(yard, verdict="OK", blocked=False),
    "Scanning": lambda yard: replace(yard, verdict="SCAN", blocked=False),
    "Block": lambda yard: replace(yard, blocked=True),
    "Unblock": lambda yard: replace(yard, blocked=False),
}


def relit(work: Work, light: Light, value: str) -> Light:
    return light if light.value == value else Light(value, work.now)


def of_light(
    work: Work, trigger: Trigger, name: LightName, old: Release, new: Release
) -> tuple[Told, ...]:
    before, after = old.lights()[name].value, new.lights()[name].value
    if before == after:
        return ()
    return tell(trigger, new, work.directory, **light_facts(name, before, after))


def gone(work: Work, container: Container, release: Release, body: Mapping[str, Any]) -> Change:
    """Let the container leave. The terminal has the last word: no light is asked."""
    left_at = given(body.get("timestamp")) or moment(work)
    new = replace(release, state=State.PICKED_UP, ended_at=moment(work))
    told = tell(Trigger.GATE_OUT, new, work.directory, left_at=left_at)
    return changed(container, new), told


def left(work: Work, release: Release) -> tuple[Release, tuple[Told, ...]]:
    """Return the release as it is at a terminal that has said nothing of it yet."""
    light = relit(work, release.terminal_light, "UNKNOWN")
    new = replace(release, yard=Yard(), terminal_light=light)
    return new, of_light(work, Trigger.TERMINAL_LIGHT, LightName.TERMINAL, release, new)


def waiting(container: Container, early: Early, equipment: str) -> Container:
    """Return the container with the message kept; one that says the same makes room for it.

    Raises `Refused` where too many of the sender wait.
    """
    others = tuple(
        one for one in container.early if (one.sender, same(one)) != (early.sender, same(early))
    )
    if sum(one.sender == early.sender for one in others) >= EARLY_AT_MOST:
        raise refused(Code.TOO_MANY_WAIT, container=equipment, count=str(EARLY_AT_MOST))
    return replace(container, early=(*others, early))


def same(early: Early) -> dict[str, Any]:
    return {name: value for name, value in early.submission.items() if name not in MOMENTS}


MOMENTS = ("timestamp", "releaseDateTimeUtc")


def catch_up(work: Work, container: Container, told: tuple[Told, ...]) -> Change:
    """Apply what came before its release, oldest first; what matches nothing waits on."""
    for early in sorted(container.early, key=lambda one: one.received_at):
        try:
            release = matching(early.submission, early.sender, container.active(), work.directory)
        except Refused as several:
            release = None
            news = refusal(type_of(early.submission), several)
            told += (Told(early.sender, news),) if early.sender else ()
        else:
            if release is None:
                continue
        container = replace(
            container, early=tuple(one for one in container.early if one is not early)
        )
        if release is not None:
            container, more = applied(work, container, release, early.submission)
            told += more
    return container, told


def type_of(body: Mapping[str, Any]) -> str:
    return TERMINAL_EVENT if body["actionType"] in EVENTS else LIGHT


def outdated(container: Container, now: datetime) -> Container:
    """Return the container without the messages that have waited too long."""
    kept = tuple(one for one in container.early if now - one.received_at < WAITING)
    return container if len(kept) == len(container.early) else replace(container, early=kept)
