from datetime import UTC, datetime

import pytest

from sluis.apis.open_data.rules import depths
from sluis.apis.open_data.rules.clock import seconds
from sluis.apis.open_data.rules.places import DOCKS

NOON = seconds(datetime(2026, 6, 3, 12, tzinfo=UTC))


def points(code, number):
    header, *lines = depths.soundings("port/uat", code, number).splitlines()
    assert header == "longitude_wgs84,latitude_wgs84,depth_m_taw"
    return [tuple(map(float, line.split(","))) for line in lines]


@pytest.mark.parametrize("dock", DOCKS, ids=lambda dock: dock.code)
def test_docks_are_as_deep_as_docks(dock):
    found = points(dock.code, 500)
    assert len(set(found)) == depths.ROWS * depths.COLUMNS
    for east, north, deep in found:
        assert abs(east - dock.longitude) < 0.01
        assert abs(north - dock.latitude) < 0.01
        assert 7 < deep < 19


def test_silt_settles_until_the_dock_is_dredged():
    means = [sum(deep for _, _, deep in points("DGD", n)) / 640 for n in (400, 401, 402, 403, 404)]
    assert means[0] > means[1] > means[2] > means[3] < means[4]


def test_a_survey_is_the_last_one_until_the_next():
    last = depths.last_survey("port/uat", "DGD", NOON)
    assert last.measured <= NOON < last.measured + depths.SURVEY_EVERY
    assert depths.last_survey("port/uat", "DGD", last.measured) == last
    assert depths.last_survey("port/uat", "DGD", last.measured - 1).number == last.number - 1
