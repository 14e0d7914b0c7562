"""What is told of port calls: their stays and their voyages, as they are known at a moment."""

from bisect import bisect_right
from typing import Any

from sluis.apis.open_data.rules.clock import HOUR, utc
from sluis.apis.open_data.rules.places import Berth, Port
from sluis.apis.open_data.rules.port_calls import RIVER, Leg, PortCall, calls

CANCELLED_REASON = "Ship diverted to another port"


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
        for sequence, leg in call.voyages()
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
    return {
        "voyage_number": f"{call.number}{sequence:02}",
        "stay_number": str(call.number),
        "sequence_in_stay": sequence,
        "agent": call.agent[0],
        "agent_name": call.agent[1],
        "mooring_side": "STARBOARD" if call.number % 3 else "PORT",
        "mooring_position": f"B{call.number % 90 + 10}",
        "route_category": leg.category,
        "voyage_state": state(call, leg, moment),
        **of_ship(call, moment),
        **route(call, leg, moment),
        **ends_of(leg),
        **progress(call, leg, moment),
        **cancellation(call, moment),
    }


def of_ship(call: PortCall, moment: int) -> dict[str, Any]:
    """Return what a ship is, what it draws and who is on board."""
    visitor = call.ship
    return {
        "operational_length": visitor.length,
        "operational_breadth": visitor.breadth,
        "operational_draught_bow": round(visitor.draught - 0.2, 1),
        "operational_draught_stern": visitor.draught,
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
    }


def route(call: PortCall, leg: Leg, moment: int) -> dict[str, Any]:
    """Return the ports that a voyage is between, and where the ship passes from and to sea."""
    following = call.next.by(moment)
    first, last = call.legs[0], call.legs[-1]
    return {
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
        "locks": locks_of(leg),
    }


def progress(call: PortCall, leg: Leg, moment: int) -> dict[str, Any]:
    """Return how far a voyage is: what it passed, what comes next, and when it is expected."""
    starts, ends = expected(call, leg, moment)
    passed = [point for point in leg.passages if point[0] <= moment]
    ahead = [point for point in leg.passages if point[0] > moment]
    reached = passed[-1] if passed else None
    awaited = ahead[0] if ahead else None
    return {
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
        "pts": [{"location": code, "pt": utc(at)} for at, code, _ in passed],
        "travel_plans": [
            plan(starts, "ETD", *place(leg.origin, call.entry)),
            plan(ends, "ETA", *place(leg.destination, call.entry)),
        ],
    }


def cancellation(call: PortCall, moment: int) -> dict[str, str | None]:
    cancelled = utc(moment) if call.called_off(moment) else None
    reason = cancelled and CANCELLED_REASON
    return {
        "stay_cancelled": cancelled,
        "stay_cancelled_reason": reason,
        "voyage_cancelled": cancelled,
        "voyage_cancelled_reason": reason,
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
