"""Starting and stopping: nothing that was answered is forgotten, and no start ends in silence."""

import signal
import socket
import subprocess
import time

import pytest

from tests.server.process import COMMAND, PATIENCE_S, UNKNOWN, Callers, answered, recorded, sluis


@pytest.fixture(scope="module")
def own(new_environment):
    """Return a Sluis that may be stopped and started again."""
    with new_environment() as variables, sluis(variables, "run") as made:
        yield made


def restarted(made):
    if made.process.poll() is not None:
        made.start("serve")
    return made


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_forgets_no_call_that_was_answered(own, number):
    callers = Callers(restarted(own))
    callers.wait_for(200)
    assert own.stop(number) == 0
    callers.join()
    assert {trace for trace, _ in callers.seen} <= recorded(own)


def test_a_kill_forgets_a_quarter_of_a_second_at_most(own):
    """The writer writes every 200 ms; what is added is for a machine that is busy."""
    callers = Callers(restarted(own))
    callers.wait_for(200)
    time.sleep(1.5)
    killed = time.monotonic()
    own.stop(signal.SIGKILL)
    callers.join()
    known = recorded(own)
    lost = [killed - at for trace, at in callers.seen if trace not in known]
    assert max(lost, default=0) < 1.2
    assert known & {trace for trace, _ in callers.seen}


def test_a_stop_finishes_what_is_under_way(own):
    restarted(own)
    with own.connection() as one, own.connection() as two:
        for connection in (one, two):
            assert answered(connection, "GET", UNKNOWN).status == 404
        one.putrequest("POST", UNKNOWN)
        one.putheader("Content-Length", "3")
        one.endheaders(b"a")
        assert answered(two, "GET", "/healthz").status == 200
        own.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE_S
        while own.ready():
            assert time.monotonic() < until
        one.send(b"bc")
        assert one.getresponse().status == 404
    assert own.process.wait(PATIENCE_S) == 0


@pytest.mark.sqlite
def test_a_second_server_on_sqlite_is_refused_with_the_way_out(own):
    restarted(own)
    ended, said = own.run("serve", SLUIS_PORT="1")
    assert ended == 1
    assert said.startswith("Sluis cannot start:\n1. Another server works on")
    assert "PostgreSQL" in said
    assert own.get("/healthz").status == 200


def test_commands_write_beside_a_server(own):
    restarted(own)
    clock = ("clock", "--provider", "port", "--environment", "uat")
    ended, said = own.run(*clock, "--set", "2030-01-01T00:00:00Z")
    assert ended == 0, said
    assert "2030-01-01T00:00:00" in said
    assert own.run(*clock, "--reset")[0] == 0
    ended, said = own.run(*clock, "--advance", f"{10**20}d")
    assert (ended, "Traceback" in said) == (2, False)


@pytest.mark.parametrize(
    ("command", "variables", "word"),
    [
        pytest.param(
            ["serve"], {"SLUIS_PORT": "x", "SLUIS_LIMITS": "x"}, "2. SLUIS_LIMITS", id="settings"
        ),
        pytest.param(
            ["serve"],
            {"SLUIS_TLS_CERTIFICATE": "/none", "SLUIS_TLS_KEY": "/none"},
            "1. SLUIS_TLS_CERTIFICATE",
            id="a certificate that is not there",
        ),
        pytest.param(
            ["serve", "--workers", "2"],
            {"SLUIS_REDIS_URL": ""},
            "SLUIS_REDIS_URL",
            id="workers without Redis",
        ),
        pytest.param(["serve"], {"SLUIS_HOME": "/proc/none"}, "", id="a folder that cannot be"),
    ],
)
def test_a_start_that_cannot_be_ends_with_a_sentence(own, command, variables, word):
    if own.process.poll() is None:
        own.stop()
    ended, said = own.run(*command, **variables)
    assert ended == 1, said
    assert word in said
    if word:
        assert "Traceback" not in said


def test_a_port_that_is_taken_is_said(own):
    if own.process.poll() is None:
        own.stop()
    with socket.create_server(("127.0.0.1", own.port)):
        ended, said = own.run("serve")
    assert ended == 1
    assert f"Cannot listen on localhost:{own.port}" in said
    assert "SLUIS_PORT" in said


def test_a_database_without_tables_is_refused_with_the_command_that_makes_them(environment):
    command = [*COMMAND, "serve"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "sluis migrate" in done.stderr
