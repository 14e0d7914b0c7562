"""The breaker, against the words of its table."""

from hypothesis import given
from hypothesis import strategies as st

from sluis.server.jobs.breaker import Breaker


def opened(at=0.0):
    breaker = Breaker()
    for _ in range(10):
        breaker.note(at, good=False)
    return breaker


def test_opens_at_the_tenth_failure():
    breaker = Breaker()
    for number in range(9):
        breaker.note(float(number), good=False)
    assert breaker.lets_through(9.0) is None
    breaker.note(9.0, good=False)
    assert breaker.lets_through(9.0) == 0


def test_looks_at_five_minutes_only():
    breaker = Breaker()
    for number in range(9):
        breaker.note(float(number), good=False)
    breaker.note(400.0, good=False)
    assert breaker.lets_through(400.0) is None


def test_stays_closed_below_seven_in_ten():
    breaker = Breaker()
    for number in range(100):
        breaker.note(float(number), good=number % 10 < 4)
    assert breaker.lets_through(100.0) is None


def test_probes_once_and_waits_twice_as_long_each_time():
    breaker, now, pauses = opened(), 0.0, []
    for _ in range(7):
        pauses.append(breaker.open_until - now)
        now = breaker.open_until
        assert breaker.lets_through(now - 0.001) == 0
        assert breaker.lets_through(now) == 1
        breaker.begin(now)
        assert breaker.lets_through(now) == 0
        breaker.note(now, good=False)
    assert pauses == [30, 60, 120, 240, 480, 900, 900]


def test_closes_when_the_probe_is_good():
    breaker = opened()
    breaker.begin(30.0)
    breaker.note(30.5, good=True)
    assert breaker.lets_through(30.5) is None
    assert breaker.pause == 30


@given(st.lists(st.tuples(st.floats(0, 60), st.booleans(), st.booleans()), max_size=60))
def test_never_stays_open_without_letting_a_probe_through(events):
    breaker, now = Breaker(), 0.0
    for pause, good, told in events:
        now += pause
        if breaker.lets_through(now) != 0:
            breaker.begin(now)
            if told:
                breaker.note(now, good=good)
            else:
                breaker.forget()
    assert breaker.lets_through(now + 900) != 0


@given(st.lists(st.tuples(st.floats(0, 90), st.sampled_from([True, False, False, False]))))
def test_opens_when_a_count_of_the_last_five_minutes_says_so(events):
    breaker, now, seen = Breaker(), 0.0, []
    for pause, good in events:
        now += pause
        breaker.note(now, good=good)
        seen.append((now, good))
        lately = [good for at, good in seen if at >= now - 300]
        enough = len(lately) >= 10 and lately.count(False) >= 0.7 * len(lately)
        assert (breaker.open_until is not None) == enough
        if enough:
            break
