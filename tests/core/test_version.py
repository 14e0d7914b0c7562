"""How far a version has come, by the clock of its environment."""

from datetime import UTC, datetime, timedelta

import pytest

from sluis.core.version import Deprecation, Stage, stage

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def deprecated(since, sunset=None):
    """Return a version that is so many days from now deprecated, and then refused."""
    return Deprecation("v1", NOW + since * DAY, None if sunset is None else NOW + sunset * DAY)


@pytest.mark.parametrize(
    ("deprecation", "expected"),
    [
        pytest.param(None, Stage.CURRENT, id="nothing was said"),
        pytest.param(deprecated(1), Stage.CURRENT, id="announced"),
        pytest.param(deprecated(1, 2), Stage.CURRENT, id="announced with its end"),
        pytest.param(deprecated(0), Stage.DEPRECATED, id="from this moment on"),
        pytest.param(deprecated(-1), Stage.DEPRECATED, id="without an end"),
        pytest.param(deprecated(-1, 1), Stage.DEPRECATED, id="until tomorrow"),
        pytest.param(deprecated(-1, 0), Stage.RETIRED, id="until this moment"),
        pytest.param(deprecated(-2, -1), Stage.RETIRED, id="until yesterday"),
    ],
)
def test_is_current_then_deprecated_then_retired(deprecation, expected):
    assert stage(deprecation, NOW) is expected


def test_retires_as_the_clock_runs_and_comes_back_when_it_is_turned():
    said = deprecated(0, 10)
    found = [stage(said, NOW + days * DAY) for days in (-1, 0, 9, 10, 11, 5)]
    assert [one.value for one in found] == [
        "current",
        "deprecated",
        "deprecated",
        "retired",
        "retired",
        "deprecated",
    ]


@pytest.mark.parametrize(
    ("sunset", "right"), [(None, True), (1, True), (0, True), (-1, False)], ids=str
)
def test_is_not_refused_before_it_is_deprecated(sunset, right):
    assert deprecated(0, sunset).in_order is right
