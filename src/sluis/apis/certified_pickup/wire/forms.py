"""The forms of what is sent to Certified Pick up, and examples that a sandbox takes.

This is what clients are told to write; `bodies`, which reads it, is more lenient. A test asks
of each member here that `bodies` takes it so, and of each that `bodies` reads that it is here.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sluis.apis.certified_pickup.rules import commercial, rights, yard
from sluis.apis.certified_pickup.wire.bodies import (
    EQUIPMENT_STATUSES,
    FULLNESS,
    ITEMS_AT_MOST,
    MEANS,
    SCRIPT,
    WRITES,
)
from sluis.apis.certified_pickup.wire.reading import (
    BILLS_AT_MOST,
    CODE,
    CONTAINER,
    ENTITY_TYPES,
    NAME,
    PORT,
    REASON,
    REFERENCE,
    SIZE_TYPE,
    TERMINAL,
)
from sluis.core.api import Body, Field, Kind, Model

S = Kind.STRING
LENIENT = (
    "The case of names and of listed values does not matter; what is empty or null counts as"
    " absent, and members that are not known are let be."
)


def text(description: str, at_most: int = REFERENCE, *, least: int = 0) -> Field:
    return Field(S, description, length=(least, at_most))


def code(description: str, pattern: re.Pattern[str]) -> Field:
    return Field(S, description, pattern=pattern.pattern)


def one_of(description: str, values: Iterable[str]) -> Field:
    return Field(S, description, values=tuple(values))


def bills(description: str, *, least: int) -> Field:
    return Field(S, description, many=True, length=(0, REFERENCE), items=(least, BILLS_AT_MOST))


def time(description: str) -> Field:
    return Field(
        Kind.DATE_TIME, f"{description}; a time without a zone is UTC, years are 2000 to 2100"
    )


def form(
    name: str, description: str, fields: Mapping[str, Field], required: Collection[str]
) -> Model:
    return Model(name, fields, frozenset(required), f"{description} {LENIENT}")


PARTY = Model(
    "PartyCode",
    {
        "identificationType": one_of("By which code the company is named", ENTITY_TYPES),
        "identificationCode": text("The code", CODE, least=1),
    },
    frozenset({"identificationType", "identificationCode"}),
)
ACTION = "What is to be done"
SWITCHES = tuple(name for name in commercial.ACTIONS if name not in WRITES)
TRANSFERRING = ("Transfer",)
ANSWERS = tuple(name for name in rights.ACTIONS if name not in TRANSFERRING)
IDENTIFICATION = text("Identification of the release", least=1)
BILLS = bills("Bills of lading", least=1)
EQUIPMENT = code("Container number", CONTAINER)
PORT_CODE = code("UN/LOCODE of the port", PORT)
TERMINAL_CODE = code("Code of the terminal", TERMINAL)
SIZE = Field(S, "ISO size and type, or Container", pattern=f"{SIZE_TYPE.pattern}|Container")
STAY = text("Number of the ship's stay in the port")
CARRIER = Field(PARTY, "The carrier; the shipping agent when it is left out")
IDENTITY = {
    "releaseIdentification": IDENTIFICATION,
    "equipmentNumber": EQUIPMENT,
    "equipmentType": SIZE,
    "billOfLadingNumbers": BILLS,
    "portLoCode": PORT_CODE,
    "terminalCode": TERMINAL_CODE,
}
NEEDED = ("actionType", *(name for name in IDENTITY if name != "equipmentType"))
RELEASE = form(
    "CommercialRelease",
    "Releases a container, or overwrites its release: an Update names all of it again.",
    {
        "actionType": one_of(ACTION, WRITES),
        **IDENTITY,
        "releaseOrderReference": text("Reference of the release order"),
        "emptyReturnReference": text("Reference for the return of the empty container"),
        "equipmentSupplier": text("Who owns the container"),
        "equipmentStatus": one_of("Import when it is left out", EQUIPMENT_STATUSES),
        "fullEmptyIndicator": one_of("Full when it is left out", FULLNESS),
        "equipmentOperator": text("Who operates the container"),
        "vesselName": text("Name of the ship", NAME),
        "vesselNumber": text("Number of the ship, as IMO"),
        "stayNumber": STAY,
        "vesselCallSign": text("Call sign of the ship"),
        "voyageNumber": text("Number of the voyage"),
        "isCarrierHaulage": Field(
            Kind.BOOLEAN, "True for carrier haulage, false for merchant haulage, the default"
        ),
        "meansOfTransport": one_of("By what the container leaves", MEANS),
        "carrier": CARRIER,
        "releaseTo": Field(PARTY, "Who gets the right first; an Update cannot change it"),
        "releaseDateTimeUtc": time("From when the container can be fetched, at once by default"),
        "expirationDateTimeUtc": time("Until when, 60 days later by default"),
    },
    NEEDED,
)
SWITCH = form(
    "CommercialSwitch",
    "Blocks, unblocks, takes back or deletes a release. Unblock and Delete that carry members of"
    " a release beyond these are refused with 405.",
    {"actionType": one_of(ACTION, SWITCHES), **IDENTITY},
    NEEDED,
)
MATCHED = "As in the path"
WITHOUT_EFFECT = time("Read, without effect: what counts is when the call came")
LEFT_AT = time("When it left, for a GateOut; now by default")
KNOWN_RELEASE = {
    "releaseIdentification": text("Identification of the release, if it is known"),
    "billOfLadingNumbers": bills("Bills of lading, if they are known", least=0),
}
YARD_EVENT = form(
    "YardEvent",
    "For terminals: the container was discharged, or passed the gate.",
    {
        "actionType": one_of("What happened", yard.EVENTS),
        "equipmentNumber": EQUIPMENT,
        "portLoCode": PORT_CODE,
        "terminalCode": TERMINAL_CODE,
        **KNOWN_RELEASE,
        "stayNumber": STAY,
        "timestamp": LEFT_AT,
        "releaseDateTimeUtc": WITHOUT_EFFECT,
    },
    ("actionType", "equipmentNumber", "portLoCode", "terminalCode"),
)
HAND_OVER = {
    "releaseIdentification": IDENTIFICATION,
    "equipmentNumber": EQUIPMENT,
    "billOfLadingNumbers": BILLS,
    "terminalCode": replace(TERMINAL_CODE, description="Code of the terminal, to be verified"),
    "carrier": Field(PARTY, "The carrier, to be verified"),
    "releaseFrom": Field(PARTY, "Who hands the right over, to be verified"),
    "releaseTo": Field(PARTY, "Who gets the right"),
}
HANDED = ("releaseIdentification", "equipmentNumber", "billOfLadingNumbers")


def right(name: str, description: str, actions: Iterable[str], *required: str) -> Model:
    fields = {
        "actionType": one_of(ACTION, actions),
        "portLoCode": replace(PORT_CODE, description=MATCHED),
        **HAND_OVER,
        "equipmentNumber": replace(EQUIPMENT, description=MATCHED),
        "reasonForAction": text("Why; the other party reads it", REASON),
    }
    return form(name, description, fields, ("actionType", "portLoCode", *HANDED, *required))


def many(name: str, description: str, fields: Mapping[str, Field], item: Model) -> Model:
    listed = Field(item, "One object for each container", many=True, items=(1, ITEMS_AT_MOST))
    fields = {**fields, "releaseRights": listed}
    return form(name, description, fields, fields)


def rights_form(name: str, description: str, actions: Iterable[str], item: Model) -> Model:
    shared = {
        "actionType": one_of(ACTION, actions),
        "portLoCode": replace(PORT_CODE, description=MATCHED),
    }
    return many(name, description, shared, item)


TRANSFER = right("RightTransfer", "Offers the right to another company.", TRANSFERRING, "releaseTo")
ANSWER = right("RightAnswer", "Accepts, declines or takes back what was offered.", ANSWERS)
TRANSFERS = rights_form(
    "RightTransfers",
    "Offers many rights to other companies.",
    TRANSFERRING,
    Model("OfferedRight", HAND_OVER, frozenset((*HANDED, "releaseTo"))),
)
ANSWERS_TO_MANY = rights_form(
    "RightAnswers",
    "Accepts, declines or takes back many rights that were offered.",
    ANSWERS,
    Model("AnsweredRight", HAND_OVER, frozenset(HANDED)),
)
LIGHT = form(
    "TerminalLight",
    "For terminals: what the light of the terminal is to be.",
    {
        "actionType": one_of(ACTION, yard.LIGHT_ACTIONS),
        "equipmentNumber": replace(EQUIPMENT, description=MATCHED),
        "portLoCode": replace(PORT_CODE, description=MATCHED),
        "terminalCode": TERMINAL_CODE,
        **KNOWN_RELEASE,
        "stayNumber": STAY,
        "releaseDateTimeUtc": WITHOUT_EFFECT,
    },
    ("actionType", "equipmentNumber", "portLoCode", "terminalCode"),
)
LIGHTS = many(
    "TerminalLights",
    "For terminals: what the light of the terminal is to be for many containers.",
    {
        "actionType": one_of(ACTION, yard.LIGHT_ACTIONS),
        "portLoCode": replace(PORT_CODE, description=MATCHED),
        "terminalCode": TERMINAL_CODE,
    },
    Model(
        "LitContainer",
        {"equipmentNumber": EQUIPMENT, **KNOWN_RELEASE},
        frozenset({"equipmentNumber"}),
    ),
)
GATE_OUT = form(
    "GateOut",
    "For terminals: the container left by the gate.",
    {
        "equipmentNumber": replace(EQUIPMENT, description=MATCHED),
        "portLoCode": replace(PORT_CODE, description=MATCHED),
        "terminalCode": TERMINAL_CODE,
        "billOfLadingNumbers": KNOWN_RELEASE["billOfLadingNumbers"],
        "stayNumber": STAY,
        "timestamp": LEFT_AT,
    },
    ("equipmentNumber", "portLoCode"),
)
SCENES = form(
    "Script",
    "Scenes in their order.",
    {"script": text("1 to 50 scenes, with commas between them", SCRIPT, least=1)},
    ("script",),
)

# The parties, the terminal and the containers that the guide prints: a sandbox has them.
AGENT = {"identificationType": "NxtEntityId", "identificationCode": "NXT220000000"}
FORWARDER = {"identificationType": "NxtEntityId", "identificationCode": "NXT221111111"}
FIRST = {
    "equipmentNumber": "CAIU7654321",
    "releaseIdentification": "ReleaseID7654321",
    "billOfLadingNumbers": ["BL1234567"],
}
SECOND = {
    "equipmentNumber": "CAIU1234567",
    "releaseIdentification": "ReleaseID1234567",
    "billOfLadingNumbers": ["BL11223344"],
}
AT_TERMINAL = {"portLoCode": "BEANR", "terminalCode": "01700"}
# One that a sandbox has not released yet.
NEW = {
    "releaseIdentification": "ReleaseID1000030",
    "equipmentNumber": "TSTU1000030",
    "equipmentType": "40HC",
    "billOfLadingNumbers": ["BL1000030", "BL1000031"],
    **AT_TERMINAL,
}
RELEASED = {
    **NEW,
    "releaseOrderReference": "ORDER1000030",
    "emptyReturnReference": "RETURN1000030",
    "equipmentSupplier": "Example Shipping",
    "equipmentStatus": "Import",
    "fullEmptyIndicator": "Full",
    "equipmentOperator": "Example Shipping",
    "vesselName": "MV EXAMPLE",
    "vesselNumber": "9074729",
    "stayNumber": "241234",
    "vesselCallSign": "ONEX",
    "voyageNumber": "V241234",
    "isCarrierHaulage": False,
    "meansOfTransport": "Truck",
    "carrier": AGENT,
    "releaseTo": FORWARDER,
    "releaseDateTimeUtc": "2026-03-01T06:00:00Z",
    "expirationDateTimeUtc": "2099-12-31T22:00:00Z",
}
HANDED_OVER = {"carrier": AGENT, "releaseFrom": AGENT, "releaseTo": FORWARDER}
MANY_HANDED_OVER = {
    "portLoCode": "BEANR",
    "releaseRights": [
        {"releaseFrom": AGENT, "releaseTo": FORWARDER, "terminalCode": "01700", **one}
        for one in (FIRST, SECOND)
    ],
}


def each(actions: Iterable[str], example: Mapping[str, Any]) -> dict[str, Any]:
    return {action: {"actionType": action, **example} for action in actions}


INGEST = (
    Body(RELEASE, each(WRITES, RELEASED)),
    Body(SWITCH, each(SWITCHES, NEW)),
    Body(
        YARD_EVENT, each(yard.EVENTS, {**FIRST, **AT_TERMINAL, "timestamp": "2026-03-01T08:00:00Z"})
    ),
)
ACT_ON_RIGHT = (
    Body(TRANSFER, each(TRANSFERRING, {**FIRST, **AT_TERMINAL, **HANDED_OVER})),
    Body(ANSWER, each(ANSWERS, {**FIRST, **AT_TERMINAL, **HANDED_OVER})),
)
ACT_ON_RIGHTS = (
    Body(TRANSFERS, each(TRANSFERRING, MANY_HANDED_OVER)),
    Body(ANSWERS_TO_MANY, each(ANSWERS, MANY_HANDED_OVER)),
)
REPORT_LIGHT = (Body(LIGHT, each(yard.LIGHT_ACTIONS, {**FIRST, **AT_TERMINAL})),)
REPORT_LIGHTS = (
    Body(LIGHTS, each(yard.LIGHT_ACTIONS, {**AT_TERMINAL, "releaseRights": [FIRST, SECOND]})),
)
REPORT_GATE_OUT = (
    Body(
        GATE_OUT,
        {
            yard.GATE_OUT: {
                "equipmentNumber": FIRST["equipmentNumber"],
                "billOfLadingNumbers": FIRST["billOfLadingNumbers"],
                **AT_TERMINAL,
                "timestamp": "2026-03-01T08:00:00Z",
            }
        },
    ),
)
PLAY = (Body(SCENES, {"Play": {"script": "discharge, terminal green, customs green"}}),)
