"""Every member of every body holds everything that it should not: a clear refusal, or an effect."""

import copy
import json

import pytest

from tests.apis.certified_pickup.platform import (
    CHANNELS,
    MANY,
    ONE,
    Platform,
    content,
    event,
    report,
)
from tests.apis.certified_pickup.seed import BULK, RELEASE, RIGHT, SWITCH

HERE = {"ingestion_id": CHANNELS["agent"]}
YARD = {"ingestion_id": CHANNELS["terminal"]}
FILLED = {
    **{name: "x" for name, value in RELEASE.items() if value in ("", None)},
    "equipmentStatus": "Import",
    "fullEmptyIndicator": "Full",
    "equipmentType": "40HC",
    "isCarrierHaulage": True,
    "meansOfTransport": "Truck",
    "carrier": {"identificationType": "NxtEntityId", "identificationCode": "NXT220000000"},
    "releaseTo": {"identificationType": "NxtEntityId", "identificationCode": "NXT221111111"},
    "releaseDateTimeUtc": "2026-06-03T12:00:00Z",
    "expirationDateTimeUtc": "2026-07-03T12:00:00Z",
}
LIGHTS = {**BULK, "terminalCode": "01700", "actionType": "Scanning"}
GOOD = [
    *(
        ("ingest", "agent", RELEASE | FILLED | {"actionType": a}, HERE)
        for a in ("Release", "Update")
    ),
    *(
        ("ingest", "agent", SWITCH | {"actionType": a}, HERE)
        for a in ("Block", "Unblock", "Revoke", "Delete")
    ),
    *(("ingest", "terminal", event(a), YARD) for a in ("Discharge", "GateIn", "GateOut")),
    ("act-on-right", "agent", RIGHT, ONE),
    ("act-on-rights", "agent", BULK, MANY),
    ("report-light", "terminal", report("Block"), ONE),
    ("report-lights", "terminal", LIGHTS, MANY),
    ("report-gate-out", "terminal", event("GateOut"), ONE),
    ("play", "agent", {"script": "discharge, customs green"}, ONE),
]
# Written as JSON, for some of it is none, or none that a library would write.
ANYTHING = [
    *"null true false 0 -0 1.5 1e400 -1e400 NaN Infinity [] {} [null] [[]] [true] [1e400]".split(),
    *('""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"'),
    *(
        '"\u0130\u0131\u017f\ufb01\xdf"',
        '"\u202e"',
        '"a\nb"',
        "'x'",
        '"x',
        '["\\u0000"]',
        '{"": ""}',
    ),
    *("1" + "0" * 40, "1" + "0" * 400, "9" * 5000, f'"{"x" * 36}"', f'"{"x" * 10_000}"'),
    *(
        "[" * 31 + "]" * 31,
        "[" * 40 + "]" * 40,
        "[" * 5000,
        json.dumps([f"B{n}" for n in range(51)]),
    ),
    *(
        json.dumps(moment)
        for moment in (
            *(
                "0000-01-01",
                "0001-01-01T00:00:00+23:59",
                "9999-12-31T23:59:59-23:59",
                "10000-01-01",
            ),
            *("2100-12-31T23:59:59Z", "2100-12-31T23:59:59-23:59", "2000-01-01T00:00:00+23:59"),
            *("2026-12-31T23:59:60Z", "2026-02-30", "2026-W48-1", "2026-06-03T24:00:00Z"),
        )
    ),
    '{"identificationType": "NxtEntityId", "identificationCode": "NXT999999999"}',
    '{"identificationtype": "nxtentityid", "IDENTIFICATIONCODE": "nxt221111111"}',
]
MARK = '"the member at hand"'


def places(value, way=()):
    """Yield the way to each value within a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*way, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*way, key))


def with_holes(body):
    """Yield the JSON of a body once for each of its values, with a mark in place of that."""
    for *before, last in places(body):
        changed = copy.deepcopy(body)
        inner = changed
        for key in before:
            inner = inner[key]
        inner[last] = json.loads(MARK)
        yield json.dumps(changed)


@pytest.mark.parametrize(
    ("name", "who", "body", "path"),
    GOOD,
    ids=[f"{name} {body.get('actionType', '')}" for name, _, body, _ in GOOD],
)
def test_refuses_or_does_whatever_a_member_holds(name, who, body, path):
    port = Platform()
    port.ingest(RELEASE)
    for text in with_holes(body):
        for anything in ANYTHING:
            told = len(port.told)
            sent = text.replace(MARK, anything).encode()
            response = port.ask(name, who, sent, **path)
            assert response.status in (202, 400, 401, 405), sent
            if response.status == 400:
                assert 0 < len(content(response)) < 10_000, sent
            if response.status != 202:
                assert len(port.told) == told, sent
    assert port.ask(name, who, body, **path).status == 202
