"""When something is planned, under way and over, and what it adds up to."""

from datetime import UTC, datetime, timedelta

import pytest

from sluis.core.status import Effect, Period, Phase, state

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def period(begins, ends, effect=Effect.DISTURBED):
    return Period(effect, NOW + begins * HOUR, None if ends is None else NOW + ends * HOUR)


@pytest.mark.parametrize(
    ("begins", "ends", "phase"),
    [
        (1, 2, Phase.PLANNED),
        (0, 1, Phase.UNDER_WAY),
        (-1, None, Phase.UNDER_WAY),
        (-1, 1, Phase.UNDER_WAY),
        (-1, 0, Phase.OVER),
        (0, 0, Phase.OVER),
    ],
)
def test_has_its_phases(begins, ends, phase):
    assert period(begins, ends).phase(NOW) is phase


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], Effect.NONE),
        ([period(1, 2, Effect.DOWN), period(-2, -1, Effect.DOWN)], Effect.NONE),
        ([period(-1, None), period(-1, 1, Effect.NONE)], Effect.DISTURBED),
        ([period(-1, None, Effect.DOWN), period(-1, None)], Effect.DOWN),
    ],
)
def test_the_worst_that_is_under_way_counts(periods, expected):
    assert state(periods, NOW) is expected
