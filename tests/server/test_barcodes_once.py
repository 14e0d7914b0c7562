"""No barcode comes twice: when processes are killed, and when several serve."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from urllib.parse import urlencode

import pytest

from tests.server.process import COMMAND, PATIENCE_S, Sluis, sluis
from tests.server.test_supervisor import children

pytestmark = pytest.mark.faults


def asking(made, stop, found, serie=""):
    """Ask for barcodes until told to stop; a server that is away is asked again."""
    customer = made.world["parcels"]["sandbox"]
    query = {"CustomerCode": "DEVC", "CustomerNumber": "11223344", "Type": "3S", "Serie": serie}
    path = f"/parcels/sandbox/shipment/v1_1/barcode?{urlencode(query)}"
    while not stop.is_set():
        with contextlib.suppress(OSError, ValueError):
            answer = made.get(path, apikey=customer["apikey"])
            if answer.status == 200:
                found.append(json.loads(answer.body)["Barcode"])


@contextlib.contextmanager
def askers(made, found):
    stop = threading.Event()
    series = ("", "", "0000050-0200000", "0000000-9999999")
    threads = [threading.Thread(target=asking, args=(made, stop, found, s)) for s in series]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def until_more(found, count):
    until = time.monotonic() + PATIENCE_S
    wanted = len(found) + count
    while len(found) < wanted:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_after_each_kill_other_numbers_come(environment):
    made, found = Sluis(environment | {"SLUIS_LIMITS": "off"}), []
    made.start("run")
    try:
        with askers(made, found):
            for _ in range(3):
                until_more(found, 60)
                made.stop(signal.SIGKILL)
                made.start("serve")
            until_more(found, 60)
    finally:
        made.process.kill()
        made.process.wait(PATIENCE_S)
    assert len(set(found)) == len(found)


def test_several_processes_on_postgresql_share_the_numbers(
    new_postgres, new_redis, tmp_path_factory
):
    home = str(tmp_path_factory.mktemp("barcodes"))
    own = {name: text for name, text in os.environ.items() if not name.startswith("SLUIS_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    found = []
    with new_postgres() as database, new_redis() as redis:
        urls = {"SLUIS_DATABASE_URL": database, "SLUIS_REDIS_URL": redis, "SLUIS_HOME": home}
        variables = own | urls | {"SLUIS_LIMITS": "off"}
        for word in ("migrate", "demo"):
            subprocess.run([*COMMAND, word], env=variables, check=True, capture_output=True)
        with sluis(variables, "serve", "--workers", "2") as made, askers(made, found):
            until_more(found, 100)
            os.kill(int(children(made)[0]), signal.SIGKILL)
            until_more(found, 300)
    assert len(set(found)) == len(found)
