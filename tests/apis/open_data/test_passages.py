"""Bridges and locks, looked at minute by minute."""

from datetime import datetime
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.apis.open_data.rules import passages
from sluis.apis.open_data.rules.clock import DAY, seconds
from sluis.apis.open_data.rules.shapes import BRIDGE_STATES, DOOR_STATES, OPERATIONAL_STATES

MINUTES = st.integers(min_value=0, max_value=100 * 365 * 24 * 60)
NEXT_OF_BRIDGE = {"DOWN": "GOING_UP", "GOING_UP": "UP", "UP": "GOING_DOWN", "GOING_DOWN": "DOWN"}
NEXT_OF_DOOR = {"CLOSED": "OPENING", "OPENING": "OPEN", "OPEN": "CLOSING", "CLOSING": "CLOSED"}
A_SHIFT = 8 * 60  # minutes


def bridges(minute):
    return {bridge["bridge_id"]: bridge for bridge in passages.bridges("port/uat", minute)}


def doors(minute):
    found = passages.locks("port/uat", minute)
    return {door["lock_door_id"]: door for lock in found for door in lock["lock_doors"]}


def moment(text):
    return seconds(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("look", "following"),
    [
        pytest.param(bridges, NEXT_OF_BRIDGE, id="bridges"),
        pytest.param(doors, NEXT_OF_DOOR, id="doors"),
    ],
)
@settings(max_examples=4)
@given(start=MINUTES)
def test_moves_in_order(look, following, start):
    seen = [look(start + n) for n in range(A_SHIFT)]
    for name in seen[0]:
        states = [state for state, _ in groupby(parts[name]["state"] for parts in seen)]
        rest = next(iter(following))
        for state, later in pairwise(states):
            if "NO_DATA" in (state, later):
                assert {state, later} == {"NO_DATA", rest}
            else:
                assert later == following[state]


@pytest.mark.parametrize("look", [bridges, doors])
@pytest.mark.parametrize("state", ["state", "operational_state"])
@settings(max_examples=25)
@given(minute=MINUTES)
def test_is_since_when_it_says(look, state, minute):
    for name, part in look(minute).items():
        since = moment(part[f"{state}_since_in_utc"])
        assert since <= minute * 60
        first_seen = -(-since // 60)  # the first minute at or after the change
        if first_seen < minute:
            assert look(first_seen)[name][state] == part[state]
        if since > first_seen * 60 - 60:
            assert look(first_seen - 1)[name][state] != part[state]


@settings(max_examples=4)
@given(MINUTES)
def test_two_sides_of_a_lock_are_never_open_at_once(start):
    for minute in range(start, start + A_SHIFT):
        for lock in passages.locks("port/uat", minute):
            assert (
                sum(door["state"] not in ("CLOSED", "NO_DATA") for door in lock["lock_doors"]) < 2
            )


@pytest.mark.parametrize("look", [bridges, doors])
@settings(max_examples=10)
@given(period=st.integers(0, 3000))
def test_what_fails_does_not_move(look, period):
    for name in look(0):
        failure = passages.disturbance("port/uat", name, period)
        for minute in range(-(-failure.start // 60), -(-failure.end // 60), 5):
            part = look(minute)[name]
            assert part["operational_state"] == failure.state
            assert part["state"] in ("DOWN", "CLOSED", "NO_DATA")


@given(MINUTES)
def test_states_are_documented_ones(minute):
    assert {part["state"] for part in bridges(minute).values()} <= set(BRIDGE_STATES)
    assert {part["state"] for part in doors(minute).values()} <= set(DOOR_STATES)
    for part in (*bridges(minute).values(), *doors(minute).values()):
        assert part["operational_state"] in OPERATIONAL_STATES


def test_everything_happens_within_a_month():
    minutes = range(29_000_000, 29_000_000 + 30 * DAY // 60, 7)
    looks = [part for minute in minutes for part in bridges(minute).values()]
    seen = {part["state"] for part in looks}
    worked = {part["operational_state"] for part in looks}
    assert seen == {*NEXT_OF_BRIDGE, "NO_DATA"}
    assert worked == set(OPERATIONAL_STATES)


@settings(max_examples=3)
@given(MINUTES)
def test_every_bridge_opens_within_two_days(start):
    seen = {name: set() for name in bridges(start)}
    for minute in range(start, start + 48 * 60, 4):
        for name, bridge in bridges(minute).items():
            seen[name].add(bridge["state"])
    assert all("UP" in states for states in seen.values())


@given(MINUTES)
def test_same_minute_has_the_same_answer(minute):
    before = bridges(minute), doors(minute)
    for memory in (passages.bridges, passages.locks, passages.opening, passages.locking):
        memory.cache_clear()
    assert (bridges(minute), doors(minute)) == before
