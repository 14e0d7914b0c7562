"""Limits are exact both ways; a naive model that remembers everything says what exact is."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.core.quota import MINUTE, Limit, Window, rounded, spend

CALMLY = settings(deadline=None, derandomize=True)
FIVE_HUNDRED = Limit("minute", 500, MINUTE)


@dataclass
class Naive:
    """Counts, for each call, the calls that passed in the windows before it."""

    limits: tuple[Limit, ...]
    passed: list[float] = field(default_factory=list)

    def passes(self, now):
        full = [
            limit
            for limit in self.limits
            if sum(now - then < limit.seconds for then in self.passed) >= limit.calls
        ]
        if not full:
            self.passed.append(now)
        return not full


def windows(*limits):
    return [Window(limit) for limit in limits]


def passes(counted, now):
    return spend(counted, now).wait_seconds == 0


def test_the_five_hundredth_call_of_a_minute_passes_and_the_next_does_not():
    counted = windows(FIVE_HUNDRED)
    assert [passes(counted, 1000.0 + n / 1000) for n in range(501)] == [True] * 500 + [False]


@pytest.mark.parametrize(
    ("later", "passed"),
    [
        pytest.param(59.999, False, id="just before it leaves"),
        pytest.param(60.0, True, id="exactly when it leaves"),
    ],
)
def test_a_call_leaves_the_window_after_exactly_its_length(later, passed):
    counted = windows(Limit("minute", 1, MINUTE))
    assert passes(counted, 1000.0)
    assert passes(counted, 1000.0 + later) is passed


def test_refused_calls_do_not_count():
    counted = windows(Limit("minute", 1, MINUTE))
    assert [passes(counted, now) for now in (0.0, 30.0, 59.0, 60.0)] == [True, False, False, True]


def test_a_call_that_one_limit_refuses_counts_in_none():
    second, minute = Limit("second", 1, 1.0), Limit("minute", 3, MINUTE)
    counted = windows(second, minute)
    calls = [passes(counted, now) for now in (0.0, 0.5, 0.75, 1.0, 2.0, 3.0)]
    assert calls == [True, False, False, True, True, False]


def test_a_full_window_is_full_whatever_a_difference_is_rounded_to():
    counted = windows(Limit("minute", 1, MINUTE))
    first, just_before = 65_511.43137542226, 65_571.43137542225
    assert first + MINUTE - just_before == 0.0
    assert [passes(counted, now) for now in (first, just_before)] == [True, False]


def test_without_limits_there_is_nothing_to_tell():
    assert spend([], 0.0) is None


def test_a_limit_of_no_calls_refuses_every_call():
    assert spend(windows(Limit("minute", 0, MINUTE)), 5.0).wait_seconds == 60


def test_tells_of_the_tightest_limit():
    day, minute = Limit("day", 1000, 86_400.0), Limit("minute", 2, MINUTE)
    counted = windows(day, minute)
    first, second, third = (spend(counted, now) for now in (0.0, 10.0, 20.0))
    assert (first.limit, first.remaining, first.reset_seconds) == (minute, 1, 60)
    assert (second.limit, second.remaining, second.reset_seconds) == (minute, 0, 50)
    assert (third.limit, third.remaining, third.wait_seconds) == (minute, 0, 40)


def test_tells_to_wait_for_the_limit_that_takes_longest():
    day, minute = Limit("day", 1, 86_400.0), Limit("minute", 1, MINUTE)
    for counted in (windows(day, minute), windows(minute, day)):
        spend(counted, 0.0)
        assert spend(counted, 10.0).wait_seconds == 86_390


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        pytest.param(0.0, 0, id="no wait"),
        pytest.param(0.0001, 1, id="hardly a wait is a second"),
        pytest.param(1.0, 1, id="whole seconds stay"),
        pytest.param(1.01, 2, id="parts are rounded up"),
        pytest.param(59.999, 60, id="to the end of the window"),
    ],
)
def test_tells_whole_seconds_upwards(seconds, told):
    assert rounded(seconds) == told


# Whenever calls come, and whatever the limits are.

LIMITS = st.lists(
    st.builds(
        Limit,
        st.sampled_from(["a", "b"]),
        st.integers(1, 6),
        st.sampled_from([0.5, 1.0, 10.0, MINUTE, 86_400.0]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
# Gaps that land exactly on the ends of windows, and any others.
GAPS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 9.9, 10.0, 59.9, 60.0]) | st.floats(0, 100)
ARRIVALS = st.tuples(st.floats(0, 1e9), st.lists(GAPS, max_size=60))


@CALMLY
@given(LIMITS, ARRIVALS)
def test_lets_pass_what_a_naive_count_lets_pass(limits, arrivals):
    (now, gaps), naive, counted = arrivals, Naive(limits), windows(*limits)
    for gap in gaps:
        now += gap
        assert passes(counted, now) == naive.passes(now)


@CALMLY
@given(LIMITS, ARRIVALS)
def test_remembers_no_more_calls_than_the_limit(limits, arrivals):
    (now, gaps), counted = arrivals, windows(*limits)
    for gap in gaps:
        now += gap
        left = spend(counted, now)
        assert left.remaining >= 0
        assert all(len(window.times) <= window.limit.calls for window in counted)


# Times whose sums are exact, as those of a clock that counts in 64ths are.
TICKS = st.lists(st.integers(0, 640), min_size=1, max_size=60)


@CALMLY
@given(LIMITS, TICKS)
def test_who_waits_as_long_as_was_told_passes(limits, ticks):
    now, counted = 0.0, windows(*limits)
    for tick in ticks:
        now += tick / 64
        left = spend(counted, now)
        if left.wait_seconds:
            now += left.wait_seconds
            assert passes(counted, now)


@CALMLY
@given(LIMITS, TICKS)
def test_tells_nobody_to_wait_a_second_too_long(limits, ticks):
    now, counted, naive = 0.0, windows(*limits), Naive(limits)
    for tick in ticks:
        now += tick / 64
        wait = spend(counted, now).wait_seconds
        if not naive.passes(now) and wait > 1:
            assert not Naive(limits, list(naive.passed)).passes(now + wait - 1)
