"""The checklist before production, from counts of calls."""

from hypothesis import given
from hypothesis import strategies as st

from sluis.core.checklist import ChannelSeen, checklist

NEVER = {}
WELL = ("barcode", "generate", 200, None)
WRONG = ("barcode", "generate", 400, "malformed")


def seen(counts, apis=("barcode",), channels=()):
    return checklist(apis, counts, channels)


def test_an_api_that_was_never_called_shows_nothing():
    (barcode,) = seen(NEVER).apis
    assert (barcode.works, barcode.last_success_at, barcode.met) == (False, None, ())
    assert not seen(NEVER).ready


def test_one_good_call_of_each_api_is_enough():
    assert seen({WELL: (1, 50.0)}).ready
    assert not seen({WELL: (1, 50.0)}, apis=("barcode", "labelling")).ready


def test_without_an_api_there_is_nothing_to_be_ready_with():
    assert not seen({WELL: (1, 50.0)}, apis=()).ready


def test_a_refusal_is_overcome_by_a_later_good_call_of_the_same_operation():
    def overcome(last_well, operation="generate"):
        counts = {("barcode", operation, 200, None): (1, last_well), WRONG: (3, 20.0)}
        (met,) = seen(counts).apis[0].met
        assert (met.status, met.reason, met.times) == (400, "malformed", 3)
        return met.overcome

    assert overcome(20.5)
    assert not overcome(19.5)
    assert not overcome(20.0)
    assert not overcome(20.5, operation="another")


def test_refusals_stand_newest_first():
    counts = {WRONG: (1, 5.0), ("barcode", "generate", 401, "credential-unknown"): (1, 9.0)}
    assert [met.status for met in seen(counts).apis[0].met] == [401, 400]


def test_a_channel_that_took_nothing_keeps_it_from_being_ready():
    counts = {WELL: (1, 50.0)}
    assert seen(counts, channels=[ChannelSeen("ours", 1)]).ready
    assert not seen(counts, channels=[ChannelSeen("ours", 1), ChannelSeen("other", 0)]).ready


KEYS = st.tuples(
    st.sampled_from(["barcode", "labelling"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from([200, 302, 400, 429, 500]),
    st.sampled_from([None, "malformed"]),
)
COUNTS = st.dictionaries(KEYS, st.tuples(st.integers(1, 9), st.floats(0, 100)))


@given(COUNTS)
def test_says_the_same_as_going_through_the_calls_one_by_one(counts):
    calls = sorted((at, key) for key, (_, at) in counts.items())
    for api in ("barcode", "labelling"):
        (found,) = seen(counts, apis=(api,)).apis
        own = [(at, key) for at, key in calls if key[0] == api]
        good = [(at, key) for at, key in own if key[2] < 400]
        assert found.successes == sum(counts[key][0] for _, key in good)
        assert found.last_success_at == (good[-1][0] if good else None)
        for met in found.met:
            later = [at for at, key in good if key[1] == met.operation and at > met.last_at]
            assert met.overcome == bool(later)
        assert found.bears_refusals == all(met.overcome for met in found.met)
        assert len(found.met) == len(own) - len(good)
