"""Calls as their callers make them: the examples of seed 001, terminals, roles, the play."""

import pytest

from tests.apis.certified_pickup.platform import (
    CHANNELS,
    MANY,
    ONE,
    Platform,
    accept,
    content,
    event,
    report,
    shipped,
)
from tests.apis.certified_pickup.seed import BULK, OTHER_RELEASE, RELEASE, RIGHT, SWITCH
from tests.apis.certified_pickup.world import CONTAINER, entity


def test_release_is_acknowledged_and_told_of(port):
    response = port.ingest(RELEASE, external="MYREF-000123")
    receipt = content(response)
    assert (response.status, list(receipt)) == (202, ["publicReferenceId", "externalReferenceId"])
    [told] = port.told_to("agent")
    assert (told["type"], told["event"]) == ("ReleaseLight", "ReleaseLightChanged")
    assert told["publicReferenceId"] == receipt["publicReferenceId"]
    assert told["externalReferenceId"] == receipt["externalReferenceId"] == "MYREF-000123"
    assert told["body"]["newValue"] == "OK"


def test_external_reference_is_null_without_one(port):
    assert content(port.ingest(RELEASE))["externalReferenceId"] is None


def test_release_to_a_party_gives_it_the_right_to_accept(port):
    port.ingest(RELEASE | {"releaseTo": entity("forwarder")})
    [offer] = port.told_to("forwarder")
    assert (offer["event"], offer["body"]["actionType"]) == ("Transferred", "Transfer")
    assert port.ask("act-on-right", "forwarder", RIGHT | accept(), **ONE).status == 202
    assert port.told_to("agent")[-1]["event"] == "AcceptedByNextParty"


@pytest.mark.parametrize(
    ("action", "word"), [("Block", "Blocked"), ("Unblock", "Unblocked"), ("Delete", "Delete")]
)
def test_switches_are_told_with_the_words_of_the_guide(released, action, word):
    if action == "Unblock":
        released.ingest(SWITCH)
    assert released.ingest(SWITCH | {"actionType": action}).status == 202
    told = released.told_to("terminal")[-1]
    assert (told["type"], told["body"]["actionType"]) == ("ReleaseLight", word)


def test_unblock_where_nothing_is_blocked_does_nothing(released):
    before = len(released.told)
    assert released.ingest(SWITCH | {"actionType": "Unblock"}).status == 202
    assert len(released.told) == before


def test_update_leaves_the_right_where_it_is(released):
    released.ask("act-on-right", "agent", RIGHT, **ONE)
    released.ask("act-on-right", "forwarder", RIGHT | accept(), **ONE)
    released.ingest(RELEASE | {"actionType": "Update", "terminalCode": "01742"})
    assert released.told_to("forwarder")[-1]["event"] == "Update"
    [item] = shipped(released, "forwarder")["items"]
    assert (item["terminalCode"], item["releaseRightStatus"]) == ("01742", "Accepted")


def test_revoke_brings_the_right_back(released):
    released.ask("act-on-right", "agent", RIGHT, **ONE)
    released.ask("act-on-right", "forwarder", RIGHT | accept(), **ONE)
    released.ingest(SWITCH | {"actionType": "Revoke"})
    assert released.told_to("forwarder")[-1]["event"] == "RevokedByPreviousParty"
    assert shipped(released, "forwarder")["totalRows"] == 0
    assert shipped(released, "agent")["totalRows"] == 1


def test_transport_operator_accepts_and_hands_on(released):
    released.ask("act-on-right", "agent", RIGHT | {"releaseTo": entity("haulier")}, **ONE)
    assert released.ask("act-on-right", "haulier", RIGHT | accept(), **ONE).status == 202
    assert released.ask("act-on-right", "haulier", RIGHT, **ONE).status == 202
    assert [one["event"] for one in released.told_to("haulier")] == [
        "Transferred",
        "AcceptedByNextParty",
        "Transferred",
    ]


@pytest.mark.parametrize("member", ["releaseFrom", "carrier"])
def test_right_is_not_transferred_in_the_name_of_others(released, member):
    released.ask("act-on-right", "agent", RIGHT | {member: entity("rival")}, **ONE)
    [refused] = released.told_to("agent", "NotValidated")
    assert refused["body"] == "The provided information does not match the original release"


def test_bulk_example_can_be_pasted(released):
    released.ingest(OTHER_RELEASE)
    receipt = content(released.ask("act-on-rights", "agent", BULK, **MANY))
    offers = released.told_to("forwarder", "Transferred")
    assert [offer["id"] for offer in offers] == ["CAIU7654321", "CAIU1234567"]
    assert {offer["publicReferenceId"] for offer in offers} == {receipt["publicReferenceId"]}


def test_items_of_a_bulk_call_succeed_or_fail_by_themselves(released):
    released.ask("act-on-rights", "agent", BULK, **MANY)
    assert len(released.told_to("forwarder", "Transferred")) == 1
    [refused] = released.told_to("agent", "NotValidated")
    assert refused["id"] == "CAIU1234567"
    assert refused["body"] == ("No active commercial release found for the provided identifiers")


def test_detail_comes_as_a_notification(released):
    query = "billOfLadingNumbers=BL1234567&releaseIdentification=ReleaseID7654321"
    assert released.ask("get-release", "terminal", query=query, **ONE).status == 202
    [told] = released.told_to("terminal", "GetReleaseDetail")
    assert told["body"]["shippingAgentName"] == "Seed Shipping Agency"
    lights = [light["greenLightName"] for light in told["body"]["lights"]]
    assert lights == ["CommercialRelease", "TerminalRelease", "CustomsRelease"]


@pytest.mark.parametrize("query", ["billOfLadingNumbers=X", "releaseIdentification=X"])
def test_detail_of_another_release_is_not_found(released, query):
    released.ask("get-release", "agent", query=query, **ONE)
    assert released.told_to("agent", "NotValidated")


def test_bills_in_the_query_may_be_repeated_or_comma_separated(port):
    port.ingest(RELEASE | {"billOfLadingNumbers": ["A", "B"]})
    for query in ("billOfLadingNumbers=B,A", "BillOfLadingNumbers=A&billofladingnumbers=B"):
        port.ask("get-release", "agent", query=query, **ONE)
    assert len(port.told_to("agent", "GetReleaseDetail")) == 2


# Terminals.


def test_container_is_picked_up(released):
    assert released.ingest(event("Discharge"), "terminal").status == 202
    assert released.ask("report-light", "terminal", report("release"), **ONE).status == 202
    [told] = [one for one in released.told_to("agent") if light_name(one) == "TerminalRelease"]
    assert (told["body"]["originalValue"], told["body"]["newValue"]) == ("UNKNOWN", "OK")
    assert released.ingest(event("GateOut"), "terminal").status == 202
    [gone] = released.told_to("agent", "GateOut")
    assert (gone["type"], gone["body"]["timestamp"]) == ("TerminalEvent", "2026-06-03T12:00:00Z")


def light_name(told):
    return told["body"].get("greenLightName") if isinstance(told["body"], dict) else None


def test_gate_out_in_the_form_of_2020_need_not_name_the_terminal(released):
    body = {"portLoCode": "BEANR", "equipmentNumber": CONTAINER, "billOfLadingNumbers": []}
    assert released.ask("report-gate-out", "terminal", body, **ONE).status == 202
    assert released.told_to("terminal", "GateOut")


def test_terminal_reports_on_many_containers_at_once(released):
    released.ingest(OTHER_RELEASE)
    rights = [
        {"equipmentNumber": "CAIU7654321", "billOfLadingNumbers": ["BL1234567"]},
        {"equipmentNumber": "CAIU1234567", "releaseIdentification": "ReleaseID1234567"},
    ]
    body = {
        "portLoCode": "BEANR",
        "terminalCode": "K1700",
        "actionType": "Block",
        "releaseRights": rights,
    }
    assert released.ask("report-lights", "terminal", body, **MANY).status == 202
    values = [one["body"]["newValue"] for one in released.told_to("terminal")]
    assert values == ["OK", "OK", "BLOCKED", "BLOCKED"]


# Roles and channels.


@pytest.mark.parametrize(
    ("name", "who", "path"),
    [
        ("act-on-right", "terminal", ONE),
        ("act-on-rights", "terminal", MANY),
        ("report-light", "agent", ONE),
        ("report-lights", "forwarder", MANY),
        ("report-gate-out", "haulier", ONE),
        ("get-release", "no-party-to-it", ONE),
        ("list-rights", "nobody", MANY),
    ],
)
def test_wrong_role_is_401_without_a_body(port, name, who, path):
    response = port.ask(name, who, {}, **path)
    assert (response.status, response.body) == (401, b"")


def test_terminal_releases_nothing_and_agent_reports_nothing(port):
    assert port.ingest(RELEASE, "terminal").status == 401
    assert port.ingest(event("GateOut"), "agent").status == 401


@pytest.mark.parametrize("id_", ["x", "5f0b7c1e-3c1d-4b52-9a57-0d8f6a2b9c11", ""])
def test_unknown_ingestion_channel_is_404(port, id_):
    assert port.ask("ingest", "agent", RELEASE, ingestion_id=id_).status == 404


def test_ingestion_channel_of_another_company_is_401(port):
    response = port.ask("ingest", "rival", RELEASE, ingestion_id=CHANNELS["agent"])
    assert (response.status, response.body) == (401, b"")


# The play.


def test_play_is_a_call_of_the_sandbox(released):
    script = {
        "script": "discharge, terminal green, customs green, transfer to NXT221111111, accept,"
        " gate out"
    }
    assert released.ask("play", "agent", script, equipment_number=CONTAINER).status == 202
    assert released.told_to("agent")[-1]["event"] == "GateOut"
    assert released.told_to("forwarder", "AcceptedByNextParty")


def test_play_is_refused_where_parties_are_real():
    port = Platform(fictional=False)
    assert port.ask("play", "agent", {"script": "accept"}, equipment_number=CONTAINER).status == 404


def test_script_that_nobody_can_play_is_400(port):
    response = port.ask("play", "agent", {"script": "dance"}, equipment_number=CONTAINER)
    assert response.status == 400
    assert content(response).startswith("There is no scene 'dance'.")
