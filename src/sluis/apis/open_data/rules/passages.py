"""Bridges and lock doors, made up: they turn for ships, one movement after the other.

Time is cut into cycles; in most of them a bridge opens once and a lock passes one lot of
ships inwards. About every ten days a part fails for a while, and nothing moves until it works.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from sluis.apis.open_data.rules.chance import between, pick, share
from sluis.apis.open_data.rules.clock import DAY, HOUR, MINUTE, utc
from sluis.apis.open_data.rules.places import BRIDGES, LOCKS, Lock, Place

BRIDGE_CYCLE = 40 * MINUTE
LOCK_CYCLE = 110 * MINUTE
DISTURBANCE_PERIOD = 10 * DAY

WORKING, NO_DATA = "WORKING", "NO_DATA"
# What goes wrong, and for how many minutes; never more than six hours.
DISTURBANCES = (("MALFUNCTIONING", 20, 120), ("OUT_OF_ORDER", 120, 360), (NO_DATA, 5, 30))


class Turn(NamedTuple):
    """A part enters a state."""

    moment: int
    part: str
    state: str


class Disturbance(NamedTuple):
    start: int
    end: int
    state: str


@lru_cache(maxsize=16)
def bridges(seed: str, minute: int) -> list[dict[str, Any]]:
    """Return the state of every bridge at the start of a minute since 1970."""
    return [bridge(seed, place, minute * MINUTE) for place in BRIDGES]


@lru_cache(maxsize=16)
def locks(seed: str, minute: int) -> list[dict[str, Any]]:
    """Return the state of every lock and its doors at the start of a minute since 1970."""
    return [lock(seed, known, minute * MINUTE) for known in LOCKS]


def bridge(seed: str, place: Place, moment: int) -> dict[str, Any]:
    def earlier() -> Iterator[tuple[Turn, ...]]:
        return (opening(seed, place, n) for n in count(moment // BRIDGE_CYCLE, -1))

    return {
        "bridge_id": place.code,
        "description": place.name,
        "latitude_wgs84": place.latitude,
        "longitude_wgs84": place.longitude,
        **situation(seed, place.code, "DOWN", earlier(), moment),
    }


def lock(seed: str, known: Lock, moment: int) -> dict[str, Any]:
    def earlier() -> Iterator[tuple[Turn, ...]]:
        return (locking(seed, known, n) for n in count(moment // LOCK_CYCLE, -1))

    return {
        "lock_id": known.place.code,
        "description": known.place.name,
        "latitude_wgs84": known.place.latitude,
        "longitude_wgs84": known.place.longitude,
        "lock_doors": [
            {
                "lock_door_id": door.code,
                "latitude_wgs84": door.latitude,
                "longitude_wgs84": door.longitude,
                **situation(seed, door.code, "CLOSED", earlier(), moment),
            }
            for door in known.doors
        ],
    }


def situation(
    seed: str, part: str, rest: str, earlier: Iterator[tuple[Turn, ...]], moment: int
) -> dict[str, str]:
    """Return what a part does and since when, given its turns by cycle, the latest first."""
    turns = (turn for cycle in earlier for turn in reversed(cycle))
    turn = next(turn for turn in turns if turn.part == part and turn.moment <= moment)
    state, since = turn.state, turn.moment
    failure = last_disturbance(seed, part, moment)
    failing = moment < failure.end
    changed = failure.start if failing else failure.end
    if failure.state == NO_DATA and changed > since:
        state, since = (NO_DATA if failing else rest), changed
    return {
        "state": state,
        "state_since_in_utc": utc(since),
        "operational_state": failure.state if failing else WORKING,
        "operational_state_since_in_utc": utc(changed),
    }


# The cycle under way is asked for every minute.
@lru_cache(maxsize=256)
def opening(seed: str, place: Place, cycle: int) -> tuple[Turn, ...]:
    """Return the turns of a bridge in one cycle: it opens once, or not at all."""
    about = (seed, place.code, cycle)
    if cycle % 12 and share(*about, "quiet") < 0.45:
        return ()
    up = cycle * BRIDGE_CYCLE + between(2 * MINUTE, 15 * MINUTE, *about, "start")
    open_ = up + 2 * MINUTE
    down = open_ + between(5 * MINUTE, 14 * MINUTE, *about, "open")
    closed = down + 2 * MINUTE
    if disturbed(seed, (place.code,), up, closed):
        return ()
    return (
        Turn(up, place.code, "GOING_UP"),
        Turn(open_, place.code, "UP"),
        Turn(down, place.code, "GOING_DOWN"),
        Turn(closed, place.code, "DOWN"),
    )


@lru_cache(maxsize=128)
def locking(seed: str, known: Lock, cycle: int) -> tuple[Turn, ...]:
    """Return the turns of the doors of a lock in one cycle: the river side, then the docks'."""
    about = (seed, known.place.code, cycle)
    if cycle % 6 and share(*about, "quiet") < 0.2:
        return ()
    moment = first = cycle * LOCK_CYCLE + between(0, 6 * MINUTE, *about, "start")
    turns = []
    for door in known.doors:
        turns.append(Turn(moment, door.code, "OPENING"))
        moment += 4 * MINUTE
        turns.append(Turn(moment, door.code, "OPEN"))
        moment += between(15 * MINUTE, 30 * MINUTE, *about, door.code)
        turns.append(Turn(moment, door.code, "CLOSING"))
        moment += 4 * MINUTE
        turns.append(Turn(moment, door.code, "CLOSED"))
        moment += between(10 * MINUTE, 15 * MINUTE, *about, "levelling")
    if disturbed(seed, tuple(door.code for door in known.doors), first, moment):
        return ()
    return tuple(turns)


def disturbed(seed: str, parts: tuple[str, ...], start: int, end: int) -> bool:
    """Return whether one of the parts fails at any moment from start to end."""
    return any(
        failure.start <= end and start <= failure.end
        for part in parts
        for failure in {disturbance(seed, part, n // DISTURBANCE_PERIOD) for n in (start, end)}
    )


def last_disturbance(seed: str, part: str, moment: int) -> Disturbance:
    """Return the failure that a part has, or else the last one that it had."""
    period = moment // DISTURBANCE_PERIOD
    failure = disturbance(seed, part, period)
    return failure if failure.start <= moment else disturbance(seed, part, period - 1)


@lru_cache(maxsize=512)
def disturbance(seed: str, part: str, period: int) -> Disturbance:
    """Return the one failure of a part in a period of ten days; it ends within the period."""
    about = (seed, part, period, "disturbance")
    state, shortest, longest = pick(DISTURBANCES, *about)
    start = period * DISTURBANCE_PERIOD + between(
        HOUR, DISTURBANCE_PERIOD - 8 * HOUR, *about, "start"
    )
    return Disturbance(start, start + between(shortest, longest, *about, "long") * MINUTE, state)
