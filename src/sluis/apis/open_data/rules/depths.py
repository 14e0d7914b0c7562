"""Soundings of the docks, made up: silt settles, and every fourth survey finds a dredged bed.

Depths are metres below the zero of the Belgian levelling (TAW), on a grid over the dock.
"""

from dataclasses import dataclass
from math import sin, tau

from sluis.apis.open_data.rules.chance import between, drift, share
from sluis.apis.open_data.rules.clock import DAY
from sluis.apis.open_data.rules.places import DOCKS, Place

SURVEY_EVERY = 28 * DAY
ROWS, COLUMNS = 16, 40
ROW_DEGREES, COLUMN_DEGREES = 0.00009, 0.00014  # about 10 metres each


@dataclass(frozen=True, slots=True)
class Survey:
    code: str  # of the infrastructure
    number: int
    measured: int


def last_survey(seed: str, code: str, moment: int) -> Survey:
    """Return the survey of a dock that was the last one done at a moment."""
    offset = between(0, SURVEY_EVERY - 1, seed, "survey", code)
    number = (moment - offset) // SURVEY_EVERY
    return Survey(code, number, number * SURVEY_EVERY + offset)


def known(code: str) -> bool:
    return any(dock.code == code for dock in DOCKS)


def soundings(seed: str, code: str, number: int) -> str:
    """Return a survey as lines of longitude, latitude and depth, under a line that names them."""
    dock = next(dock for dock in DOCKS if dock.code == code)
    lines = ["longitude_wgs84,latitude_wgs84,depth_m_taw"]
    for row in range(ROWS):
        for column in range(COLUMNS):
            east = dock.longitude + column * COLUMN_DEGREES
            north = dock.latitude + row * ROW_DEGREES
            lines.append(f"{east:.5f},{north:.5f},{depth(seed, dock, number, row, column):.2f}")
    return "\n".join(lines) + "\n"


def depth(seed: str, dock: Place, number: int, row: int, column: int) -> float:
    dredged = between(130, 180, seed, "dredged", dock.code) / 10
    across = sin(tau / 2 * (row + 0.5) / ROWS)  # shallow along both quays
    silt = 0.25 * (number % 4) * (1 + 0.4 * drift(column, 9, seed, dock.code, number))
    noise = 0.1 * share(seed, dock.code, number, row, column)
    return dredged - 3.0 * (1 - across) - silt - noise
