"""What counts as shown in a sandbox, and what is still missing."""

import pytest

from sluis.apis.certified_pickup import API
from sluis.core.evidence import Pushes, evidence
from sluis.registry import HOSTED_APIS

METEO = next(api for api in HOSTED_APIS if api.slug == "meteo")
NONE = Pushes(channels=0, taken=0, failed=0)


def called(*outcomes, operation="find-entities", api="certified-pickup"):
    """Return counts of calls, of which one came each hour in this order."""
    found = {}
    for hour, (status, reason) in enumerate(outcomes):
        key = (api, operation, status, reason)
        count = found.get(key, (0, None))[0]
        found[key] = (count + 1, 3600.0 * hour)
    return found


GOOD, REFUSED, OURS = (200, None), (400, "malformed"), (500, "fault")


def of(counts, *, subscribed=True, pushes=NONE, api=API):
    return evidence(api, subscribed, counts, pushes)


@pytest.mark.parametrize(
    ("counts", "complete"),
    [
        pytest.param({}, False, id="no call"),
        pytest.param(called(GOOD), True, id="a good call"),
        pytest.param(called(REFUSED), False, id="nothing but a refusal"),
        pytest.param(called(GOOD, REFUSED), False, id="refused at the end"),
        pytest.param(called(REFUSED, GOOD), True, id="refused, and mended"),
        pytest.param(called(GOOD, OURS), True, id="a fault of ours tells nothing of theirs"),
        pytest.param(called(GOOD, api="meteo"), False, id="another API"),
        pytest.param(called((202, None), operation="ingest"), True, id="accepted for later"),
    ],
)
def test_calls_show_that_it_works(counts, complete):
    assert of(counts).complete is complete


def test_one_operation_that_is_refused_at_the_end_is_missing():
    counts = called(GOOD) | called(GOOD, REFUSED, operation="list-rights")
    found = of(counts)
    assert [(one.operation, one.works) for one in found.operations] == [
        ("list-rights", False),
        ("find-entities", True),
    ]
    assert (found.called, found.recovered, found.complete) == (True, False, False)


def test_says_how_often_each_reason_came():
    (shown,) = of(called(REFUSED, REFUSED, (404, "not-found"), GOOD, GOOD)).operations
    assert (shown.good, shown.refused) == (2, {"malformed": 2, "not-found": 1})


def test_nothing_is_complete_without_a_subscription():
    assert not of(called(GOOD), subscribed=False).complete


@pytest.mark.parametrize(
    ("pushes", "told"),
    [
        pytest.param(NONE, True, id="fetches its notifications"),
        pytest.param(Pushes(1, 0, 0), False, id="a channel that was told nothing"),
        pytest.param(Pushes(1, 0, 3), False, id="a channel that takes nothing"),
        pytest.param(Pushes(1, 1, 3), True, id="a channel that took one"),
    ],
)
def test_a_channel_has_to_take_what_is_pushed(pushes, told):
    assert of(called(GOOD), pushes=pushes).complete is told


def test_an_api_that_answers_at_once_needs_no_channel():
    found = of(
        called(GOOD, api="meteo", operation="list-readings"), api=METEO, pushes=Pushes(1, 0, 1)
    )
    assert (found.pushes, found.complete) == (None, True)
