"""The weather may be anything that weather can be, at any time at all."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.apis.open_data.rules import meteo
from sluis.apis.open_data.rules.clock import DAY, HOUR, seconds, utc
from sluis.apis.open_data.rules.places import STATIONS

MINUTES = st.integers(min_value=0, max_value=100 * 365 * 24 * 60)
SEEDS = st.sampled_from(["port/uat", "port/t17", ""])


def at(*date):
    return seconds(datetime(*date, tzinfo=UTC))


@given(SEEDS, MINUTES)
def test_measures_stand_in_their_order(seed, minute):
    for reading in meteo.current(seed, minute).values():
        lull, wind, ship_gust, gust = (
            reading[name] for name in ("ws_min_600", "ws_600", "ws_ship_600", "ws_max_600")
        )
        assert 0 <= lull <= wind <= ship_gust <= gust < 45
        lowest, highest = reading["tt_min_600"], reading["tt_max_600"]
        assert -20 < lowest <= reading["tt_600"] <= highest < 40
        assert lowest <= reading["tt_10"] <= highest
        assert 0 <= reading["wr_600"] < 360
        assert 0 <= reading["wr_10"] < 360


@given(SEEDS, MINUTES)
def test_force_is_that_of_the_speed(seed, minute):
    for reading in meteo.current(seed, minute).values():
        for name in ("ws_600", "ws_ship_600", "ws_max_600", "ws_min_600"):
            # The empirical law that the scale is drawn after: v = 0.836 · B^1.5.
            force = round((reading[name] / 0.836) ** (2 / 3))
            assert abs(reading[f"{name}_beaufort"] - min(force, 12)) <= 1


@pytest.mark.parametrize(
    ("speed", "force"),
    [
        *[(0.0, 0), (0.2, 0), (0.3, 1), (1.5, 1), (5.4, 3), (5.5, 4), (10.7, 5), (13.9, 7)],
        *[(17.1, 7), (17.2, 8), (20.7, 8), (24.4, 9), (28.4, 10), (32.6, 11), (32.7, 12)],
    ],
)
def test_knows_the_scale_of_beaufort(speed, force):
    assert meteo.beaufort(speed) == force


@given(SEEDS, MINUTES)
def test_weather_goes_on_from_minute_to_minute(seed, minute):
    for earlier, later in pairwise(meteo.current(seed, minute + n) for n in range(3)):
        for name, reading in earlier.items():
            assert abs(later[name]["ws_600"] - reading["ws_600"]) <= 0.5
            assert abs(later[name]["tt_600"] - reading["tt_600"]) <= 0.2
            turned = abs(later[name]["wr_600"] - reading["wr_600"])
            assert min(turned, 360 - turned) <= 4


@given(MINUTES)
def test_same_time_has_the_same_weather(minute):
    before = meteo.current("port/uat", minute)
    meteo.current.cache_clear()
    meteo.share.cache_clear()
    assert meteo.current("port/uat", minute) == before


def test_sandboxes_differ():
    assert meteo.current("port/uat", 29_000_000) != meteo.current("port/t17", 29_000_000)


def average(moments, name="tt_600"):
    found = [meteo.reading("port/uat", STATIONS[0], moment)[name] for moment in moments]
    return sum(found) / len(found)


def test_summer_is_warmer_than_winter():
    january, july = at(2026, 1, 1), at(2026, 7, 1)
    winter = average(range(january, january + 31 * DAY, 3 * HOUR))
    summer = average(range(july, july + 31 * DAY, 3 * HOUR))
    assert -2 < winter < 8
    assert 14 < summer < 24


def test_afternoons_are_warmer_than_nights():
    day = at(2026, 5, 1)
    nights = average(range(day + 3 * HOUR, day + 30 * DAY, DAY))
    assert average(range(day + 14 * HOUR, day + 30 * DAY, DAY)) > nights + 4


def test_reading_is_named_after_its_minute():
    reading = meteo.current("port/uat", 29_000_000)["kallosluis"]
    assert reading["location"]["name"] == "Kallosluis"
    assert reading["poa_ingest_time_utc"] == utc(29_000_000 * 60)


@pytest.mark.parametrize(
    ("first", "last", "times"),
    [
        pytest.param("12:00:00", "12:20:00", ["12:00", "12:10", "12:20"], id="both ends"),
        pytest.param("12:00:01", "12:19:59", ["12:10"], id="whole steps only"),
        pytest.param("12:01:00", "12:09:00", [], id="between two steps"),
    ],
)
def test_window_has_a_reading_every_ten_minutes(first, last, times):
    start, end = (seconds(datetime.fromisoformat(f"2026-06-03T{time}Z")) for time in (first, last))
    found = [
        reading["poa_ingest_time_utc"] for reading in meteo.window("", start, end, "kallosluis")
    ]
    assert found == [f"2026-06-03T{time}:00Z" for time in times]


def test_window_tells_what_was_told_at_the_time():
    moment = at(2026, 6, 3, 12, 10)
    told = list(meteo.current("port/uat", moment // 60).values())
    assert list(meteo.window("port/uat", moment, moment, None)) == told
