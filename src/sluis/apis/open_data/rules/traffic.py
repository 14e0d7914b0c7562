"""Ships that are announced, come in, shift, and leave, made up: one arrival every 44 minutes.

A port call is planned whole from its number. What is known of it at a moment is what has been
told by then: every estimate stands until the next one, and nothing changes between moments.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sluis.apis.open_data.rules.chance import between, pick, share
from sluis.apis.open_data.rules.clock import DAY, HOUR, MINUTE, utc
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
CANCELLED_REASON = "Ship diverted to another port"


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

    def in_port(self, moment: int) -> bool:
        return self.cancelled is None and self.arrives <= moment < self.leaves


def stays(seed: str, moment: int) -> list[dict[str, Any]]:
    """Return every stay: expected, in port, or over for less than a day."""
    return [stay(call, moment) for call in calls(seed, moment)]


def stays_changed(seed: str, since: int, moment: int) -> list[dict[str, Any]]:
    """Return the stays that are not what they were, or were not there, at `since`."""
    return [
        stay(call, moment)
        for call in calls(seed, moment)
        if any(stay_changes(call, at) for at in told_between(call, since, moment))
    ]


def stay_changes(call: PortCall, moment: int) -> bool:
    """Return whether a stay is other than it was a second before."""
    return moment == call.announced or stay(call, moment) != stay(call, moment - 1)


def voyages_changed(seed: str, since: int, moment: int) -> list[dict[str, Any]]:
    """Return the voyages that are not what they were, or were not there, at `since`."""
    return [
        voyage(call, sequence, moment)
        for call in calls(seed, moment)
        if (told := told_between(call, since, moment))
        for sequence, leg in enumerate(call.legs, 1)
        if any(voyage_changes(call, sequence, leg.announced, at) for at in told)
    ]


def voyage_changes(call: PortCall, sequence: int, announced: int, moment: int) -> bool:
    if moment <= announced:
        return moment == announced
    return voyage(call, sequence, moment) != voyage(call, sequence, moment - 1)


def told_between(call: PortCall, since: int, moment: int) -> tuple[int, ...]:
    """Return the moments after `since` up to and including `moment`."""
    times = call.moments
    return times[bisect_right(times, since) : bisect_right(times, moment)]


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


def stay(call: PortCall, moment: int) -> dict[str, Any]:
    """Return what is known of a call that has been announced."""
    moment = call.known(moment)
    visitor = call.ship
    return {
        "stay_number": str(call.number),
        "stay_start": happened(call.arrives, moment),
        "stay_end": happened(call.leaves, moment),
        "etd": utc(call.etd.by(moment)),
        "previous_port_of_call": call.previous.code,
        "next_port_of_call": call.next.by(moment).code,
        "cbs_entry_point": call.entry.code,
        "cbs_entry_point_eta": utc(call.eta.by(moment) - RIVER),
        "berth_at_arrival": call.berth.code,
        "berth_at_departure": call.departure_berth.by(moment).code,
        "ship": {
            "imo_number": visitor.imo,
            "call_sign": visitor.call_sign,
            "ship_type": visitor.build.ship_type,
            "ship_name": visitor.name,
        },
    }


def happened(at: int, moment: int) -> str | None:
    return utc(at) if at <= moment else None


def voyage(call: PortCall, sequence: int, moment: int) -> dict[str, Any]:
    """Return what is known of one voyage that has been announced."""
    leg = call.legs[sequence - 1]
    moment = call.known(moment)
    cancelled = utc(moment) if call.called_off(moment) else None
    visitor, following = call.ship, call.next.by(moment)
    first, last = call.legs[0], call.legs[-1]
    starts, ends = expected(call, leg, moment)
    passed = [point for point in leg.passages if point[0] <= moment]
    ahead = [point for point in leg.passages if point[0] > moment]
    reached = passed[-1] if passed else None
    awaited = ahead[0] if ahead else None
    return {
        "voyage_number": f"{call.number}{sequence:02}",
        "stay_number": str(call.number),
        "sequence_in_stay": sequence,
        "operational_length": visitor.length,
        "operational_breadth": visitor.breadth,
        "operational_draught_bow": round(visitor.draught - 0.2, 1),
        "operational_draught_stern": visitor.draught,
        "agent": call.agent[0],
        "agent_name": call.agent[1],
        "previous_port_of_call": call.previous.code,
        "previous_port_of_call_name": call.previous.name,
        "next_port_of_call": following.code,
        "next_port_of_call_name": following.name,
        "port_of_origin": call.previous.code if leg is first else "BEANR",
        "port_of_origin_name": call.previous.name if leg is first else "Antwerpen",
        "port_of_destination": following.code if leg is last else "BEANR",
        "port_of_destination_name": following.name if leg is last else "Antwerpen",
        "cbs_entry_point": call.entry.code,
        "cbs_entry_point_name": call.entry.name,
        "cbs_entry_point_eta": utc(call.eta.by(moment) - RIVER),
        "cbs_exit_point": call.entry.code,
        "cbs_exit_point_name": call.entry.name,
        "cbs_exit_point_ata": happened(last.end, moment),
        "stay_start": happened(call.arrives, moment),
        "stay_end": happened(call.leaves, moment),
        "voyage_start": happened(leg.start, moment),
        "voyage_end": happened(leg.end, moment),
        "passage_point_eta": awaited and awaited[1],
        "passage_point_eta_name": awaited and awaited[2],
        "eta": utc(ends),
        "passage_point_ata": reached and reached[1],
        "passage_point_ata_name": reached and reached[2],
        "ata": reached and utc(reached[0]),
        "etd": utc(starts),
        "stay_cancelled": cancelled,
        "stay_cancelled_reason": cancelled and CANCELLED_REASON,
        "voyage_cancelled": cancelled,
        "voyage_cancelled_reason": cancelled and CANCELLED_REASON,
        **ends_of(leg),
        "mooring_side": "STARBOARD" if call.number % 3 else "PORT",
        "mooring_position": f"B{call.number % 90 + 10}",
        "route_category": leg.category,
        "voyage_state": state(call, leg, moment),
        "incoming_mode": "TIDAL" if visitor.draught > 13 else "NORMAL",
        "ship": {
            "ship_name": visitor.name,
            "imo_number": visitor.imo,
            "mmsi_number": visitor.mmsi,
            "call_sign": visitor.call_sign,
            "flag_code": visitor.flag,
            "ship_type": visitor.build.ship_type,
            "gross_tonnage": visitor.gross_tonnage,
        },
        "persons_on_board": {
            "name_captain": call.captain,
            "crew_members_count": visitor.crew,
            "passengers_count": 0,
            "sent": moment >= call.announced + HOUR,
        },
        "pts": [{"location": code, "pt": utc(at)} for at, code, _ in passed],
        "locks": locks_of(leg),
        "travel_plans": [
            plan(starts, "ETD", *place(leg.origin, call.entry)),
            plan(ends, "ETA", *place(leg.destination, call.entry)),
        ],
    }


def expected(call: PortCall, leg: Leg, moment: int) -> tuple[int, int]:
    """Return when a voyage starts and ends by what is known now."""
    if leg.category == "INCOMING":
        late = call.eta.by(moment) - call.arrives
    elif leg.category == "OUTGOING":
        late = call.etd.by(moment) - call.legs[-1].start
    else:
        late = 0
    starts = leg.start if moment >= leg.start else leg.start + late
    return starts, leg.end if moment >= leg.end else leg.end + late


def state(call: PortCall, leg: Leg, moment: int) -> str:
    if call.called_off(moment):
        return "CANCELLED"
    if moment < leg.start:
        return "ANNOUNCED"
    return "UNDERWAY" if moment < leg.end else "COMPLETED"


def ends_of(leg: Leg) -> dict[str, str | None]:
    """Return the berths and terminals at both ends; None at sea."""
    origin, destination = leg.origin, leg.destination
    return {
        "berth_of_origin": origin and origin.code,
        "berth_of_origin_name": origin and origin.name,
        "terminal_of_origin": origin and origin.terminal,
        "terminal_of_origin_name": origin and origin.terminal_name,
        "berth_of_destination_from": destination and destination.code,
        "berth_of_destination_from_name": destination and destination.name,
        "berth_of_destination_to": destination and destination.code,
        "berth_of_destination_to_name": destination and destination.name,
        "terminal_of_destination": destination and destination.terminal,
        "terminal_of_destination_name": destination and destination.terminal_name,
    }


def locks_of(leg: Leg) -> list[dict[str, str]]:
    """Return the locks on the way; a shift between docks on one side needs none."""
    inside = (leg.origin and leg.origin.lock, leg.destination and leg.destination.lock)
    out, inward = inside if inside[0] != inside[1] else (None, None)
    found = [{"lock_code": out, "direction": "OUT"}] if out else []
    return found + ([{"lock_code": inward, "direction": "IN"}] if inward else [])


def place(berth: Berth | None, entry: Port) -> tuple[str, str]:
    return (berth.code, berth.name) if berth else (entry.code, entry.name)


def plan(moment: int, kind: str, code: str, name: str) -> dict[str, str]:
    return {
        "time": utc(moment),
        "time_type": kind,
        "location": code,
        "location_name": name,
        "source": "AGENT",
    }
