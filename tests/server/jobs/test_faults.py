"""Processes are killed, power is cut, PostgreSQL stops: no promise is broken.

`SLUIS_FAULTS=full` does it more often. Each run prints its seed.
"""

import os
import random
import secrets
import time

import pytest

from tests.server.jobs.harness import Load, Sink, Sluis, faults

pytestmark = pytest.mark.faults
FULL = os.environ.get("SLUIS_FAULTS") == "full"
KILLS = 150 if FULL else 40
KILLS_TO_FIND_A_BUG = 15


@pytest.fixture
def seed():
    made = int(os.environ.get("SLUIS_SEED") or secrets.randbelow(1_000_000))
    print(f"SLUIS_SEED={made}")  # noqa: T201 - to run it again
    return made


def killed(variables, seed, kills, *, bug="", sink=None, until_found=False):
    """Kill a serving process so often under load; return what promises were broken."""
    chance = random.Random(seed)
    sluis = Sluis(variables, bug=bug).prepare()
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
