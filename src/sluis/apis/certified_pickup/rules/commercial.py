"""What a shipping agent does: release, update, block, unblock, take the right back, delete."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sluis.apis.certified_pickup.rules import places, yard
from sluis.apis.certified_pickup.rules.news import Told, Trigger, light_facts, tell
from sluis.apis.certified_pickup.rules.refusals import Code, Refused, refused
from sluis.apis.certified_pickup.rules.release import (
    Container,
    Hop,
    Light,
    LightName,
    Release,
    State,
    Status,
)
from sluis.apis.certified_pickup.rules.step import Act, Change, changed, given, moment, sender
from sluis.core.job import Work
from sluis.core.named import named_uuid

NAMESPACE = uuid.UUID("6c0d7b0e-52f4-5a39-9a7e-1f6f0f3c2b10")
# What a release has for others to read; an update overwrites all of it.
DETAILS: Mapping[str, Any] = {
    "releaseOrderReference": None,
    "emptyReturnReference": None,
    "equipmentSupplier": None,
    "equipmentStatus": "Import",
    "fullEmptyIndicator": "Full",
    "equipmentOperator": None,
    "vesselName": None,
    "vesselNumber": None,
    "stayNumber": None,
    "vesselCallSign": None,
    "voyageNumber": None,
    "equipmentType": None,
    "isCarrierHaulage": False,
    "meansOfTransport": None,
}
LIVE = (Status.ACCEPTED, Status.PENDING)
ACTIVE_AT_MOST = 20  # of an agent and one container: all are read with each step on it


def submit(work: Work, container: Container) -> Change:
    """Do what the commercial release says. Raises `Refused`."""
    return ACTIONS[work.submission["actionType"]](work, container)


def release(work: Work, container: Container) -> Change:
    body, agent = work.submission, sender(work)
    if of_agent(container, agent, body["billOfLadingNumbers"]) is not None:
        bills = ", ".join(body["billOfLadingNumbers"])
        raise refused(Code.EXISTS, container=body["equipmentNumber"], bill=bills)
    if sum(one.agent == agent for one in container.active()) >= ACTIVE_AT_MOST:
        count = str(ACTIVE_AT_MOST)
        raise refused(Code.TOO_MANY, container=body["equipmentNumber"], count=count)
    fields = overwritten(work)
    first = places.named(work.directory, body["releaseTo"]) if "releaseTo" in body else None
    if first == agent:
        raise refused(Code.TO_YOURSELF)
    handed: dict[str, Any] = {}
    if first is not None:
        hop = Hop(agent, first)
        handed = {"hops": (hop,), "right": Status.PENDING, "last_action": "Transfer"}
    made = Release(
        id=release_id(work),
        agent=agent,
        equipment=body["equipmentNumber"],
        bills=tuple(body["billOfLadingNumbers"]),
        named=first,
        released_at=work.accepted_at,
        commercial=Light("OK", work.now),
        **fields,
        **handed,
    )
    facts = light_facts(LightName.COMMERCIAL, "UNKNOWN", "OK")
    told = tell(Trigger.RELEASE, made, work.directory, **facts)
    if first is not None:
        told += tell(
            Trigger.TRANSFER, made, work.directory, giver=agent, receiver=first, action="Transfer"
        )
    container = Container((*container.releases, made), container.early)
    return yard.catch_up(work, container, told)


def release_id(work: Work) -> str:
    """Return a UUID: the same however often the step is applied, and the later the higher.

    It begins with the time that the reference begins with, the rest is of its name (a UUIDv8,
    RFC 9562): each of the ids that come by chance would cost an index a page.
    """
    name = named_uuid(NAMESPACE, f"{work.environment} {work.reference} {work.item}")
    return f"{work.reference[:13]}-8{name[15:]}"


def overwritten(work: Work) -> dict[str, Any]:
    """Return what a release or an update sets. Raises `Refused` with all that is wrong."""
    body = work.submission
    reasons: list[tuple[Code, str]] = []
    terminal, carrier = body["terminalCode"], sender(work)
    try:
        terminal = places.terminal(work.directory, body["portLoCode"], terminal)
    except Refused as refusal:
        reasons += refusal.reasons
    try:
        if "carrier" in body:
            carrier = places.named(work.directory, body["carrier"])
    except Refused as refusal:
        reasons += refusal.reasons
    starts_at = given(body.get("releaseDateTimeUtc")) or moment(work)
    expires_at = given(body.get("expirationDateTimeUtc"))
    if expires_at is not None and expires_at <= starts_at:
        reasons += refused(Code.EXPIRY_TOO_EARLY).reasons
    if reasons:
        raise Refused(*reasons)
    return {
        "identification": body["releaseIdentification"],
        "port": body["portLoCode"],
        "terminal": terminal,
        "carrier": carrier,
        "starts_at": starts_at,
        "expires_at": expires_at,
        "details": {name: body.get(name, default) for name, default in DETAILS.items()},
    }


def update(work: Work, container: Container) -> Change:
    """Overwrite all but to whom it was released, the container and the bills of lading."""
    body, agent = work.submission, sender(work)
    old = of_agent(container, agent, body["billOfLadingNumbers"])
    if old is None:
        if any(
            one.agent == agent and one.identification == body["releaseIdentification"]
            for one in container.active()
        ):
            raise refused(Code.UNCHANGEABLE, name="billOfLadingNumbers")
        raise missing(work, container)
    if "releaseTo" in body and places.named(work.directory, body["releaseTo"]) != old.named:
        raise refused(Code.UNCHANGEABLE, name="releaseTo")
    new = replace(old, **overwritten(work))
    if old.state is State.EXPIRED and new.expiry > moment(work):
        value = "BLOCKED" if old.before_expiry is State.BLOCKED else "OK"
        new = replace(new, state=old.before_expiry, commercial=Light(value, work.now))
    told = tell(Trigger.UPDATE, new, work.directory, action="Update")
    former = places.operator(work.directory, old.terminal)
    if former is not None and former not in (one.recipient for one in told):
        told += (Told(former, told[0].news),)
    if former != places.operator(work.directory, new.terminal):
        new, more = yard.left(work, new)
        told += more
    return yard.catch_up(work, changed(container, new), told)


def block(work: Work, container: Container) -> Change:
    old = unexpired(work, container)
    if old.state is State.BLOCKED:
        return container, ()
    return switched(work, container, old, State.BLOCKED)


def unblock(work: Work, container: Container) -> Change:
    """Take the block away; where there is none this does nothing, as documented."""
    old = unexpired(work, container)
    unaltered(work, old)
    if old.state is State.RELEASED:
        return container, ()
    return switched(work, container, old, State.RELEASED)


def switched(work: Work, container: Container, old: Release, state: State) -> Change:
    blocks = state is State.BLOCKED
    value = "BLOCKED" if blocks else "OK"
    new = replace(old, state=state, commercial=Light(value, work.now))
    facts = light_facts(LightName.COMMERCIAL, old.commercial.value, value)
    facts["action"] = "Blocked" if blocks else "Unblocked"
    trigger = Trigger.BLOCK if blocks else Trigger.UNBLOCK
    return changed(container, new), tell(trigger, new, work.directory, **facts)


def reset(work: Work, container: Container) -> Change:
    """Give the right back to the agent, whoever has it by now; the light stays as it is."""
    old = unexpired(work, container)
    hops = tuple(
        replace(hop, status=Status.REVOKED) if hop.status in LIVE else hop for hop in old.hops
    )
    new = replace(old, hops=hops, right=Status.ASSIGNED, last_action="Revoke")
    lost = old.chain[-1] if old.chain else None
    told = tell(
        Trigger.RESET,
        new,
        work.directory,
        before=old,
        giver=old.agent,
        receiver=lost,
        action="Revoke",
    )
    return changed(container, new), told


def delete(work: Work, container: Container) -> Change:
    old = own(work, container)
    unaltered(work, old)
    light = Light("DELETED", work.now)
    new = replace(old, state=State.DELETED, ended_at=moment(work), commercial=light)
    told = tell(Trigger.DELETE, new, work.directory, action="Delete")
    return changed(container, new), told


ACTIONS: Mapping[str, Act] = {
    "Release": release,
    "Update": update,
    "Block": block,
    "Unblock": unblock,
    "Revoke": reset,
    "Delete": delete,
}


def of_agent(container: Container, agent: str, bills: list[str]) -> Release | None:
    """Return the agent's active release of these bills of lading: there is one at most."""
    for one in container.active():
        if one.agent == agent and one.concerns(bills):
            return one
    return None


def own(work: Work, container: Container) -> Release:
    """Return the sender's active release with these identifiers. Raises `Refused`."""
    body = work.submission
    found = of_agent(container, sender(work), body["billOfLadingNumbers"])
    if found is None or found.identification != body["releaseIdentification"]:
        raise missing(work, container)
    return found


def unexpired(work: Work, container: Container) -> Release:
    found = own(work, container)
    if found.state is State.EXPIRED:
        raise refused(Code.EXPIRED)
    return found


def missing(work: Work, container: Container) -> Refused:
    """Return why the sender has no active release with the identifiers of the submission."""
    body = work.submission
    alike = [
        one
        for one in container.releases
        if one.identification == body["releaseIdentification"]
        and one.concerns(body["billOfLadingNumbers"])
    ]
    if any(one.active for one in alike):  # not the sender's: those were looked at
        return refused(Code.NOT_CREATOR)
    if any(one.state is State.PICKED_UP and one.agent == sender(work) for one in alike):
        return refused(Code.PICKED_UP)
    return refused(Code.NO_RELEASE)


def unaltered(work: Work, old: Release) -> None:
    """Raise `Refused` where an act that changes nothing else names another terminal or type."""
    body = work.submission
    type_, known = body.get("equipmentType"), old.details.get("equipmentType")
    other_type = type_ is not None and known is not None and type_ != known
    if other_type or places.plain(body["terminalCode"]) != places.plain(old.terminal):
        raise refused(Code.NO_MATCH)
