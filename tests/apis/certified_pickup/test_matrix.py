"""Section 6 of the specification, row by row: who is told what."""

from datetime import timedelta

import pytest

from tests.apis.certified_pickup.world import CONTAINER, Lane, entity, events

AGENT, TERMINAL, OWNER, OFFERED = "agent", "terminal", "forwarder", "haulier"


@pytest.fixture
def lane():
    """Return a container whose right the forwarder holds, and offers to the haulier."""
    lane = Lane()
    lane.commercial("Release")
    lane.right("Transfer", AGENT, releaseTo=entity(OWNER))
    lane.right("Accept", OWNER)
    lane.right("Transfer", OWNER, releaseTo=entity(OFFERED))
    return lane


def told_alike(told, type_, event, parties):
    assert events(told) == {(party, event) for party in parties}
    assert {one.news.type for one in told} == {type_}


def test_release():
    told = Lane().commercial("Release")
    told_alike(told, "ReleaseLight", "ReleaseLightChanged", {AGENT, TERMINAL})


def test_release_to_a_party():
    told = Lane().commercial("Release", releaseTo=entity(OWNER))
    light = {(AGENT, "ReleaseLightChanged"), (TERMINAL, "ReleaseLightChanged")}
    assert events(told) == light | {(AGENT, "Transferred"), (OWNER, "Transferred")}


@pytest.mark.parametrize(
    ("action", "event"),
    [("Update", "Update"), ("Block", "ReleaseLightChanged"), ("Delete", "Delete")],
)
def test_what_the_agent_changes(lane, action, event):
    told_alike(lane.commercial(action), "ReleaseLight", event, {AGENT, TERMINAL, OWNER, OFFERED})


def test_unblock(lane):
    lane.commercial("Block")
    everyone = {AGENT, TERMINAL, OWNER, OFFERED}
    told_alike(lane.commercial("Unblock"), "ReleaseLight", "ReleaseLightChanged", everyone)


@pytest.mark.parametrize("action", ["Update", "Block", "Delete"])
def test_agent_that_holds_the_right_itself_is_told_once(action):
    lane = Lane()
    lane.commercial("Release")
    assert {party for party, _ in events(lane.commercial(action))} == {AGENT, TERMINAL}


def test_update_to_another_terminal_is_told_to_both(lane):
    told = lane.commercial("Update", terminalCode="01742")
    told_alike(told, "ReleaseLight", "Update", {AGENT, TERMINAL, "quay", OWNER, OFFERED})


def test_agent_that_takes_the_right_back(lane):
    parties = {AGENT, OWNER, OFFERED}
    told_alike(lane.commercial("Revoke"), "ReleaseRight", "RevokedByPreviousParty", parties)


def test_agent_that_takes_the_right_back_from_a_chain(lane):
    lane.right("Accept", OFFERED)
    lane.right("Transfer", OFFERED, releaseTo=entity("stranger"))
    parties = {AGENT, OWNER, OFFERED, "stranger"}
    told_alike(lane.commercial("Revoke"), "ReleaseRight", "RevokedByPreviousParty", parties)


@pytest.mark.parametrize(
    ("action", "who", "event"),
    [
        ("Accept", OFFERED, "AcceptedByNextParty"),
        ("Decline", OFFERED, "DeclinedByNextParty"),
        ("Revoke", OWNER, "RevokedByPreviousParty"),
    ],
)
def test_what_becomes_of_an_offer(lane, action, who, event):
    told_alike(lane.right(action, who), "ReleaseRight", event, {OWNER, OFFERED})


def test_transfer_by_the_agent():
    lane = Lane()
    lane.commercial("Release")
    told = lane.right("Transfer", AGENT, releaseTo=entity(OWNER))
    told_alike(told, "ReleaseRight", "Transferred", {AGENT, OWNER})


@pytest.mark.parametrize("action", ["Scanning", "Block"])
def test_terminal_light(lane, action):
    told = lane.report(action)
    told_alike(told, "ReleaseLight", "ReleaseLightChanged", {AGENT, TERMINAL, OWNER, OFFERED})


def test_terminal_light_turns_green_when_released_and_discharged(lane):
    assert lane.report("Release") == ()
    told = lane.report("Discharge")
    told_alike(told, "ReleaseLight", "ReleaseLightChanged", {AGENT, TERMINAL, OWNER, OFFERED})
    assert told[0].news.facts["new"] == "OK"


def test_customs_light(lane):
    told = lane.customs("RELEASED")
    told_alike(told, "ReleaseLight", "ReleaseLightChanged", {AGENT, TERMINAL, OWNER, OFFERED})


def test_gate_out(lane):
    told_alike(lane.report("GateOut"), "TerminalEvent", "GateOut", {AGENT, TERMINAL, OWNER})


def test_expiry(lane):
    told = lane.wait(timedelta(days=60))
    told_alike(told, "ReleaseRight", "ExpiredReleaseRights", {AGENT, OWNER, OFFERED})


def test_expiry_is_told_once(lane):
    assert lane.wait(timedelta(days=60))
    assert lane.wait(timedelta(days=1)) == ()


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(lambda lane: lane.commercial("Update"), id="update"),
        pytest.param(lambda lane: lane.commercial("Block"), id="block"),
        pytest.param(lambda lane: lane.commercial("Delete"), id="delete"),
        pytest.param(lambda lane: lane.report("Scanning"), id="terminal light"),
        pytest.param(lambda lane: lane.customs("SCAN"), id="customs light"),
        pytest.param(lambda lane: lane.report("GateOut"), id="gate out"),
        pytest.param(lambda lane: lane.wait(timedelta(days=60)), id="expiry"),
    ],
)
def test_previous_owner_is_told_no_more(lane, deed):
    lane.right("Accept", OFFERED)
    told = {party for party, _ in events(deed(lane))}
    assert {AGENT, OFFERED} <= told <= {AGENT, TERMINAL, OFFERED}


@pytest.mark.parametrize(
    ("refused", "type_"),
    [
        (lambda lane: lane.commercial("Block", actor="rival"), "ReleaseLight"),
        (lambda lane: lane.commercial("Revoke", actor="rival"), "ReleaseRight"),
        (lambda lane: lane.right("Accept", "stranger"), "ReleaseRight"),
        (lambda lane: lane.report("Block", actor="quay"), "ReleaseLight"),
        (lambda lane: lane.report("GateOut", actor="quay"), "TerminalEvent"),
    ],
)
def test_refusal_is_told_to_the_caller_alone(lane, refused, type_):
    before = lane.state
    [one] = refused(lane)
    assert one.recipient in ("rival", "stranger", "quay")
    assert (one.news.type, one.news.event) == (type_, "NotValidated")
    assert lane.state is before


@pytest.mark.parametrize("who", [AGENT, TERMINAL, OWNER, OFFERED])
def test_detail_is_told_to_whoever_asks_and_may_see_it(lane, who):
    asked = {"portLoCode": "BEANR", "equipmentNumber": CONTAINER}
    assert events(lane.take("get-release", who, asked)) == {(who, "GetReleaseDetail")}


@pytest.mark.parametrize("who", ["rival", "stranger", "quay"])
def test_detail_is_not_told_to_others(lane, who):
    asked = {"portLoCode": "BEANR", "equipmentNumber": CONTAINER}
    assert events(lane.take("get-release", who, asked)) == {(who, "NotValidated")}
