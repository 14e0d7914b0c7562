"""The list of rights: every filter, pages, and who sees what."""

from datetime import timedelta

import pytest

from tests.apis.certified_pickup.platform import MANY, ONE, accept, event, shipped
from tests.apis.certified_pickup.seed import OTHER_RELEASE, RELEASE, RIGHT


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("equipmentnumberfilter=caiu76", 1),
        ("billofladingnumberfilter=112233", 1),
        ("shippingagentnamefilter=SEED", 2),
        ("shippingagentnamefilter=rival", 0),
        ("shippingagenttinfilter=220000000", 2),
        ("terminalnamefilter=terminal", 2),
        ("terminalnamefilter=quay", 0),
        ("currentstakeholdernamefilter=agency", 2),
        ("currentstakeholdertinfilter=221111111", 0),
        ("releaserightstatusfilter=1", 1),
        ("releaserightstatusfilter=2", 1),
        ("releaserightstatusfilter=Pending", 1),
        ("releaserightstatusfilter=7", 0),
        ("releaserightstatusfilter=6", 0),
        ("status=0", 0),
        ("status=1", 1),
        ("status=2", 0),
        ("status=3", 2),
        ("status=4", 0),
        ("status=Terminal", 2),
        ("actionStatusFilter=0", 1),
        ("actionStatusFilter=1", 1),
        ("actionStatusFilter=2", 0),
        ("actionStatusFilter=3", 1),
        ("status=3&releaserightstatusfilter=2&equipmentnumberfilter=CAIU", 1),
        ("page=2&pageSize=1", 2),
        ("page=&status=", 2),
    ],
)
def test_list_filters(released, query, found):
    released.ingest(OTHER_RELEASE)
    released.ask("act-on-right", "agent", RIGHT, **ONE)
    assert shipped(released, "agent", query)["totalRows"] == found


def test_offer_that_was_taken_back_is_found_by_its_last_action(released):
    released.ask("act-on-right", "agent", RIGHT, **ONE)
    released.ask("act-on-right", "agent", RIGHT | {"actionType": "Revoke"}, **ONE)
    found = [shipped(released, "agent", f"actionStatusFilter={n}")["totalRows"] for n in range(4)]
    assert found == [1, 0, 1, 0]


def test_list_is_told_to_the_caller_alone(released):
    before = len(released.told)
    shipped(released, "agent")
    [one] = released.told[before:]
    assert (one.recipient, one.type, one.event) == ("agent", "ReleaseRight", "GetPagedContainers")


def test_page_that_no_notification_holds_is_refused_and_a_smaller_one_is_not(port):
    for number in range(40):
        bills = [f"{number:02}{bill:02}" + "\U0001f600" * 31 for bill in range(50)]
        port.ingest(RELEASE | {"billOfLadingNumbers": bills, "equipmentNumber": f"CAIU{number:07}"})
    assert port.ask("list-rights", "agent", query="pageSize=100", **MANY).status == 202
    (refused,) = port.told_to("agent", "NotValidated")
    assert "smaller pageSize" in refused["body"]
    assert len(shipped(port, "agent", "pageSize=25")["items"]) == 25


def test_list_is_paged(released):
    released.ingest(OTHER_RELEASE)
    pages = [shipped(released, "agent", f"pageSize=1&page={page}") for page in (1, 2, 3)]
    numbers = [[item["equipmentNumber"] for item in page["items"]] for page in pages]
    assert numbers == [["CAIU1234567"], ["CAIU7654321"], []]
    assert pages[0]["totalPages"] == 2


def test_agent_no_longer_lists_what_was_accepted(released):
    released.ask("act-on-right", "agent", RIGHT, **ONE)
    assert (
        shipped(released, "agent")["totalRows"] == shipped(released, "forwarder")["totalRows"] == 1
    )
    released.ask("act-on-right", "forwarder", RIGHT | accept(), **ONE)
    assert (
        shipped(released, "agent")["totalRows"],
        shipped(released, "forwarder")["totalRows"],
    ) == (0, 1)


def test_container_is_listed_a_day_after_the_gate(released):
    released.ingest(event("GateOut"), "terminal")
    released.now += timedelta(hours=24) - timedelta(microseconds=1)
    assert shipped(released, "agent")["totalRows"] == 1
    released.now += timedelta(microseconds=1)
    assert shipped(released, "agent")["totalRows"] == 0
    assert shipped(released, "agent", "releaserightstatusfilter=6")["totalRows"] == 1
