"""Port calls made up: ships that are announced, come in, shift, and leave, one every 44 minutes.

A port call is planned whole from its number. What is known of it at a moment is what has been
told by then: every estimate stands until the next one, and nothing changes between moments.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sluis.apis.open_data.rules.chance import between, pick, share
from sluis.apis.open_data.rules.clock import DAY, HOUR, MINUTE
from sluis.apis.open_data.rules.fleet import SHIPS, Ship, captain, ship
from sluis.apis.open_data.rules.places import (
    BERTHS,
    CONTAINERS,
    ENTRY_POINTS,
    PORTS,
    ZEEBRUGGE_BERTH,
    Berth,
    Port,
)

T = TypeVar("T")

ARRIVAL_EVERY = 44 * MINUTE
ANNOUNCED_BEFORE = 30 * HOUR
SHOWN_AFTER = DAY  # once the ship has left, or the call was cancelled
LONGEST_STAY = 62 * HOUR
RIVER = 7 * HOUR  # from the entry point in the North Sea to the edge of the port
AGENTS = (
    ("AGT01", "Scheldemond Agencies"),
    ("AGT02", "Noorderlijn Shipping"),
    ("AGT03", "Sinjoor Ship Agents"),
    ("AGT04", "Waasland Maritime"),
)


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A value that was told anew at some moments, each telling replacing the one before."""

    moments: tuple[int, ...]
    values: tuple[T, ...]

    def by(self, moment: int) -> T:
        """Return the value last told; before the first telling, that first one."""
        return self.values[max(bisect_right(self.moments, moment) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Leg:
    """One voyage of a port call: in from sea, from berth to berth, or out to sea."""

    category: str
    announced: int
    start: int
    end: int
    origin: Berth | None  # None at sea
    destination: Berth | None
    passages: tuple[tuple[int, str, str], ...]  # when past which point


@dataclass(frozen=True, slots=True)
class PortCall:
    number: int
    ship: Ship
    captain: str
    agent: tuple[str, str]
    previous: Port
    next: Told[Port]
    entry: Port
    berth: Berth
    departure_berth: Told[Berth]
    announced: int
    arrives: int
    leaves: int
    cancelled: int | None
    eta: Told[int]
    etd: Told[int]
    legs: tuple[Leg, ...]
    moments: tuple[int, ...]  # all at which anything may change

    def shown(self, moment: int) -> bool:
        over = self.leaves if self.cancelled is None else self.cancelled
        return self.announced <= moment < over + SHOWN_AFTER

    def called_off(self, moment: int) -> bool:
        return self.cancelled is not None and self.cancelled <= moment

    def known(self, moment: int) -> int:
        """Return up to when to tell: what was called off stays as it was then."""
        return moment if self.cancelled is None else min(moment, self.cancelled)

    def voyages(self) -> list[tuple[int, Leg]]:
        """Return the legs that are ever told of, by their number: none once it is called off."""
        return [
            (sequence, leg)
            for sequence, leg in enumerate(self.legs, 1)
            if self.cancelled is None or leg.announced < self.cancelled
        ]

    def in_port(self, moment: int) -> bool:
        return self.cancelled is None and self.arrives <= moment < self.leaves


def calls(seed: str, moment: int) -> Iterator[PortCall]:
    """Yield the calls at Antwerp that are shown at a moment, in the order of their numbers."""
    first = (moment - LONGEST_STAY - SHOWN_AFTER) // ARRIVAL_EVERY
    last = (moment + ANNOUNCED_BEFORE) // ARRIVAL_EVERY
    for number in range(first, last + 1):
        call = planned(seed, number)
        if call.berth is not ZEEBRUGGE_BERTH and call.shown(moment):
            yield call


# About 230 calls are in sight of the three APIs at once, at some 3 kB each.
@lru_cache(maxsize=1024)
def planned(seed: str, number: int) -> PortCall:
    """Return the port call of one arrival, as it will turn out."""
    about = (seed, "call", number)
    visitor = ship(seed, number * 277 % SHIPS)  # each ship comes back after a fortnight
    arrives = number * ARRIVAL_EVERY + between(0, ARRIVAL_EVERY - 1, *about, "arrives")
    announced = arrives - ANNOUNCED_BEFORE + between(0, 40 * MINUTE, *about, "announced")
    moored = arrives + between(60, 130, *about, "moored") * MINUTE
    hours = between(*visitor.build.hours_in_port, *about, "hours")
    leaves = arrives + hours * HOUR + between(0, 59, *about, "minutes") * MINUTE
    unmoored = leaves - between(60, 120, *about, "unmoored") * MINUTE
    cancelled = cancellation(arrives, *about)
    berth, second = berths(visitor, *about)
    shift_told = moored + between(20, 60, *about, "shift told") * MINUTE
    departure_berth = Told((announced, shift_told), (berth, second))
    eta = estimates(announced, arrives, (12, 6, 3, 1), 150, *about, "eta")
    etd = estimates(announced, unmoored, (20, 10, 5, 2), 180, *about, "etd")
    changes_port = share(*about, "next again") < 0.2
    following = pick(PORTS, *about, "next"), pick(PORTS, *about, "next", changes_port)
    next_port = Told((announced, moored + 5 * HOUR), following)
    entry = pick(ENTRY_POINTS, *about, "entry")
    legs = planned_legs(
        announced, (arrives, moored, shift_told, unmoored, leaves), (berth, second), entry
    )
    return PortCall(
        number=number,
        ship=visitor,
        captain=captain(seed, number),
        agent=pick(AGENTS, *about, "agent"),
        previous=pick(PORTS, *about, "previous"),
        next=next_port,
        entry=entry,
        berth=berth,
        departure_berth=departure_berth,
        announced=announced,
        arrives=arrives,
        leaves=leaves,
        cancelled=cancelled,
        eta=eta,
        etd=etd,
        legs=legs,
        moments=moments(announced, cancelled, leaves, (eta, etd, next_port), legs),
    )


def cancellation(arrives: int, *about: object) -> int | None:
    """Return when a call is cancelled, which one in forty is, before the ship is on the river."""
    if share(*about, "cancelled") >= 0.025:
        return None
    return arrives - between(8, 20, *about, "cancelled at") * HOUR


def berths(visitor: Ship, *about: object) -> tuple[Berth, Berth]:
    """Return where a ship arrives and whence it leaves, which is the same two times in three."""
    fitting = [berth for berth in BERTHS if berth.cargo == visitor.build.cargo]
    arrival = pick(fitting, *about, "berth")
    if visitor.build.cargo == CONTAINERS and share(*about, "zeebrugge") < 0.2:
        return ZEEBRUGGE_BERTH, ZEEBRUGGE_BERTH
    if share(*about, "shifts") < 0.67:
        return arrival, arrival
    return arrival, pick([berth for berth in fitting if berth is not arrival], *about, "second")


def estimates(
    announced: int, fact: int, hours_before: tuple[int, ...], minutes_off: int, *about: object
) -> Told[int]:
    """Return what is expected of a time: closer to it with every telling, and at last exact."""
    times, values = [announced], [fact + off_by(minutes_off, *about, "first")]
    for hours in hours_before:
        minutes_off //= 2
        times.append(fact - hours * HOUR + between(0, 30, *about, hours) * MINUTE)
        values.append(fact + off_by(minutes_off, *about, hours, "off"))
    return Told((*times, fact), (*values, fact))


def off_by(minutes: int, *about: object) -> int:
    return between(-minutes, minutes, *about) * MINUTE


def planned_legs(
    announced: int, times: tuple[int, int, int, int, int], at: tuple[Berth, Berth], entry: Port
) -> tuple[Leg, ...]:
    arrives, moored, shift_told, unmoored, leaves = times
    first, last = at
    inward = passages(arrives - RIVER, arrives, moored, entry, first)
    outward = passages(leaves + RIVER, leaves, unmoored, entry, last)[::-1]
    legs = [Leg("INCOMING", announced, arrives - RIVER, moored, None, first, inward)]
    if last is not first:
        middle = (shift_told + unmoored) // 2
        legs.append(Leg("SHIFT", shift_told, middle, middle + 2 * HOUR, first, last, ()))
    told = shift_told + HOUR
    legs.append(Leg("OUTGOING", told, unmoored, leaves + RIVER, last, None, outward))
    return tuple(legs)


def passages(
    at_sea: int, at_edge: int, moored: int, entry: Port, berth: Berth
) -> tuple[tuple[int, str, str], ...]:
    """Return the points between the sea and a berth with the times past them, inwards."""
    points = [
        (at_sea, entry.code, entry.name),
        (at_sea + (at_edge - at_sea) * 4 // 10, "VLI", "Vlissingen"),
        (at_edge, "PRO", "Prosperpolder"),
    ]
    if berth.lock is not None:
        points.append((at_edge + (moored - at_edge) // 2, berth.lock, f"Sluis {berth.lock}"))
    return tuple(points)


def moments(
    announced: int, cancelled: int | None, leaves: int, told: tuple[Told[Any], ...], legs: Any
) -> tuple[int, ...]:
    """Return every moment at which something is told or happens, in order, each once."""
    found = {announced, announced + HOUR, leaves}
    found.update(moment for value in told for moment in value.moments)
    for leg in legs:
        found.update((leg.announced, leg.start, leg.end))
        found.update(moment for moment, _, _ in leg.passages)
    if cancelled is not None:
        found = {moment for moment in found if moment < cancelled} | {cancelled}
    return tuple(sorted(moment for moment in found if moment >= announced))
