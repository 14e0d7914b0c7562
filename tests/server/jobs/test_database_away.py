"""PostgreSQL stops, or a connection to it is cut within a commit: no promise is broken."""

import random
import time

import pytest

from tests.server.jobs.cutting import cutting
from tests.server.jobs.database import Database
from tests.server.jobs.faulty import FULL, STOPS
from tests.server.jobs.harness import PATIENCE_S, Load, Sluis, faults
from tests.server.jobs.stopping import stoppable

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]
CUTS = 100 if FULL else 20


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


@pytest.mark.parametrize("answered", [False, True], ids=["before it came", "before its answer"])
def test_a_commit_that_is_cut_off_loses_nothing(environment, seed, answered):
    """Whether it was done or not: nothing acknowledged is lost, and nothing is there twice."""
    with cutting(environment["SLUIS_DATABASE_URL"]) as proxy:
        sluis = Sluis({**environment, "SLUIS_DATABASE_URL": proxy.url}).prepare()
        sluis.database = Database(environment)
        sluis.start().wait_until_ready()
        load = Load(sluis.port, seed).start()
        for _ in range(CUTS):
            proxy.cut_next_commit(after_it=answered)
            until = time.monotonic() + PATIENCE_S
            before = load.acknowledged
            while proxy.armed or load.acknowledged == before:
                assert time.monotonic() < until, sluis.said()
                time.sleep(0.01)
        load.stop()
        sluis.drain(pushes=False)
        assert sluis.stop() == 0
    assert faults(load, sluis.database) == []
