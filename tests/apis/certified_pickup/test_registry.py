"""The company registry."""

import pytest

from sluis.core.directory import Directory
from tests.apis.certified_pickup.platform import Platform, content
from tests.apis.certified_pickup.seed import PAGE_TEXT
from tests.apis.certified_pickup.world import PARTIES, party


def entities(port, query, who="agent"):
    return port.ask("find-entities", who, query=query)


@pytest.mark.parametrize(
    "query",
    ["NxtEntityId=nxt221111111", "VAT=BE221111111", "vat=be221111111", "entityName=FORWARDING"],
)
def test_registry_finds_a_company(port, query):
    found = content(entities(port, query))
    [item] = found["phoneBookItems"]
    assert (item["nxtEntityId"], item["vat"]) == ("NXT221111111", "BE221111111")
    assert (found["totalRows"], found["totalPages"]) == (1, 1)


def test_registry_repeats_the_question_with_nulls(port):
    found = content(entities(port, "entityName=seed&pageSize=10"))
    assert found["searchFilter"] == {
        "eori": None,
        "duns": None,
        "vat": None,
        "nxtEntityId": None,
        "entityName": "seed",
        "apcsCode": None,
        "page": 1,
        "pageSize": 10,
    }


def test_filters_of_the_registry_apply_together(port):
    found = content(entities(port, "entityName=seed&VAT=BE230000002"))
    assert (found["totalRows"], found["totalPages"], found["phoneBookItems"]) == (0, 0, [])


def test_registry_holds_parties_of_certified_pick_up_only(port):
    assert content(entities(port, "entityName=no-party"))["totalRows"] == 0


def test_registry_needs_a_question(port):
    assert entities(port, "page=1").status == 405


def test_registry_refuses_a_page_as_the_guide_prints_it(port):
    response = entities(port, "entityName=seed&page=0")
    body = content(response)
    assert response.status == 400
    assert list(body) == ["type", "title", "status", "traceId", "errors"]
    assert body["type"] == "https://tools.ietf.org/html/rfc7231#section-6.5.1"
    assert body["title"] == "One or more validation errors occurred."
    assert body["traceId"].startswith("00-")
    assert len(body["traceId"]) == 55
    assert body["errors"] == {"Page": [PAGE_TEXT]}


def test_registry_pages_thousands():
    many = [party(f"p{n}", f"NXT24{n:07}", "ReleaseParty", "Bulk") for n in range(230)]
    port = Platform(directory=Directory([*PARTIES.values(), *many]))
    found = content(entities(port, "entityName=bulk&pageSize=100&page=3"))
    assert (found["totalRows"], found["totalPages"], len(found["phoneBookItems"])) == (230, 3, 30)
