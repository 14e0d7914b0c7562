"""Power is cut, a flush fails, the disk is full: no promise is broken."""

import random
import time

import pytest

from tests.server.jobs.faulty import FULL, POWER_CUTS, judged, killed
from tests.server.jobs.harness import PATIENCE_S, Load, Sluis
from tests.server.jobs.powercut import PowerCut

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]
FAILURES = 15 if FULL else 3


def test_a_power_cut_loses_nothing(environment, seed, tmp_path):
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    assert killed(environment, seed, POWER_CUTS, cut=cut) == []


def test_a_flush_that_fails_ends_the_process_and_loses_nothing(environment, seed, tmp_path):
    """What it was given is lost, as disks do that report an error: as if power was cut, too."""
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    chance = random.Random(seed)
    sluis = Sluis(environment, extra=cut.variables).prepare()
    load = Load(sluis.port, seed).start()
    for _ in range(FAILURES):
        sluis.start().wait_until_ready()
        accepts(load, sluis)
        time.sleep(chance.random() * 0.3)
        with cut.failing("flush"):
            assert sluis.process.wait(PATIENCE_S) == 1
        cut.undo()
    load.stop()
    assert judged(sluis, load, None) == []


def test_a_full_disk_is_waited_for_and_loses_nothing(environment, seed, tmp_path):
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    sluis = Sluis(environment, extra=cut.variables).prepare().start().wait_until_ready()
    load = Load(sluis.port, seed).start()
    for _ in range(FAILURES):
        accepts(load, sluis)
        with cut.failing("write"):
            refused, until = load.refused[503], time.monotonic() + PATIENCE_S
            while load.refused[503] == refused:
                assert time.monotonic() < until, sluis.said()
                time.sleep(0.01)
    accepts(load, sluis)
    load.stop()
    assert sluis.stop() == 0
    assert judged(sluis, load, None) == []


def accepts(load, sluis):
    """Wait until something is acknowledged."""
    before, until = load.acknowledged, time.monotonic() + PATIENCE_S
    while load.acknowledged == before:
        assert time.monotonic() < until, sluis.said()
        time.sleep(0.005)
