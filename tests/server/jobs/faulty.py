"""Ways to treat a serving process badly, under load: what they return are broken promises.

`SLUIS_FAULTS=full` does it more often. Each run prints its seed.
"""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress

from tests.server.jobs.cutting import cutting
from tests.server.jobs.database import Database
from tests.server.jobs.harness import COMMAND, PATIENCE_S, Load, Sluis, faults

FULL = os.environ.get("SLUIS_FAULTS") == "full"
KILLS = 150 if FULL else 40
POWER_CUTS = 40 if FULL else 10
STOPS = 20 if FULL else 5
WORK_S = 20 if FULL else 8
KILLS_TO_FIND_A_BUG = 100  # at the most: it ends with the first that shows it
CUTS_TO_FIND_A_BUG = 10


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
        until = time.monotonic() + WORK_S
        while time.monotonic() < until:
            time.sleep(1)
            workers[0].send_signal(signal.SIGSTOP)
            time.sleep(0.5)
            workers[0].send_signal(signal.SIGCONT)
        load.stop()
        if bug == "no-fence":  # what was applied twice may never come to rest
            with suppress(AssertionError):
                sluis.drain(pushes=False, patience_s=15)
        else:
            sluis.drain(pushes=False)
    finally:
        for process in workers:
            process.terminate()
        for process in workers:
            process.wait(60)
        sluis.stop()
    return faults(load, sluis.database)


def cut_off(variables, seed, cuts, *, after_it, bug=""):
    """Break so many commits on their way to PostgreSQL, before it has them or after."""
    with cutting(variables["SLUIS_DATABASE_URL"]) as proxy:
        sluis = Sluis({**variables, "SLUIS_DATABASE_URL": proxy.url}, bug=bug).prepare()
        sluis.database = Database(variables)
        sluis.start().wait_until_ready()
        load = Load(sluis.port, seed).start()
        for _ in range(cuts):
            proxy.cut_next_commit(after_it=after_it)
            before, until = load.acknowledged, time.monotonic() + PATIENCE_S
            while proxy.armed or load.acknowledged == before:
                assert time.monotonic() < until, sluis.said()
                time.sleep(0.01)
        load.stop()
        sluis.drain(pushes=False)
        assert sluis.stop() == 0
    return faults(load, sluis.database)
