"""The version that a customer is shown: step 6 and 7 of seed 003, and ruling 35."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.apis.parcels.rules.catalogue import APIS, GROUPS, VERSION_OF_OPERATION, named
from sluis.apis.parcels.rules.versions import State, displayed, order
from sluis.registry import HOSTED_APIS

LANGUAGES = {"nl", "en", "de"}
HOSTED = {api.slug: api for api in HOSTED_APIS if api.provider == "parcels"}


def shown(api, *used):
    found = displayed(APIS[api], used)
    return f"{found.version.number}{'*' if found.asterisk else ''}", found.gone


@pytest.mark.parametrize(
    ("api", "used", "expected"),
    [
        pytest.param("labelling", ["2_2"], ("2_2", None), id="the newest"),
        pytest.param("labelling", ["2_1"], ("2_1*", None), id="an older one"),
        pytest.param("labelling", ["1_9"], ("2_2*", "1_9"), id="one that is gone"),
        pytest.param("labelling", ["2_0", "2_1", "1_9"], ("2_1*", None), id="the newest of some"),
        pytest.param("confirming", ["1_10"], ("1_10*", None), id="ten is after nine"),
        pytest.param("confirming", ["1_9", "1_10"], ("1_10*", None), id="and of both the newer"),
        pytest.param("confirming", ["2"], ("v2", None), id="with or without a v"),
        pytest.param("timeframe", ["1_7"], ("2_1*", "1_7"), id="one never heard of here"),
        pytest.param("barcode", [], ("1_1", None), id="nothing used yet"),
    ],
)
def test_shows(api, used, expected):
    assert shown(api, *used) == expected


VERSIONS = st.sampled_from(sorted({v.number for api in APIS.values() for v in api.versions}))


@given(st.sampled_from(sorted(APIS)), st.lists(VERSIONS))
def test_what_is_shown_can_always_be_called_and_an_asterisk_means_that_one_can_move_up(api, used):
    found = displayed(APIS[api], used)
    assert found.version.state is not State.ENDED
    newest = APIS[api].versions[-1]  # the register is written oldest first
    moves_up = bool(used) and max(used, key=order) not in (newest.number, newest.number[1:])
    assert found.asterisk == (moves_up and order(max(used, key=order)) != order(newest.number))
    assert (found.gone is not None) <= found.asterisk


@pytest.mark.parametrize("api", APIS.values(), ids=lambda api: api.slug)
def test_the_register_is_in_order_and_says_what_changed(api):
    orders = [order(version.number) for version in api.versions]
    assert orders == sorted(set(orders))
    assert [v.state for v in api.versions].count(State.CURRENT) == 1
    assert api.newest.state is State.CURRENT
    assert api.newest.path.startswith("/")
    for version in api.versions:
        if version.state is not State.ENDED:
            assert set(version.notes) == LANGUAGES
    assert set(api.summary) == LANGUAGES


def test_the_products_are_those_of_the_seed():
    assert [group.name for group in GROUPS] == ["Shipping", "Delivery Options", "Track & Trace"]


def test_what_is_hosted_stands_in_the_register_at_its_path():
    calls = {
        (api.slug, operation.name): operation.path
        for api in HOSTED.values()
        for operation in api.operations
    }
    assert calls.keys() == VERSION_OF_OPERATION.keys()
    for (api, operation), version in VERSION_OF_OPERATION.items():
        assert APIS[api].version(version).path == calls[api, operation]


@pytest.mark.parametrize("name", ["Barcode", "barcode", "BarcodeWebService", " Barcode "])
def test_an_api_is_known_by_what_people_call_it(name):
    assert named(name) is APIS["barcode"]


def test_a_name_that_nobody_has_is_nobodys():
    assert named("Bar") is None
    assert named("") is None
