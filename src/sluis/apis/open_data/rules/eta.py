"""Ships and opening times at the container terminals, made up from the same port calls."""

from collections.abc import Iterator
from typing import Any

from sluis.apis.open_data.rules.clock import DAY, HOUR, local
from sluis.apis.open_data.rules.places import CONTAINERS
from sluis.apis.open_data.rules.port_calls import (
    ARRIVAL_EVERY,
    LONGEST_STAY,
    PortCall,
    planned,
)

KNOWN_BEFORE = 5 * DAY


def vessels(seed: str, moment: int) -> list[dict[str, Any]]:
    """Return the ships that a terminal expects within five days, or has at its quay."""
    return [vessel(call, moment) for call in visits(seed, moment)]


def visits(seed: str, moment: int) -> Iterator[PortCall]:
    first = (moment - LONGEST_STAY) // ARRIVAL_EVERY
    last = (moment + KNOWN_BEFORE) // ARRIVAL_EVERY
    for number in range(first, last + 1):
        call = planned(seed, number)
        known = call.arrives - KNOWN_BEFORE <= moment < call.leaves
        if known and call.berth.cargo == CONTAINERS and not call.called_off(moment):
            yield call


def vessel(call: PortCall, moment: int) -> dict[str, Any]:
    first = call.eta.values[0]
    return {
        "portLoCode": call.berth.port,
        "terminalOperatorCode": call.berth.operator,
        "terminalCode": call.berth.terminal,
        "vesselName": call.ship.name,
        "imo": call.ship.imo,
        "voyageOut": str(call.number),
        "eta": local(call.eta.by(moment)),
        "ata": local(call.arrives) if call.arrives <= moment else None,
        "etd": local(call.etd.by(moment)),
        # Opening times follow the first estimate and stay: cargo is on its way to them.
        "cargoOpening": local(whole_hour(first) - 7 * DAY),
        "cargoOpeningReefers": local(whole_hour(first) - 3 * DAY),
    }


def whole_hour(moment: int) -> int:
    return moment // HOUR * HOUR
