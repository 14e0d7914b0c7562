from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.apis.open_data.rules import clock


@given(st.integers(min_value=clock.seconds(datetime(1997, 1, 1, tzinfo=UTC)), max_value=4 * 10**9))
def test_local_time_is_that_of_the_zone_files(moment):
    there = datetime.fromtimestamp(moment, ZoneInfo("Europe/Brussels"))
    assert clock.local(moment) == there.strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("2026-03-29T01:59:59", "2026-03-29T03:00:00", id="summer begins"),
        pytest.param("2026-10-25T02:59:59", "2026-10-25T02:00:00", id="summer ends"),
    ],
)
def test_clocks_change_at_one_in_the_morning_utc(before, after):
    change = clock.seconds(datetime.fromisoformat(f"{after[:10]}T01:00:00Z"))
    assert (clock.local(change - 1), clock.local(change)) == (before, after)


def test_seconds_are_rounded_down():
    assert clock.seconds(datetime(2024, 3, 1, 5, 10, 0, 999_999, tzinfo=UTC)) == 1_709_269_800


def test_is_written_in_utc():
    assert clock.written(datetime.fromisoformat("2024-03-01T06:10:00+01:00")) == (
        "2024-03-01T05:10:00Z"
    )
