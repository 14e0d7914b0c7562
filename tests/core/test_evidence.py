"""What counts as shown in a sandbox, and what is still missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.apis.certified_pickup import API
from sluis.core.evidence import OURS, ChannelSeen, Evidence, evidence
from sluis.core.problem import Reason
from sluis.registry import HOSTED_APIS

METEO = next(api for api in HOSTED_APIS if api.slug == "meteo")


def called(*outcomes, operation="find-entities", api="certified-pickup"):
    """Return outcomes of calls, of which one came each hour in this order."""
    found = {}
    for hour, (status, reason) in enumerate(outcomes):
        key = (api, operation, status, reason)
        count = found.get(key, (0, None))[0]
        found[key] = (count + 1, 3600.0 * hour)
    return found


GOOD, REFUSED, OUR_FAULT = (200, None), (400, "malformed"), (500, "fault")
WELL_CALLED = called(GOOD)


def of(outcomes, *, subscribed=True, channels=(), apis=(API,)):
    return evidence(apis, {api.slug for api in apis if subscribed}, outcomes, channels)


@pytest.mark.parametrize(
    ("outcomes", "complete"),
    [
        pytest.param({}, False, id="no call"),
        pytest.param(called(GOOD), True, id="a good call"),
        pytest.param(called(REFUSED), False, id="nothing but a refusal"),
        pytest.param(called(GOOD, REFUSED), False, id="refused at the end"),
        pytest.param(called(REFUSED, GOOD), True, id="refused, and mended"),
        pytest.param(called(GOOD, OUR_FAULT), True, id="a fault of ours tells nothing of theirs"),
        pytest.param(called((503, "unavailable")), False, id="a fault of ours is no good call"),
        pytest.param(called((200, "malformed")), False, id="refused with status 200"),
        pytest.param(called(GOOD, api="meteo"), False, id="another API"),
        pytest.param(called((202, None), operation="ingest"), True, id="accepted for later"),
    ],
)
def test_calls_show_that_it_works(outcomes, complete):
    assert of(outcomes).complete is complete


def test_an_api_that_was_never_called_shows_nothing():
    (shown,) = of({}).apis
    assert (shown.called, shown.recovered, shown.operations) == (False, True, ())


def test_one_operation_that_is_refused_at_the_end_is_missing():
    outcomes = called(GOOD) | called(GOOD, REFUSED, operation="list-rights")
    (shown,) = of(outcomes).apis
    assert [(one.operation, one.works) for one in shown.operations] == [
        ("list-rights", False),
        ("find-entities", True),
    ]
    assert (shown.called, shown.recovered, shown.complete) == (True, False, False)


def test_says_how_often_each_reason_came_the_newest_first():
    outcomes = called(REFUSED, REFUSED, (404, None), GOOD, GOOD, REFUSED)
    (seen,) = of(outcomes).apis[0].operations
    assert (seen.good, seen.last_good_at) == (2, 4 * 3600.0)
    assert [(met.reason, met.times, met.overcome) for met in seen.met] == [
        ("malformed", 3, False),
        ("404", 1, True),
    ]


def test_only_a_later_call_overcomes_a_refusal():
    key = ("certified-pickup", "find-entities")
    outcomes = {(*key, 200, None): (1, 20.0), (*key, 400, "malformed"): (1, 20.0)}
    assert not of(outcomes).complete


def test_nothing_is_complete_without_a_subscription():
    assert not of(WELL_CALLED, subscribed=False).complete


def test_each_api_has_to_work():
    both = (API, METEO)
    assert not of(WELL_CALLED, apis=both).complete
    assert of(
        WELL_CALLED | called(GOOD, api="meteo", operation="list-readings"), apis=both
    ).complete


def test_without_an_api_there_is_nothing_to_be_ready_with():
    assert of(WELL_CALLED, apis=()) == Evidence((), None)
    assert not of(WELL_CALLED, apis=()).complete


@pytest.mark.parametrize(
    ("taken", "complete"),
    [
        pytest.param([], True, id="fetches its notifications"),
        pytest.param([0], False, id="a channel that took nothing"),
        pytest.param([1], True, id="a channel that took one"),
        pytest.param([1, 0], False, id="one of two that took nothing"),
    ],
)
def test_each_channel_has_to_take_what_is_pushed(taken, complete):
    channels = [ChannelSeen(f"channel {number}", count) for number, count in enumerate(taken)]
    assert of(WELL_CALLED, channels=channels).complete is complete


def test_an_api_that_answers_at_once_needs_no_channel():
    found = of(
        called(GOOD, api="meteo", operation="list-readings"),
        apis=(METEO,),
        channels=[ChannelSeen("ours", 0)],
    )
    assert (found.channels, found.complete) == (None, True)


OUTCOMES = st.dictionaries(
    st.tuples(
        st.sampled_from(["certified-pickup", "meteo"]),
        st.sampled_from(["find-entities", "list-rights"]),
        st.sampled_from([200, 302, 400, 429, 500]),
        st.sampled_from([None, Reason.MALFORMED, Reason.FAULT]),
    ),
    st.tuples(st.integers(1, 9), st.floats(0, 100)),
)


@given(OUTCOMES)
def test_says_the_same_as_going_through_the_calls_one_by_one(outcomes):
    seen = {one.operation: one for one in of(outcomes).apis[0].operations}
    for operation in ("find-entities", "list-rights"):
        own = {
            (status, reason): outcome
            for (api, name, status, reason), outcome in outcomes.items()
            if (api, name) == ("certified-pickup", operation) and reason not in OURS
        }
        assert (operation in seen) is bool(own)
        if not own:
            continue
        good = [outcome for (status, reason), outcome in own.items() if not reason and status < 400]
        found = seen[operation]
        assert found.good == sum(times for times, _ in good)
        assert len(found.met) == len(own) - len(good)
        for met in found.met:
            assert met.overcome == any(at > met.last_at for _, at in good)
