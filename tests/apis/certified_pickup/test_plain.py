"""The quick way to read a release says the same as the way that reads a member at a time."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sluis.apis.certified_pickup.wire import bodies, plain
from sluis.core.problem import Problem

PLAIN = {
    "actionType": "Release",
    "releaseIdentification": "ReleaseID7654321",
    "equipmentNumber": "CAIU7654321",
    "billOfLadingNumbers": ["BL1234567", "BL7654321"],
    "portLoCode": "BEANR",
    "terminalCode": "01700",
    "equipmentType": "40HC",
    "releaseOrderReference": "ORDER7654321",
    "emptyReturnReference": "RETURN7654321",
    "equipmentSupplier": "Scheldekaai",
    "equipmentOperator": "Scheldekaai",
    "vesselNumber": "9074729",
    "stayNumber": "241234",
    "vesselCallSign": "ONEX",
    "voyageNumber": "V241234",
    "vesselName": "MV Example",
    "equipmentStatus": "Import",
    "fullEmptyIndicator": "Full",
    "meansOfTransport": "Truck",
    "isCarrierHaulage": False,
    "carrier": {"identificationType": "NxtEntityId", "identificationCode": "NXT220000000"},
    "releaseTo": {"identificationType": "TIN", "identificationCode": "BE0123456789"},
    "releaseDateTimeUtc": "2026-03-01T06:00:00Z",
    "expirationDateTimeUtc": "2026-03-31T22:00:00Z",
}
NEEDED = tuple(PLAIN)[:6]
CHARACTERS = "aZ0 \t\n\u00a0\u2003\x1c\0\u20ac\U0001f600"
TEXTS = (
    st.sampled_from([text for text in PLAIN.values() if isinstance(text, str)])
    | st.text(CHARACTERS, max_size=5)
    | st.sampled_from(["a" * 35, "a" * 36, "a" * 70, "a" * 71, "Update", "Delete", "container"])
)
TIMES = st.sampled_from(
    ["2026-03-01T06:00:00Z", "2026-02-30T06:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z",
     "2101-01-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T06:00:00+01:00", "2026-03-01",
     "2026-03-01T06:00:60Z", "2026-03-01T06:00:00Z\n", "2026-03-01t06:00:00z"]
)  # fmt: skip
ENTITIES = st.fixed_dictionaries(
    {"identificationType": st.sampled_from(["TIN", "tin", "Eori", "", "VAT"])},
    optional={"identificationCode": TEXTS, "other": TEXTS},
)
VALUES = (
    TEXTS
    | TIMES
    | ENTITIES
    | st.lists(TEXTS | st.none(), max_size=3)
    | st.sampled_from([None, True, 0, 1.5, {}, [], ["BL1"] * 51, [f"BL{n}" for n in range(51)]])
)
NAMES = st.sampled_from([*PLAIN, "ActionType", "unknown", "stayNumber "])


def read(body):
    try:
        return bodies.read(body)
    except Problem as problem:
        return problem.detail


@given(
    st.dictionaries(NAMES, VALUES, max_size=4), st.sets(st.sampled_from(tuple(PLAIN)), max_size=3)
)
@example({"releaseDateTimeUtc": "2026-03-31T22:00:00Z"}, set())
@example({"billOfLadingNumbers": ["BL1", "BL1"]}, set())
def test_takes_what_is_read_member_by_member_or_leaves_it(changed, left_out):
    given_ = {name: value for name, value in (PLAIN | changed).items() if name not in left_out}
    for body in (json.dumps(given_).encode(), json.dumps(given_, ensure_ascii=False).encode()):
        taken = plain.release(body)
        assert taken is None or taken == read(body)


@given(st.sets(st.sampled_from([name for name in PLAIN if name not in NEEDED])))
def test_takes_whatever_is_plain(left_out):
    body = json.dumps({n: v for n, v in PLAIN.items() if n not in left_out}).encode()
    assert plain.release(body) == read(body)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"{", b"\xff", b"\xef\xbb\xbf{}", b"[" * 100_000, b'"Release"'],
)
def test_leaves_what_is_no_release(body):
    assert plain.release(body) is None
