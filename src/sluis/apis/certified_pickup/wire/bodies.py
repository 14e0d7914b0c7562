"""The bodies of Certified Pick up: what the body alone shows to be wrong is refused here."""

from datetime import datetime
from typing import Any

from sluis.apis.certified_pickup.rules import commercial, refusals, rights, yard
from sluis.apis.certified_pickup.rules.play import Unreadable, scenes
from sluis.apis.certified_pickup.rules.refusals import Code
from sluis.apis.certified_pickup.wire import plain
from sluis.apis.certified_pickup.wire.reading import (
    CONTAINER,
    NAME,
    PORT,
    REASON,
    Reader,
    malformed,
    members,
    others,
)
from sluis.core.problem import Problem, Reason

WRITES = ("Release", "Update")
MEANS = ("Truck", "Barge", "Rail", "Unknown")
EQUIPMENT_STATUSES = ("Import", "Export", "Transhipment")
FULLNESS = ("Full", "Empty")
ITEMS_AT_MOST = 500
SCRIPT = 2_000
IDENTITY = (
    "releaseIdentification",
    "equipmentNumber",
    "equipmentType",
    "billOfLadingNumbers",
    "portLoCode",
    "terminalCode",
    "actionType",
)
WRITTEN = (
    *IDENTITY,
    *commercial.DETAILS,
    "carrier",
    "releaseTo",
    "releaseDateTimeUtc",
    "expirationDateTimeUtc",
)
CHANGES_NOTHING_ELSE = ("Unblock", "Delete")
MISMATCH = "Route parameter '{0}' does not match with {0} from body"


def ingestion(body: bytes) -> dict[str, Any]:
    """Return what came in by an ingestion channel: a commercial release, or a terminal's event."""
    return plain.release(body) or read(body)


def read(body: bytes) -> dict[str, Any]:
    given = members(body)
    action = given.get("actionType")
    if isinstance(action, str) and action.strip().lower() in map(str.lower, yard.EVENTS):
        return event(Reader(given))
    reader = Reader(given)
    reader.choice("actionType", (*commercial.ACTIONS, *yard.EVENTS), required=True)
    reader.identity()
    reader.size_type()
    if reader.taken.get("actionType") in WRITES:
        written(reader)
    taken = reader.done()
    if taken["actionType"] not in CHANGES_NOTHING_ELSE:
        return taken
    extra = others(given, WRITTEN, IDENTITY)
    if extra:
        detail = f"{taken['actionType']} updates nothing else: leave out {', '.join(extra)}."
        raise Problem(Reason.NOT_ALLOWED_NOW, detail)
    return taken


def written(reader: Reader) -> None:
    """Take what a release or an update writes."""
    for name in (
        "releaseOrderReference",
        "emptyReturnReference",
        "equipmentSupplier",
        "equipmentOperator",
        "vesselNumber",
        "stayNumber",
        "vesselCallSign",
        "voyageNumber",
    ):
        reader.text(name)
    reader.text("vesselName", NAME)
    reader.choice("equipmentStatus", EQUIPMENT_STATUSES)
    reader.choice("fullEmptyIndicator", FULLNESS)
    reader.choice("meansOfTransport", MEANS)
    reader.flag("isCarrierHaulage")
    reader.entity("carrier")
    reader.entity("releaseTo")
    reader.moment("releaseDateTimeUtc")
    reader.moment("expirationDateTimeUtc")
    start = reader.taken.get("releaseDateTimeUtc")
    end = reader.taken.get("expirationDateTimeUtc")
    if start and end and datetime.fromisoformat(end) <= datetime.fromisoformat(start):
        reader.faults.append(refusals.text(Code.EXPIRY_TOO_EARLY))


def event(reader: Reader) -> dict[str, Any]:
    """Take a discharge, gate-in or gate-out."""
    reader.choice("actionType", yard.EVENTS, required=True)
    located(reader, terminal=True)
    return reader.done()


def located(reader: Reader, *, terminal: bool) -> None:
    """Take where a terminal's message is about, and as much of the release as it knows."""
    reader.code("equipmentNumber", CONTAINER, required=True)
    reader.code("portLoCode", PORT, required=True)
    reader.terminal(required=terminal)
    reader.text("releaseIdentification")
    reader.bills(required=False)
    reader.text("stayNumber")
    reader.moment("timestamp")
    reader.moment("releaseDateTimeUtc")


def right(body: bytes, port: str, equipment: str) -> dict[str, Any]:
    """Return what is asked of one right; the path must say the same as the body."""
    reader = Reader(members(body))
    matches_route(reader, portLoCode=port, equipmentNumber=equipment)
    reader.choice("actionType", rights.ACTIONS, required=True)
    hand_over(reader)
    reader.text("reasonForAction", REASON)
    return reader.done()


def hand_over(reader: Reader, action: str | None = None) -> None:
    reader.text("releaseIdentification", required=True)
    reader.bills()
    reader.terminal(required=False)
    reader.entity("carrier")
    reader.entity("releaseFrom")
    action = action or reader.taken.get("actionType")
    reader.entity("releaseTo", required=action == "Transfer")


def matches_route(reader: Reader, **route: str) -> None:
    """Take port and container where the path names them too; note where the two differ."""
    for name, value in route.items():
        given = reader.given.get(name)
        if isinstance(given, str) and given.strip().upper() == value.upper():
            pattern = PORT if name == "portLoCode" else CONTAINER
            reader.code(name, pattern)
        else:
            reader.faults.append(MISMATCH.format(name[0].upper() + name[1:]))


def bulk(body: bytes, port: str) -> list[dict[str, Any]]:
    """Return what is asked of each of many rights."""
    reader = Reader(members(body))
    matches_route(reader, portLoCode=port)
    reader.choice("actionType", rights.ACTIONS, required=True)
    action = reader.taken.get("actionType")
    made = []
    for item in items(reader):
        item.code("equipmentNumber", CONTAINER, required=True)
        hand_over(item, action)
        reader.faults += item.faults
        made.append({**item.taken, "actionType": action, "portLoCode": port.upper()})
    reader.done()
    return made


def items(reader: Reader) -> list[Reader]:
    """Return a reader for each object in `releaseRights`."""
    name = "releaseRights"
    value = reader.value(name, required=True)
    if value is None:
        return []
    if not isinstance(value, list):
        reader.wrong(name, value)
        return []
    if len(value) > ITEMS_AT_MOST:
        reader.wrong(name, f"{len(value)} objects, {ITEMS_AT_MOST} at most")
        return []
    found = [reader.inside(f"{name}[{number}]", one) for number, one in enumerate(value)]
    return [one for one in found if one is not None]


def terminal_release(body: bytes, port: str, equipment: str) -> dict[str, Any]:
    """Return what a terminal says of its light for one container."""
    reader = Reader(members(body))
    matches_route(reader, portLoCode=port, equipmentNumber=equipment)
    reader.choice("actionType", yard.LIGHT_ACTIONS, required=True)
    reader.terminal(required=True)
    reader.text("releaseIdentification")
    reader.bills(required=False)
    reader.text("stayNumber")
    reader.moment("releaseDateTimeUtc")
    return reader.done()


def terminal_releases(body: bytes, port: str) -> list[dict[str, Any]]:
    """Return what a terminal says of its light for each of many containers."""
    reader = Reader(members(body))
    matches_route(reader, portLoCode=port)
    reader.choice("actionType", yard.LIGHT_ACTIONS, required=True)
    reader.terminal(required=True)
    shared = {name: reader.taken.get(name) for name in ("actionType", "terminalCode", "portLoCode")}
    made = []
    for item in items(reader):
        item.code("equipmentNumber", CONTAINER, required=True)
        item.text("releaseIdentification")
        item.bills(required=False)
        reader.faults += item.faults
        made.append({**item.taken, **shared})
    reader.done()
    return made


def gate_out(body: bytes, port: str, equipment: str) -> dict[str, Any]:
    """Return a gate-out as terminals sent it in 2020; it need not name the terminal."""
    reader = Reader(members(body))
    matches_route(reader, portLoCode=port, equipmentNumber=equipment)
    reader.terminal(required=False)
    reader.bills(required=False)
    reader.text("stayNumber")
    reader.moment("timestamp")
    return {**reader.done(), "actionType": yard.GATE_OUT}


def script(body: bytes, equipment: str) -> list[dict[str, Any]]:
    """Return the scenes that are to be played with a container, one submission each."""
    reader = Reader({**members(body), "equipmentNumber": equipment})
    reader.code("equipmentNumber", CONTAINER, required=True)
    reader.text("script", SCRIPT, required=True)
    taken = reader.done()
    try:
        found = scenes(taken["script"])
    except Unreadable as error:
        raise malformed(str(error)) from None
    return [{"equipmentNumber": taken["equipmentNumber"], "scene": scene} for scene in found]
