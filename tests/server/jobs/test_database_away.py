"""PostgreSQL stops, or a connection to it is cut within a commit: no promise is broken."""

import random
import time

import pytest

from tests.server.jobs.faulty import FULL, STOPS, cut_off
from tests.server.jobs.harness import Load, Sluis, faults
from tests.server.jobs.stopping import stoppable

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]
CUTS = 100 if FULL else 10


def test_a_database_that_stops_at_once_loses_nothing(environment, seed):
    chance = random.Random(seed)
    with stoppable() as database:
        sluis = Sluis({**environment, "SLUIS_DATABASE_URL": database.url}).prepare()
        load = Load(sluis.port, seed).start()
        sluis.start().wait_until_ready()
        for _ in range(STOPS):
            time.sleep(0.5 + chance.random())
            database.stop_at_once()
            time.sleep(chance.random())
            database.start()
            before, until = load.acknowledged, time.monotonic() + 30
            while load.acknowledged == before:
                assert time.monotonic() < until, sluis.said()
                time.sleep(0.01)
        load.stop()
        sluis.drain(pushes=False)
        assert sluis.stop() == 0
        assert faults(load, sluis.database) == []


@pytest.mark.parametrize("after_it", [False, True], ids=["before it came", "before its answer"])
def test_a_commit_that_is_cut_off_loses_nothing(environment, seed, after_it):
    """Whether it was done or not: nothing acknowledged is lost, and nothing is there twice."""
    assert cut_off(environment, seed, CUTS, after_it=after_it) == []


def test_a_stop_while_it_is_away_ends_and_loses_nothing(environment, seed):
    with stoppable() as database:
        sluis = Sluis({**environment, "SLUIS_DATABASE_URL": database.url}).prepare()
        load = Load(sluis.port, seed).start()
        sluis.start().wait_until_ready()
        time.sleep(1)
        database.stop_at_once()
        began = time.monotonic()
        assert sluis.stop() == 0
        assert time.monotonic() - began < 30
        database.start()
        sluis.start().wait_until_ready()
        load.stop()
        sluis.drain(pushes=False)
        assert sluis.stop() == 0
        assert faults(load, sluis.database) == []
