"""Several processes on PostgreSQL and Redis: they share the work, the limits and the end."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from tests.server.process import COMMAND, PATIENCE_S, UNKNOWN, Callers, recorded, sluis, trace_of

SERVE = ("serve", "--workers", "2")
BRIDGES = "/port/uat/opendata/bridgesandlocks/v1/bridges/state"


@pytest.fixture(scope="module")
def several(new_postgres, new_redis, tmp_path_factory):
    """Serve with two workers on PostgreSQL and Redis, with the sandbox."""
    home = str(tmp_path_factory.mktemp("workers"))
    own = {name: text for name, text in os.environ.items() if not name.startswith("SLUIS_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    with new_postgres() as database, new_redis() as redis:
        urls = {"SLUIS_DATABASE_URL": database, "SLUIS_REDIS_URL": redis, "SLUIS_HOME": home}
        for word in ("migrate", "demo"):
            subprocess.run([*COMMAND, word], env=own | urls, check=True, capture_output=True)
        with sluis(own | urls, *SERVE) as made:
            wait_until_both_serve(made)
            yield made


def children(made):
    path = f"/proc/{made.process.pid}/task/{made.process.pid}/children"
    with open(path) as file:
        return file.read().split()


def serving(made):
    """Return which processes answer: their traces tell them apart."""
    found = set()
    for _ in range(40):
        with contextlib.suppress(OSError):
            found.add(trace_of(made.get(UNKNOWN))[12:22])
    return found


def wait_until_both_serve(made):
    until = time.monotonic() + PATIENCE_S
    while len(children(made)) < 2 or len(serving(made)) < 2:
        assert time.monotonic() < until


def test_both_workers_serve(several):
    assert len(serving(several)) == 2


def test_limits_are_exact_over_all_workers(several):
    """A hundred calls a day, says the seed, to four of these APIs together."""
    shown, statuses = several.credentials(), []

    def call():
        statuses.extend(several.get(BRIDGES, **shown).status for _ in range(60))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 100
    assert statuses.count(403) == 140


@pytest.mark.browser
def test_a_key_that_is_revoked_in_the_portal_is_refused_by_all_workers(several, page):
    bram = several.world["people"][1]
    shown = several.credentials(3)
    assert [several.get(BRIDGES, **shown).status for _ in range(20)] == [200] * 20
    key = shown["ocp_apim_subscription_key"]
    (found,) = (
        row
        for row in several.rows(
            "SELECT s.id, c.tail FROM server_subscription s"
            " JOIN server_credential c ON c.subscription_id = s.id WHERE s.api = "
            "'certified-pickup' AND c.label = 'primary'"
        )
        if row[1] == key[-4:]
    )
    tab = page()
    tab.goto(f"http://localhost:{several.port}/subscriptions/{found[0]}/keys/")
    tab.fill("main [name=login]", bram["email"])
    tab.fill("main [name=password]", bram["password"])
    tab.locator("main form button.button").click()
    tab.wait_for_url("**/reauthenticate/*")
    tab.fill("main [name=password]", bram["password"])
    tab.locator("main form button.button").click()
    tab.wait_for_url("**/keys/")
    tab.locator("#primary ~ form summary").click()
    tab.locator("#primary ~ form button[value=revoke]").click()
    tab.locator(".callout.success").wait_for()
    revoked = time.monotonic()
    while 200 in [several.get(BRIDGES, **shown).status for _ in range(20)]:
        assert time.monotonic() - revoked < 5
    assert {several.get(BRIDGES, **shown).status for _ in range(20)} == {401}


def test_a_worker_that_is_killed_is_started_again(several):
    before = children(several)
    os.kill(int(before[0]), signal.SIGKILL)
    until = time.monotonic() + PATIENCE_S
    while len(children(several)) < 2 or before[0] in children(several) or len(serving(several)) < 2:
        assert time.monotonic() < until
    assert before[1] in children(several)


def alive(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_stop_of_several_forgets_no_call_and_leaves_nobody_behind(several):
    before = children(several)
    callers = Callers(several)
    callers.wait_for(200)
    assert several.stop() == 0
    callers.join()
    assert {trace for trace, _ in callers.seen} <= recorded(several)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in before)
    assert json.loads((several.home / "demo.json").read_text())["portal"]


def test_workers_do_not_outlive_a_parent_that_is_killed(several):
    if several.process.poll() is not None:  # the test before this one stopped it
        several.start(*SERVE)
        wait_until_both_serve(several)
    before = children(several)
    several.process.kill()
    several.process.wait()
    until = time.monotonic() + PATIENCE_S
    while any(alive(pid) for pid in before):
        assert time.monotonic() < until
        time.sleep(0.1)
