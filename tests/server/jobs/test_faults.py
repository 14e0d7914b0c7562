"""Processes are killed, power is cut, PostgreSQL stops: no promise is broken.

`SLUIS_FAULTS=full` does it more often. Each run prints its seed.
"""

import os
import random
import secrets
import signal
import subprocess
import time

import pytest

from tests.server.jobs.harness import COMMAND, Load, Sink, Sluis, faults
from tests.server.jobs.powercut import PowerCut
from tests.server.jobs.stopping import stoppable

pytestmark = pytest.mark.faults
FULL = os.environ.get("SLUIS_FAULTS") == "full"
KILLS = 150 if FULL else 40
POWER_CUTS = 40 if FULL else 10
STOPS = 20 if FULL else 5
KILLS_TO_FIND_A_BUG = 15
ON_POSTGRESQL = os.environ.get("SLUIS_TEST_SERVERS") == "postgresql"
on_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="this is SQLite's own")
on_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="this is PostgreSQL's own")


@pytest.fixture
def seed():
    made = int(os.environ.get("SLUIS_SEED") or secrets.randbelow(1_000_000))
    print(f"SLUIS_SEED={made}")  # noqa: T201 - to run it again
    return made


def killed(variables, seed, kills, *, bug="", sink=None, until_found=False, cut=None):
    """Kill a serving process so often under load; return what promises were broken.

    With `cut` each kill is a power cut.
    """
    chance = random.Random(seed)
    sluis = Sluis(variables, bug=bug, extra=cut.variables if cut else {}).prepare()
    if sink is not None:
        sluis.database.add_channel(sink.url)
    load = Load(sluis.port, seed).start()
    found = []
    for number in range(kills):
        sluis.start().wait_until_ready()
        before = load.acknowledged
        until = time.monotonic() + 20
        while load.acknowledged == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.5)
        sluis.kill()
        if cut is not None:
            cut.undo()
        if until_found and number % 5 == 4:
            load.stop()
            found = judged(sluis, load, sink)
            if found:
                return found
            values = load.values
            load = Load(sluis.port, seed + number + 1, values=values).start()
    load.stop()
    assert load.acknowledged > 10 * kills, "there was hardly any load"
    return judged(sluis, load, sink)


def judged(sluis, load, sink):
    """Let the rest be applied, without what hindered it, and look."""
    sluis.start().wait_until_ready()
    try:
        sluis.drain(pushes=sink is not None)
    finally:
        ended = sluis.stop()
    found = faults(load, sluis.database, sink)
    return found if ended == 0 else [*found, f"ended with {ended}: {sluis.said()}"]


def test_a_kill_loses_nothing(environment, seed):
    sink = Sink(seed)
    try:
        assert killed(environment, seed, KILLS, sink=sink) == []
    finally:
        sink.close()


@pytest.mark.parametrize(
    ("bug", "symptom"), [("answer-before-commit", "lost"), ("fan-out-after-commit", "not told")]
)
def test_finds_a_planted_bug(environment, seed, bug, symptom):
    found = killed(environment, seed, KILLS_TO_FIND_A_BUG, bug=bug, until_found=True)
    assert any(fault.startswith(symptom) for fault in found)


@on_sqlite
def test_a_power_cut_loses_nothing(environment, seed, tmp_path):
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    assert killed(environment, seed, POWER_CUTS, cut=cut) == []


@on_sqlite
def test_finds_a_commit_that_is_not_flushed(environment, seed, tmp_path):
    """A kill alone would not show it: the operating system writes later what it was given."""
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    found = killed(
        environment, seed, KILLS_TO_FIND_A_BUG, bug="no-flush", cut=cut, until_found=True
    )
    assert any(fault.startswith("lost") for fault in found)


@on_postgresql
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


def worked(variables, seed, bug):
    """Let two more processes apply beside the one that serves, one of them stopped and resumed."""
    sluis = Sluis(variables, bug=bug).prepare().start().wait_until_ready()
    load = Load(sluis.port, seed).start()
    log = subprocess.DEVNULL
    workers = [
        subprocess.Popen([*COMMAND, "work"], env=sluis.variables, stdout=log, stderr=log)
        for _ in range(2)
    ]
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            time.sleep(1)
            workers[0].send_signal(signal.SIGSTOP)
            time.sleep(0.5)
            workers[0].send_signal(signal.SIGCONT)
        load.stop()
        sluis.drain(pushes=False)
    finally:
        for process in workers:
            process.terminate()
        for process in workers:
            process.wait(60)
        sluis.stop()
    return faults(load, sluis.database)


@on_postgresql
@pytest.mark.parametrize("bug", ["", "no-locks"])
def test_several_processes_apply_each_step_once(environment, seed, bug):
    """Also without the locks that keep them apart: what decides is the fence."""
    assert worked(environment, seed, bug) == []


@on_postgresql
def test_finds_a_missing_fence(environment, seed):
    found = worked(environment, seed, "no-fence")
    assert any(fault.startswith(("twice", "told", "not told", "lost")) for fault in found)
