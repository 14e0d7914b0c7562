"""The weather at the stations of the port, made up: one reading a minute each.

Wind is a gale or a breeze for the whole port at once, coloured by each station; temperature
follows the season and the hour.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from math import cos, exp, tau
from typing import Any

from sluis.apis.open_data.rules.chance import drift, share
from sluis.apis.open_data.rules.clock import DAY, HOUR, MINUTE, utc
from sluis.apis.open_data.rules.places import STATIONS, Station

YEAR = 365.2425 * DAY
AVERAGED_SECONDS = 600
STEP_SECONDS = 10 * MINUTE  # between the readings of a window
# The lowest wind of each force from 1 to 12, in m/s.
BEAUFORT = (0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7)


# The readings of the minute are asked for far more often than they change.
@lru_cache(maxsize=16)
def current(seed: str, minute: int) -> dict[str, dict[str, Any]]:
    """Return each station's reading of a minute since 1970, by its name in lower case."""
    moment = minute * MINUTE
    return {station.name.lower(): reading(seed, station, moment) for station in STATIONS}


def window(seed: str, first: int, last: int, location: str | None) -> Iterator[dict[str, Any]]:
    """Yield the readings at every ten minutes from first to last, of one station or of all."""
    start = -(-first // STEP_SECONDS) * STEP_SECONDS
    for moment in range(start, last + 1, STEP_SECONDS):
        for station in STATIONS:
            if location is None or station.name.lower() == location:
                yield reading(seed, station, moment)


def reading(seed: str, station: Station, moment: int) -> dict[str, Any]:
    wind, gust, ship_gust, lull = (round(speed, 1) for speed in winds(seed, station, moment))
    average, highest, lowest, latest = (
        round(degrees, 1) for degrees in temperatures(seed, station, moment)
    )
    direction, direction_now = directions(seed, station, moment)
    return {
        "location": {
            "name": station.name,
            "description": station.description,
            "latitude_wgs84": station.latitude,
            "longitude_wgs84": station.longitude,
        },
        "poa_ingest_time_utc": utc(moment),
        "ws_600": wind,
        "ws_ship_600": ship_gust,
        "ws_max_600": gust,
        "ws_min_600": lull,
        "ws_600_beaufort": beaufort(wind),
        "ws_ship_600_beaufort": beaufort(ship_gust),
        "ws_max_600_beaufort": beaufort(gust),
        "ws_min_600_beaufort": beaufort(lull),
        "wr_600": direction,
        "wr_10": direction_now,
        "tt_600": average,
        "tt_max_600": highest,
        "tt_min_600": lowest,
        "tt_10": latest,
    }


def winds(seed: str, station: Station, moment: int) -> tuple[float, float, float, float]:
    """Return the average, the highest gust, the highest gust for ships and the lowest."""
    strength = (
        0.55 * drift(moment, 36 * HOUR, seed, "wind")
        + 0.30 * drift(moment, 5 * HOUR, seed, "wind, by hour")
        + 0.12 * drift(moment, 40 * MINUTE, seed, "wind", station.name)
        - 0.12 * summer(moment)
    )
    wind = 5.2 * station.exposure * exp(strength)
    gusty = 1.45 + 0.2 * drift(moment, AVERAGED_SECONDS, seed, "gust", station.name)
    # A gust averaged over 10 seconds is lower than the same one over 3, and above the average.
    return wind, wind * gusty, wind * (1 + 0.75 * (gusty - 1)), wind * (2 - gusty) * 0.9


def directions(seed: str, station: Station, moment: int) -> tuple[int, int]:
    """Return where the wind comes from, in degrees: over ten minutes and over ten seconds."""
    direction = (
        225  # south-west prevails
        + 75 * drift(moment, 48 * HOUR, seed, "direction")
        + 45 * drift(moment, 9 * HOUR, seed, "direction, by hour")
        + 10 * drift(moment, 30 * MINUTE, seed, "direction", station.name)
    )
    swing = 24 * (share(seed, "swing", station.name, moment) - 0.5)
    return round(direction) % 360, round(direction + swing) % 360


def temperatures(seed: str, station: Station, moment: int) -> tuple[float, float, float, float]:
    """Return the average, the highest, the lowest and the last ten seconds, in °C."""
    earlier, halfway, latest = (
        temperature(seed, station, moment - ago)
        for ago in (AVERAGED_SECONDS, AVERAGED_SECONDS // 2, 0)
    )
    flutter = 0.15 + 0.1 * drift(moment, AVERAGED_SECONDS, seed, "flutter", station.name)
    highest = max(earlier, halfway, latest) + flutter
    lowest = min(earlier, halfway, latest) - flutter
    now = latest + flutter * (2 * share(seed, "now", station.name, moment) - 1)
    return halfway, highest, lowest, now


def temperature(seed: str, station: Station, moment: int) -> float:
    warmth = summer(moment)
    afternoon = cos(tau * (moment / DAY - 14 / 24))
    return (
        11.0
        + 7.5 * warmth
        + (3.0 + 1.5 * warmth) * afternoon
        + 4.5 * drift(moment, 4 * DAY, seed, "temperature")
        + 1.0 * drift(moment, 4 * HOUR, seed, "temperature, by hour")
        + 0.3 * drift(moment, 2 * HOUR, seed, "temperature", station.name)
    )


def summer(moment: int) -> float:
    """Return 1 at the height of summer, the twentieth of July, and -1 half a year from it."""
    return cos(tau * (moment / YEAR - 200 / 365.2425))


def beaufort(speed: float) -> int:
    return bisect_right(BEAUFORT, speed)
