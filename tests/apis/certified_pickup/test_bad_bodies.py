"""What the body or the address alone shows to be wrong is refused at once."""

import json

import pytest

from tests.apis.certified_pickup.platform import CHANNELS, MANY, ONE, content, shipped
from tests.apis.certified_pickup.seed import BULK, MISMATCH, RELEASE, RIGHT, SWITCH
from tests.apis.certified_pickup.world import CONTAINER


def test_route_and_body_must_be_the_same_to_the_letter(released):
    body = {name: v for name, v in RIGHT.items() if name not in ("equipmentNumber", "portLoCode")}
    response = released.ask("act-on-right", "agent", body, **ONE)
    assert (response.status, content(response)) == (400, MISMATCH)


@pytest.mark.parametrize("action", ["Unblock", "Delete"])
def test_updating_other_information_is_405(released, action):
    for member in RELEASE.keys() - SWITCH.keys():
        response = released.ingest(SWITCH | {"actionType": action, member: "MV"})
        assert (response.status, content(response)["status"]) == (405, 405), member
    assert released.ingest(RELEASE | {"actionType": action}).status == 202


@pytest.mark.parametrize("action", ["Block", "Revoke"])
def test_block_and_revoke_let_other_information_be(released, action):
    assert released.ingest(RELEASE | {"actionType": action, "vesselName": "MV"}).status == 202


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"actionType": "Explode"}, "Field 'actionType' has an invalid value 'Explode'"),
        ({"actionType": ""}, "Field 'actionType' is required"),
        ({"equipmentNumber": ""}, "Field 'equipmentNumber' is required"),
        ({"equipmentNumber": "CAIU"}, "Field 'equipmentNumber' has an invalid value 'CAIU'"),
        ({"equipmentNumber": 7}, "Field 'equipmentNumber' has an invalid value '7'"),
        ({"equipmentNumber": ["CAIU7654321"]}, None),
        ({"equipmentNumber": "CAIU765432١"}, None),
        ({"releaseIdentification": "x" * 36}, None),
        ({"releaseIdentification": "a\0b"}, None),
        ({"billOfLadingNumbers": []}, "Field 'billOfLadingNumbers' is required"),
        ({"billOfLadingNumbers": [""]}, "Field 'billOfLadingNumbers' is required"),
        ({"billOfLadingNumbers": [1]}, None),
        ({"billOfLadingNumbers": {"a": 1}}, None),
        ({"billOfLadingNumbers": [f"BL{n}" for n in range(51)]}, None),
        ({"portLoCode": "ANTWERP"}, None),
        ({"terminalCode": "01700;DROP"}, None),
        ({"equipmentStatus": "Imported"}, None),
        ({"fullEmptyIndicator": True}, None),
        ({"isCarrierHaulage": "maybe"}, None),
        ({"isCarrierHaulage": 1}, None),
        ({"meansOfTransport": "Bicycle"}, None),
        ({"equipmentType": "40-HC"}, None),
        ({"vesselName": "x" * 71}, None),
        ({"carrier": "NXT"}, "Field 'carrier' has an invalid value 'NXT'"),
        (
            {"carrier": {"identificationType": "TIN"}},
            "Field 'carrier.identificationCode' is required",
        ),
        (
            {"releaseTo": {"identificationType": "Name", "identificationCode": "x"}},
            "Field 'releaseTo.identificationType' has an invalid value 'Name'",
        ),
        ({"releaseDateTimeUtc": "soon"}, None),
        ({"releaseDateTimeUtc": "2026-13-01T00:00:00Z"}, None),
        ({"releaseDateTimeUtc": "0001-01-01T00:00:00Z"}, None),
        ({"expirationDateTimeUtc": "9999-12-31T23:59:59Z"}, None),
        ({"expirationDateTimeUtc": 1717416000}, None),
        (
            {
                "releaseDateTimeUtc": "2026-06-05T00:00:00Z",
                "expirationDateTimeUtc": "2026-06-05T00:00:00Z",
            },
            "The expiration date must be later than the release date",
        ),
    ],
)
def test_release_that_the_body_shows_to_be_wrong_is_400(port, change, why):
    response = port.ingest(RELEASE | change)
    assert response.status == 400
    text = content(response)
    assert isinstance(text, str)
    assert why in (None, text)
    assert port.told == []


def test_reasons_are_joined(port):
    text = content(port.ingest({"actionType": "Release", "terminalCode": "01700"}))
    assert text.split(";") == [
        f"Field '{name}' is required"
        for name in (
            "releaseIdentification",
            "equipmentNumber",
            "billOfLadingNumbers",
            "portLoCode",
        )
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"{'actionType': 'Release'}",
        b'{"actionType": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b'{"a": ' * 100_000,
        b"[" * 1_000_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"actionType": "Release", "ActionType": "Delete"}',
        b'{"a": %s}' % (b"9" * 10_000),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_body_that_is_no_json_object_is_400(port, body):
    for name, who, path in (
        ("ingest", "agent", {"ingestion_id": CHANNELS["agent"]}),
        ("act-on-right", "agent", ONE),
        ("act-on-rights", "agent", MANY),
        ("report-light", "terminal", ONE),
        ("report-lights", "terminal", MANY),
        ("report-gate-out", "terminal", ONE),
        ("play", "agent", ONE),
    ):
        response = port.ask(name, who, body, **path)
        assert (response.status, type(content(response))) == (400, str)


def test_depth_of_thirty_two_is_read(port):
    deep = "[" * 31 + "]" * 31
    assert (
        port.ingest(json.dumps(RELEASE)[:-1].encode() + f', "x": {deep}}}'.encode()).status == 202
    )
    assert (
        port.ingest(json.dumps(RELEASE)[:-1].encode() + f', "x": [{deep}]}}'.encode()).status == 400
    )


def test_case_and_byte_order_mark_do_not_matter(port):
    odd = {name.swapcase(): value for name, value in RELEASE.items()}
    odd |= {"ACTIONtYPE": "rElEaSe", "EQUIPMENTnUMBER": "caiu7654321", "PORTlOcODE": "beanr"}
    odd["EQUIPMENTsTATUS"] = "TRANSHIPMENT"
    assert port.ingest(b"\xef\xbb\xbf" + json.dumps(odd).encode()).status == 202
    [item] = shipped(port, "agent")["items"]
    assert (item["equipmentNumber"], item["equipmentStatus"]) == (CONTAINER, "Transhipment")


@pytest.mark.parametrize(
    "moment",
    [
        "2026-06-10T08:00:00Z",
        "2026-06-10T08:00:00.0000000Z",
        "2026-06-10T08:00:00",
        "2026-06-10T10:00:00+02:00",
        "2026-06-10T08:00",
    ],
)
def test_times_are_utc_unless_they_say_otherwise(port, moment):
    port.ingest(RELEASE | {"expirationDateTimeUtc": moment})
    assert port.told_to("agent")[0]["body"]["expirationDateTimeUtc"] == "2026-06-10T08:00:00Z"


@pytest.mark.parametrize(
    "change",
    [
        {"releaseRights": []},
        {"releaseRights": None},
        {"releaseRights": {}},
        {"releaseRights": "all"},
        {"releaseRights": [7]},
        {"releaseRights": [{}]},
        {"releaseRights": BULK["releaseRights"] * 251},
        {"portLoCode": "NLRTM"},
        {"actionType": "Release"},
        {"actionType": None},
    ],
)
def test_bulk_call_that_is_wrong_is_400(port, change):
    response = port.ask("act-on-rights", "agent", BULK | change, **MANY)
    assert (response.status, type(content(response))) == (400, str)


def test_five_hundred_rights_are_taken(port):
    body = BULK | {"releaseRights": BULK["releaseRights"] * 250}
    assert port.ask("act-on-rights", "agent", body, **MANY).status == 202


def test_transfer_needs_somebody_to_transfer_to(released):
    body = RIGHT | {"releaseTo": None}
    response = released.ask("act-on-right", "agent", body, **ONE)
    assert (response.status, content(response)) == (400, "Field 'releaseTo' is required")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "pageSize=0",
        "pageSize=101",
        "status=5",
        "status=Closed",
        "releaserightstatusfilter=10",
        "actionStatusFilter=4",
        "page=1&PAGE=2",
    ],
)
def test_list_refuses_what_it_cannot_read(port, query):
    response = port.ask("list-rights", "agent", query=query, **MANY)
    assert (response.status, type(content(response))) == (400, str)


@pytest.mark.parametrize("equipment", ["X", "CAIU76543210", "%"])
def test_detail_refuses_what_is_no_container(port, equipment):
    response = port.ask("get-release", "agent", port_locode="BEANR", equipment_number=equipment)
    assert response.status == 400
