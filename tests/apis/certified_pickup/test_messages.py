"""Notifications, member by member, as section 9 of the specification shows them."""

import json
from dataclasses import replace

import pytest

from sluis.apis.certified_pickup import API
from sluis.core.directory import Directory
from sluis.core.job import CLOCK
from tests.apis.certified_pickup.platform import ONE, Platform, accept, event
from tests.apis.certified_pickup.seed import RELEASE, RIGHT, SWITCH
from tests.apis.certified_pickup.world import CONTAINER, PARTIES, entity, step

FULL = RELEASE | {
    "equipmentType": "40HC",
    "meansOfTransport": "Truck",
    "stayNumber": "241234",
    "releaseDateTimeUtc": "2026-06-03T08:00:00Z",
    "expirationDateTimeUtc": "2026-06-30T22:00:00Z",
}
PARTY = ["nxtEntityId", "name", "eori", "tin", "apcs", "duns", "externalId"]


@pytest.fixture
def port():
    port = Platform()
    port.ingest(FULL, external="MYREF-000123")
    return port


def last(port, who="agent"):
    return port.told_to(who)[-1]


def test_envelope(port):
    [told] = port.told_to("terminal")
    body = told.pop("body")
    assert told == {
        "assetId": "00000000-0000-0001-0000-000000000037",
        "errors": [],
        "event": "ReleaseLightChanged",
        "externalReferenceId": "MYREF-000123",
        "id": "CAIU7654321",
        "publicReferenceId": "00000000-0000-4000-8000-000000000001",
        "receiverId": "NXT230000005",
        "senderId": None,
        "timestamp": "2026-06-03T12:00:00.0000000Z",
        "type": "ReleaseLight",
        "warnings": [],
    }
    assert body.pop("releaseId")
    assert body == {
        "carrier": {
            "nxtEntityId": "NXT220000000",
            "name": "Seed Shipping Agency",
            "eori": None,
            "tin": "BE220000000",
            "apcs": None,
            "duns": None,
            "externalId": None,
        },
        "terminalCode": "01700",
        "portLoCode": "BEANR",
        "equipmentNumber": "CAIU7654321",
        "billOfLadingNumbers": ["BL1234567"],
        "releaseIdentification": "ReleaseID7654321",
        "greenLightName": "CommercialRelease",
        "originalValue": "UNKNOWN",
        "newValue": "OK",
        "meansOfTransport": "Truck",
        "releaseDateTimeUtc": "2026-06-03T08:00:00Z",
        "expirationDateTimeUtc": "2026-06-30T22:00:00Z",
    }


def test_members_stand_in_the_order_of_the_examples(port):
    told = last(port)
    assert list(told) == sorted(told)
    assert list(told["body"])[:2] == ["carrier", "terminalCode"]
    assert list(told["body"]["carrier"]) == PARTY


def test_party_is_told_of_with_all_its_codes():
    codes = {
        "NxtEntityId": "NXT220000000",
        "Eori": "BE0200",
        "TIN": "BE0100",
        "APCS": "C400",
        "Duns": "300",
        "ExternalId": "c0ffee00-0000-4000-8000-000000000002",
    }
    known = replace(PARTIES["agent"], identifiers=codes)
    port = Platform(directory=Directory([*PARTIES.values(), known]))
    port.ingest(RELEASE)
    assert last(port)["body"]["carrier"] == {
        "nxtEntityId": "NXT220000000",
        "name": "Seed Shipping Agency",
        "eori": "BE0200",
        "tin": "BE0100",
        "apcs": "C400",
        "duns": "300",
        "externalId": "c0ffee00-0000-4000-8000-000000000002",
    }


def test_end_that_was_not_given_is_null():
    port = Platform()
    port.ingest(RELEASE)
    assert last(port)["body"]["expirationDateTimeUtc"] is None


def test_update_and_delete_name_their_sender(port):
    port.ingest(FULL | {"actionType": "Update"})
    told = last(port)
    assert list(told["body"]) == [
        "sender",
        "carrier",
        "actionType",
        "releaseIdentification",
        "releaseId",
        "equipmentNumber",
        "equipmentType",
        "billOfLadingNumbers",
        "portLoCode",
        "terminalCode",
        "releaseDateTimeUtc",
        "expirationDateTimeUtc",
    ]
    assert list(told["body"]["sender"]) == PARTY
    port.ingest(SWITCH | {"actionType": "Delete"})
    assert (last(port)["event"], last(port)["body"]["actionType"]) == ("Delete", "Delete")


def test_block_says_what_was_done(port):
    port.ingest(SWITCH)
    body = last(port)["body"]
    assert (body["originalValue"], body["newValue"], body["actionType"]) == (
        "OK",
        "BLOCKED",
        "Blocked",
    )


@pytest.mark.parametrize(
    ("who", "body", "told"),
    [
        ("forwarder", accept(), ("AcceptedByNextParty", "Accept")),
        ("forwarder", accept("Decline"), ("DeclinedByNextParty", "Decline")),
        ("agent", accept("Revoke"), ("RevokedByPreviousParty", "Revoke")),
    ],
)
def test_right_names_both_parties(port, who, body, told):
    port.ask("act-on-right", "agent", RIGHT | {"reasonForAction": "By road"}, **ONE)
    offer = last(port, "forwarder")
    assert list(offer["body"]) == [
        "sender",
        "carrier",
        "releaseFrom",
        "releaseTo",
        "actionType",
        "reasonForAction",
        "releaseId",
        "releaseIdentification",
        "equipmentNumber",
        "equipmentType",
        "billOfLadingNumbers",
        "portLoCode",
        "terminalCode",
        "meansOfTransport",
        "releaseDateTimeUtc",
        "expirationDateTimeUtc",
    ]
    assert offer["body"]["reasonForAction"] == "By road"
    port.ask("act-on-right", who, RIGHT | body, **ONE)
    answer = last(port)
    assert (answer["event"], answer["body"]["actionType"]) == told
    assert answer["body"]["releaseFrom"]["nxtEntityId"] == "NXT220000000"
    assert answer["body"]["releaseTo"]["nxtEntityId"] == "NXT221111111"
    assert answer["body"]["sender"]["name"] == {"agent": "Seed Shipping Agency"}.get(
        who, "Seed Forwarding"
    )


def test_refusal_is_a_sentence_and_has_no_action(port):
    port.ingest(RELEASE)
    told = last(port)
    assert told["body"] == (
        "An active commercial release already exists for container CAIU7654321"
        " and bill of lading BL1234567"
    )
    assert (told["errors"], told["type"], told["event"]) == ([], "ReleaseLight", "NotValidated")


def test_reasons_of_a_refusal_are_joined(port):
    wrong = {"terminalCode": "9999", "carrier": entity("NXT999999999")}
    port.ingest(FULL | {"billOfLadingNumbers": ["OTHER"]} | wrong)
    assert last(port)["body"].split(";") == [
        "Terminal '9999' is unknown in port BEANR",
        "Party 'NxtEntityId:NXT999999999' is not known in Certified Pick up",
    ]


def test_gate_out(port):
    port.ingest(event("GateOut"), "terminal")
    body = last(port)["body"]
    assert body.pop("releaseId")
    assert body == {
        "terminalCode": "01700",
        "portLoCode": "BEANR",
        "equipmentNumber": "CAIU7654321",
        "billOfLadingNumbers": ["BL1234567"],
        "releaseIdentification": "ReleaseID7654321",
        "stayNumber": "241234",
        "meansOfTransport": "Truck",
        "timestamp": "2026-06-03T12:00:00Z",
    }


def test_list_and_detail_show_the_same_item(port):
    port.ask("list-rights", "agent", port_locode="BEANR")
    listed = last(port)
    port.ask("get-release", "agent", **ONE)
    assert listed["id"] is None
    assert listed["body"]["items"] == [last(port)["body"]]
    assert {"page": 1, "pageSize": 25, "totalRows": 1, "totalPages": 1}.items() <= (
        listed["body"].items()
    )
    item = last(port)["body"]
    assert item["lights"][1] == {
        "greenLightName": "TerminalRelease",
        "greenLightValue": "UNKNOWN",
        "color": "Grey",
        "label": "Terminal release",
        "dateLastUpdated": None,
    }
    assert item["lights"][0]["dateLastUpdated"] == "2026-06-03T12:00:00.0000000Z"
    assert (item["releaseFrom"], item["releaseTo"]) == (None, None)


# All that an agent can say of a container, each member with a value of its own.
SAID = {
    "releaseOrderReference": "ORD-55871",
    "emptyReturnReference": "ERR-9001",
    "equipmentSupplier": "TSA",
    "equipmentStatus": "Transhipment",
    "fullEmptyIndicator": "Empty",
    "equipmentOperator": "TSB",
    "vesselName": "MV EXAMPLE",
    "vesselNumber": "9074729",
    "stayNumber": "241234",
    "vesselCallSign": "ONEX",
    "voyageNumber": "024E",
    "equipmentType": "40HC",
    "isCarrierHaulage": True,
    "meansOfTransport": "Unknown",
}


def test_detail_shows_all_that_was_said(port):
    port.ingest(FULL | SAID | {"actionType": "Update", "carrier": entity("rival")})
    port.ask("act-on-right", "agent", RIGHT, **ONE)
    port.ask("get-release", "forwarder", **ONE)
    item = last(port, "forwarder")["body"]
    assert item.items() >= SAID.items()
    codes = [item[name]["nxtEntityId"] for name in ("carrier", "releaseFrom", "releaseTo")]
    assert codes == ["NXT230000002", "NXT220000000", "NXT221111111"]
    assert (item["shippingAgentName"], item["terminalName"]) == ("Seed Shipping Agency", "Terminal")
    assert (item["portLoCode"], item["terminalCode"]) == ("BEANR", "01700")
    assert (item["alfapassNumberMask"], item["driverAlias"]) == (None, None)
    assert [(light["color"], light["label"]) for light in item["lights"]] == [
        ("Green", "Commercial release"),
        ("Grey", "Terminal release"),
        ("Grey", "Customs release"),
    ]


def test_detail_shows_the_defaults_of_what_was_not_said():
    port = Platform()
    port.ingest(RELEASE)
    port.ask("get-release", "agent", **ONE)
    item = last(port)["body"]
    defaults = {
        "equipmentStatus": "Import",
        "fullEmptyIndicator": "Full",
        "isCarrierHaulage": False,
        "releaseRightStatus": "Assigned",
    }
    assert {name: item[name] for name in SAID | defaults} == dict.fromkeys(SAID) | defaults


def test_right_to_what_left_is_shown_as_archived(port):
    port.ingest(event("GateOut"), "terminal")
    port.ask("get-release", "agent", **ONE)
    assert last(port)["body"]["releaseRightStatus"] == "Archived"


def test_carrier_is_who_the_agent_says_and_the_sender_is_the_agent(port):
    port.ingest(FULL | {"actionType": "Update", "carrier": entity("rival")})
    body = last(port)["body"]
    assert (body["sender"]["nxtEntityId"], body["carrier"]["nxtEntityId"]) == (
        "NXT220000000",
        "NXT230000002",
    )
    assert body["equipmentType"] == "40HC"
    port.ingest(SWITCH)
    assert last(port)["body"]["carrier"]["nxtEntityId"] == "NXT230000002"


@pytest.mark.parametrize(
    ("operation", "action", "type_"),
    [
        ("ingest", "Release", "ReleaseLight"),
        ("ingest", "Revoke", "ReleaseRight"),
        ("ingest", "GateOut", "TerminalEvent"),
        ("act-on-right", "Accept", "ReleaseRight"),
        ("report-light", "Block", "ReleaseLight"),
    ],
)
def test_fault_of_ours_is_told_to_the_caller_with_its_incident(operation, action, type_):
    body = {"actionType": action, "equipmentNumber": CONTAINER}
    [told] = API.on_fault(step(operation, "agent", body), "the-incident")
    message = json.loads(told.body)
    assert (told.recipient, told.type, told.event) == ("agent", type_, "ThrownException")
    assert (message["id"], message["event"]) == (CONTAINER, "ThrownException")
    assert message["body"].endswith("the-incident")


def test_nobody_is_told_of_a_fault_in_what_nobody_asked():
    assert API.on_fault(step(CLOCK, None, {}), "the-incident") == ()
