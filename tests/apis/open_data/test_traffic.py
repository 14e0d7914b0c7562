"""The traffic of the port: it may be asked for at any moment and has to tell one story."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import imo

from sluis.apis.open_data.rules import port_calls, traffic
from sluis.apis.open_data.rules.clock import DAY, HOUR, MINUTE, seconds, utc
from sluis.apis.open_data.rules.fleet import SHIPS, ship
from sluis.apis.open_data.rules.port_calls import planned

MOMENTS = st.integers(0, 28 * 10**8)  # 1970 to 2058
CALLS = st.integers(min_value=0, max_value=10**6).map(lambda number: planned("port/uat", number))
NOON = seconds(datetime(2026, 6, 3, 12, tzinfo=UTC))


def stays(moment):
    return {stay["stay_number"]: stay for stay in traffic.stays("port/uat", moment)}


def voyages(moment):
    """Return every voyage that is shown, by computing them all."""
    return {
        (call.number, sequence): traffic.voyage(call, sequence, moment)
        for call in port_calls.calls("port/uat", moment)
        for sequence, leg in call.voyages()
        if leg.announced <= moment
    }


@settings(max_examples=40)
@given(MOMENTS)
def test_some_fifty_ships_are_in_port(moment):
    in_port = sum(call.in_port(moment) for call in port_calls.calls("port/uat", moment))
    assert 35 <= in_port <= 62


@settings(max_examples=10)
@given(MOMENTS)
def test_all_calls_that_are_shown_are_found(moment):
    here = moment // port_calls.ARRIVAL_EVERY
    wide = [planned("port/uat", number) for number in range(here - 250, here + 100)]
    shown = [call for call in wide if call.shown(moment) and call.berth.port == "BEANR"]
    assert list(port_calls.calls("port/uat", moment)) == shown


@settings(max_examples=20)
@given(MOMENTS, st.integers(0, 2 * DAY))
def test_number_ship_and_start_of_a_stay_never_change(moment, later):
    before, after = stays(moment), stays(moment + later)
    for number in before.keys() & after.keys():
        assert before[number]["ship"] == after[number]["ship"]
        if before[number]["stay_start"] is not None:
            assert before[number]["stay_start"] == after[number]["stay_start"]
        if before[number]["stay_end"] is not None:
            assert before[number]["stay_end"] == after[number]["stay_end"]


@settings(max_examples=20)
@given(MOMENTS)
def test_no_ship_is_there_twice(moment):
    names = Counter(stay["ship"]["ship_name"] for stay in stays(moment).values())
    assert names.most_common(1)[0][1] == 1


@settings(max_examples=20)
@given(MOMENTS)
def test_stay_starts_and_ends_in_the_past(moment):
    now = utc(moment)
    for stay in stays(moment).values():
        start, end = stay["stay_start"], stay["stay_end"]
        assert start is None or start <= now
        assert end is None or start < end <= now


@given(CALLS, st.data())
def test_nothing_changes_between_the_moments_of_a_call(call, data):
    """A client that asks for changes since a moment relies on this."""
    index = data.draw(st.integers(0, len(call.moments) - 1))
    start = call.moments[index]
    end = call.moments[index + 1] if index + 1 < len(call.moments) else start + 3 * DAY
    between = data.draw(st.integers(start, end - 1))
    assert traffic.stay(call, between) == traffic.stay(call, start)
    for sequence, leg in enumerate(call.legs, 1):
        if leg.announced <= start:
            found = traffic.voyage(call, sequence, between)
            assert found == traffic.voyage(call, sequence, start)


def naive_changes(look, since, moment, step):
    """Return what differs from one look to the next, looking every `step` seconds."""
    times = [*range(since, moment, step), moment]
    seen, changed = look(times[0]), set()
    for time in times[1:]:
        now = look(time)
        changed |= {key for key, value in now.items() if seen.get(key) != value}
        seen = now
    return {key: value for key, value in seen.items() if key in changed}


@settings(max_examples=8)
@given(MOMENTS, st.integers(0, 6 * HOUR))
def test_changed_stays_are_those_that_a_watcher_saw_change(moment, ago):
    expected = naive_changes(stays, moment - ago, moment, 5 * MINUTE)
    found = traffic.stays_changed("port/uat", moment - ago, moment)
    assert {stay["stay_number"]: stay for stay in found} == expected


@settings(max_examples=4)
@given(MOMENTS, st.integers(0, 6 * HOUR))
@example(169_824_211, 1)  # a voyage out would be told of after its call was called off
def test_changed_voyages_are_those_that_a_watcher_saw_change(moment, ago):
    expected = naive_changes(voyages, moment - ago, moment, 10 * MINUTE)
    found = traffic.voyages_changed("port/uat", moment - ago, moment)
    assert {voyage["voyage_number"]: voyage for voyage in found} == {
        voyage["voyage_number"]: voyage for voyage in expected.values()
    }


@settings(max_examples=10)
@given(MOMENTS, st.integers(1, 6 * HOUR))
def test_polling_loses_nothing_and_repeats_nothing(moment, ago):
    middle = moment - ago // 2
    first = traffic.stays_changed("port/uat", moment - ago, middle)
    second = traffic.stays_changed("port/uat", middle, moment)
    once = traffic.stays_changed("port/uat", moment - ago, moment)
    told = {stay["stay_number"] for stay in (*first, *second)} & stays(moment).keys()
    assert told == {stay["stay_number"] for stay in once}


def test_what_happens_in_this_second_is_told_once():
    call = next(call for call in port_calls.calls("port/uat", NOON) if call.in_port(NOON))
    number = str(call.number)

    def told(since, moment):
        found = traffic.stays_changed("port/uat", since, moment)
        return number in [stay["stay_number"] for stay in found]

    arrives = call.arrives
    assert told(arrives - 1, arrives)
    assert not told(arrives, arrives + 1)


def test_same_moment_has_the_same_answer():
    before = traffic.stays("port/uat", NOON)
    planned.cache_clear()
    ship.cache_clear()
    assert traffic.stays("port/uat", NOON) == before


def test_cancelled_call_stays_as_it_was_and_goes_after_a_day():
    call = next(
        call
        for call in (planned("port/uat", number) for number in range(674_000, 675_000))
        if call.cancelled is not None
    )
    told = traffic.voyage(call, 1, call.cancelled)
    assert told["voyage_state"] == "CANCELLED"
    assert told["stay_cancelled"] == told["voyage_cancelled"] == utc(call.cancelled)
    assert told["stay_cancelled_reason"]
    assert told["stay_start"] is None
    assert traffic.voyage(call, 1, call.leaves) == told
    assert call.shown(call.cancelled + DAY - 1)
    assert not call.shown(call.cancelled + DAY)


@given(CALLS)
def test_voyages_follow_each_other_from_sea_to_sea(call):
    assert call.legs[0].category == "INCOMING"
    assert call.legs[-1].category == "OUTGOING"
    assert call.legs[0].origin is call.legs[-1].destination is None
    for before, after in zip(call.legs, call.legs[1:], strict=False):
        assert before.destination is after.origin
        assert before.end <= after.start
        assert before.announced < after.announced <= after.start


@given(CALLS)
def test_what_was_estimated_ends_as_what_was(call):
    assert call.eta.by(call.arrives) == call.arrives
    assert all(abs(eta - call.arrives) <= 3 * HOUR for eta in call.eta.values)
    assert call.announced <= call.eta.moments[0] == call.moments[0]
    assert list(call.eta.moments) == sorted(call.eta.moments)
    assert list(call.etd.moments) == sorted(call.etd.moments)


@given(CALLS)
def test_voyage_goes_from_announced_to_completed(call):
    if call.cancelled is None:
        for sequence, leg in enumerate(call.legs, 1):
            states = [
                traffic.voyage(call, sequence, moment)["voyage_state"]
                for moment in (leg.announced, leg.start - 1, leg.start, leg.end - 1, leg.end)
            ]
            assert states[1:] == ["ANNOUNCED", "UNDERWAY", "UNDERWAY", "COMPLETED"]


@given(CALLS)
def test_points_are_passed_in_order(call):
    if call.cancelled is None:
        for sequence in (1, len(call.legs)):
            voyage = traffic.voyage(call, sequence, call.leaves + 8 * HOUR)
            times = [passage["pt"] for passage in voyage["pts"]]
            assert times == sorted(times)
            assert len(times) >= 3
            assert voyage["ata"] == times[-1]
            assert voyage["passage_point_eta"] is None


@pytest.mark.parametrize("seed", ["port/uat", "port/t17"])
def test_ships_have_numbers_of_their_own_that_check(seed):
    fleet = [ship(seed, number) for number in range(SHIPS)]
    assert all(imo.is_valid(found.imo) for found in fleet)
    assert len({found.imo for found in fleet}) == len({found.name for found in fleet}) == SHIPS
    assert all(len(found.mmsi) == 9 and found.mmsi.isdigit() for found in fleet)


def test_imo_numbers_begin_as_none_that_was_issued():
    assert {ship("port/uat", number).imo[0] for number in range(SHIPS)} == {"4"}


@given(st.integers(0, SHIPS - 1))
def test_ships_have_believable_sizes(number):
    found = ship("port/uat", number)
    assert 80 <= found.length <= 400
    assert 12 <= found.breadth <= 62
    assert 4 <= found.draught <= 16
    assert 1_500 <= found.gross_tonnage <= 240_000
