"""The notification service: questions, and what is answered to those without an answer."""

import json

import pytest

from tests.apis.certified_pickup.platform import content
from tests.apis.certified_pickup.seed import RELEASE, SWITCH
from tests.apis.certified_pickup.world import CONTAINER, entity


def query(port, who, text):
    return port.ask("find-notifications", who, query=text)


def test_notifications_are_found_by_everything(released):
    [told] = released.told_to("agent")
    release = told["body"]["releaseId"]
    for text in (
        "notificationEvent=releaselightchanged",
        f"EquipmentNumber={CONTAINER.lower()}",
        f"publicReferenceId={told['publicReferenceId'].upper()}",
        f"releaseId={release}",
        "storedOn=2026-06-03",
        "storedOn=2026-06-03T23:00:00Z",
        "storedOn=2026-06-03&timeWindowFrom=12:00&timeWindowTo=12:00",
        "daysInBetween=1",
        f"notificationEvent=ReleaseLightChanged&releaseId={release}&storedOn=2026-06-03",
    ):
        [found] = content(query(released, "agent", text))
        assert json.loads(found["message"]) == told
        assert found["storedOn"] == "2026-06-03T12:00:00.0000000Z"
        assert found["nxtEntityId"] == "NXT220000000"


def test_notification_is_answered_member_by_member(port):
    port.ingest(RELEASE | {"releaseTo": entity("forwarder")}, external="MYREF-000123")
    [told] = port.told_to("forwarder")
    [found] = content(query(port, "forwarder", "notificationEvent=Transferred"))
    assert json.loads(found.pop("message")) == told
    assert found == {
        "nxtEntityId": "NXT221111111",
        "equipmentNumber": CONTAINER,
        "publicReferenceId": "00000000-0000-4000-8000-000000000001",
        "releaseId": told["body"]["releaseId"],
        "externalReferenceId": "MYREF-000123",
        "storedOn": "2026-06-03T12:00:00.0000000Z",
        "type": "ReleaseRight",
        "event": "Transferred",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notificationEvent=Party",
        "notificationEvent=GateOut",
        "equipmentNumber=CAIU1234567",
        "publicReferenceId=x",
        "publicReferenceId=5f0b7c1e-3c1d-4b52-9a57-0d8f6a2b9c11",
        "storedOn=yesterday",
        "storedOn=2026-06-02",
        "timeWindowFrom=07:30&timeWindowTo=19:25",
        "storedOn=2026-06-03&timeWindowFrom=07:30",
        "storedOn=2026-06-03&timeWindowTo=07:30",
        "storedOn=2026-06-03&timeWindowFrom=19:25&timeWindowTo=07:30",
        "storedOn=2026-06-03&timeWindowFrom=25:00&timeWindowTo=26:00",
        "daysInBetween=some",
        "equipmentNumber=CAIU7654321&equipmentNumber=CAIU7654321",
    ],
)
def test_question_without_an_answer_is_405_without_a_body(released, text):
    response = query(released, "agent", text)
    assert (response.status, response.body) == (405, b"")


def test_notifications_of_others_are_403_as_the_guide_prints_it(released):
    [told] = released.told_to("agent")
    for text in (
        f"publicReferenceId={told['publicReferenceId']}",
        f"releaseId={told['body']['releaseId']}",
    ):
        response = query(released, "rival", text)
        assert (response.status, response.body) == (403, b"{}")
        assert (b"www-authenticate", b'Bearer error="invalid_token"') in response.headers
    assert query(released, "rival", f"equipmentNumber={CONTAINER}").status == 405


def test_more_than_a_thousand_lead_on(port):
    for _ in range(600):
        port.ingest(RELEASE)
        port.ingest(SWITCH | {"actionType": "Delete"})
    response = query(port, "agent", "equipmentNumber=CAIU7654321&subscription-key=secret")
    assert len(content(response)) == 1000
    [link] = [value.decode() for name, value in response.headers if name == b"link"]
    address, relation = link.split("; ")
    assert relation == 'rel="next"'
    assert "secret" not in address
    text = address.strip("<>").partition("?")[2]
    rest = query(port, "agent", text)
    assert len(content(rest)) == 200
    assert not [name for name, _ in rest.headers if name == b"link"]


def test_own_reference_with_another_filter_that_fails_is_405(released):
    [told] = released.told_to("agent")
    text = f"publicReferenceId={told['publicReferenceId']}&notificationEvent=GateOut"
    assert query(released, "agent", text).status == 405
