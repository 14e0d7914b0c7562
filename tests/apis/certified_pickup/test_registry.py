"""The company registry."""

import uuid

import pytest

from sluis.core.directory import Directory, Party, PostalAddress
from tests.apis.certified_pickup.platform import Platform, content
from tests.apis.certified_pickup.seed import PAGE_TEXT
from tests.apis.certified_pickup.world import PARTIES, party

# A company of which everything is known, each code another.
KNOWN = Party(
    "known",
    "Known Company",
    frozenset({"ReleaseParty"}),
    {
        "NxtEntityId": "NXT250000001",
        "TIN": "BE0100",
        "Eori": "BE0200",
        "Duns": "300",
        "APCS": "C400",
        "SCAC": "S500",
        "ExternalId": "c0ffee00-0000-4000-8000-000000000002",
    },
    (
        PostalAddress("1", "Kaai 1", "2000", "Antwerpen", "BE", "Desk", "desk@known.example"),
        PostalAddress("2", "Bus 7", "2030", "Antwerpen", "BE", None, None),
    ),
)


def entities(port, query, who="agent", **given):
    return port.ask("find-entities", who, query=query, **given)


@pytest.mark.parametrize(
    "query",
    [
        "EORI=BE0200",
        "DUNS=300",
        "VAT=BE0100",
        "NxtEntityId=NXT250000001",
        "entityName=known",
        "apcsCode=C400",
    ],
)
def test_company_is_found_by_each_parameter_and_shown_whole(query):
    port = Platform(directory=Directory([*PARTIES.values(), KNOWN]))
    [item] = content(entities(port, query))["phoneBookItems"]
    first, second = item.pop("addresses")
    assert list(first.items()) == [
        ("addressTypeCode", "1"),
        ("street", "Kaai 1"),
        ("postalCode", "2000"),
        ("city", "Antwerpen"),
        ("country", "BE"),
        ("contactName", "Desk"),
        ("contactEmail", "desk@known.example"),
    ]
    assert (second["addressTypeCode"], second["contactName"]) == ("2", None)
    assert item == {
        "apcsCode": "C400",
        "nxtEntityId": "NXT250000001",
        "name": "Known Company",
        "vat": "BE0100",
        "duns": "300",
        "eori": "BE0200",
        "scac": "S500",
        "apcs": "C400",
        "externalId": "c0ffee00-0000-4000-8000-000000000002",
    }


def test_registry_answers_under_both_references(port):
    found = content(entities(port, "entityName=seed", external="MYREF-000123"))
    assert uuid.UUID(found["publicReferenceId"])
    assert found["externalReferenceId"] == "MYREF-000123"
    assert content(entities(port, "entityName=seed"))["externalReferenceId"] is None


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
