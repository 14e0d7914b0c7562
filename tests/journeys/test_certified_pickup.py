"""What seed 001 prints, sent to a Sluis as it is after `make run`, by whom it names."""

import json

import httpx2
import pytest

from tests.apis.certified_pickup.seed import BULK, INVALID_KEY, MISMATCH, PAGE_TEXT, RIGHT
from tests.journeys.bearer import token
from tests.soon import soon

AGENT, FORWARDER = "NXT220000000", "NXT221111111"
RIGHTS = "/BEANR/containers/import/release-rights"


class Company:
    """One of the sandbox's companies, with all that it takes to call."""

    def __init__(self, port, code):
        [known] = [one for one in port["companies"] if one["nxt_entity_id"] == code]
        self.base = f"{port['base_url']}/certified-pickup/v1"
        self.headers = {
            "Authorization": f"Bearer {token(port['token_url'], known)}",
            "Ocp-Apim-Subscription-Key": known["subscription_key"],
        }

    def call(self, path, body=None, **headers):
        method = "GET" if body is None else "PUT"
        return httpx2.request(
            method, self.base + path, json=body, headers=self.headers | headers, timeout=10
        )

    def told(self, reference):
        """Return what it was told of a call, as soon as that is something."""
        path = f"/notifications?publicReferenceId={reference}"
        return soon(lambda: (found := self.call(path)).status_code == 200 and found).json()


@pytest.fixture(scope="module")
def agent(sluis):
    return Company(sluis.world["port"]["uat"], AGENT)


@pytest.fixture(scope="module")
def forwarder(sluis):
    return Company(sluis.world["port"]["uat"], FORWARDER)


def test_bulk_example_does_what_it_says(agent, forwarder):
    answer = agent.call(RIGHTS, BULK, **{"External-Reference-Id": "MYREF-000123"})
    receipt = answer.json()
    assert (answer.status_code, receipt["externalReferenceId"]) == (202, "MYREF-000123")
    for who in (agent, forwarder):
        told = who.told(receipt["publicReferenceId"])
        assert {one["equipmentNumber"] for one in told} == {"CAIU7654321", "CAIU1234567"}
        assert {(one["type"], one["event"]) for one in told} == {("ReleaseRight", "Transferred")}
        assert {one["externalReferenceId"] for one in told} == {"MYREF-000123"}
        bodies = [json.loads(one["message"])["body"] for one in told]
        assert {body["releaseFrom"]["nxtEntityId"] for body in bodies} == {AGENT}
        assert {body["releaseTo"]["nxtEntityId"] for body in bodies} == {FORWARDER}


def test_400_of_the_guide_comes_of_what_the_guide_says(agent):
    body = {name: v for name, v in RIGHT.items() if name not in ("equipmentNumber", "portLoCode")}
    answer = agent.call("/BEANR/containers/CAIU7654321/import/release-rights", body)
    assert (answer.status_code, answer.json()) == (400, MISMATCH)


def test_401_of_the_guide_comes_of_what_the_guide_says(agent):
    answer = agent.call("/notifications?equipmentNumber=CAIU7654321", Authorization="")
    assert (answer.status_code, answer.json()) == (401, INVALID_KEY)


def test_registry_shows_the_forwarder_whole(agent):
    answer = agent.call(f"/entities?NxtEntityId={FORWARDER}").json()
    [item] = answer["phoneBookItems"]
    assert [address["addressTypeCode"] for address in item["addresses"]] == ["1", "2"]
    unknown = {name for name, value in item.items() if value is None}
    assert unknown == {"duns", "scac"}  # "not always known" and "if applicable"


def test_registry_refuses_a_page_to_the_letter(agent):
    answer = agent.call("/entities?entityName=seed&page=0")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"Page": [PAGE_TEXT]})
