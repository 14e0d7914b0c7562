"""`sluis channel`, `sluis listen` and `sluis work`."""

import re
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from django.db import connection  # noqa: F401 - for the condition below

from sluis.core.moments import HOUR, microseconds
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.make_party import make_party
from sluis.server.cli import channel as command
from sluis.server.cli.listen import receiver, told
from sluis.server.jobs import signature
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.push import Pusher
from sluis.server.jobs.secrets import Secrets, opened
from sluis.server.jobs.targets import Target
from sluis.server.models import Channel
from sluis.server.models.job import DELIVERED, GIVEN_UP, StoredNotification
from tests.server import people
from tests.server.portal import later

AGENT = "--provider port --environment uat --organisation nxt230000001".split()


@pytest.fixture
def run(db, monkeypatch):
    """Return a function that runs `sluis channel` in a world with one party."""
    monkeypatch.setattr(command, "started", lambda: None)
    town = people.world()
    codes = {"NxtEntityId": "NXT230000001"}
    make_party(
        actor=COMMAND, organisation=town.agent, environment=town.uat, roles=[], identifiers=codes
    )

    def invoke(*arguments):
        done = CliRunner().invoke(command.channel_command, arguments)
        return done.exit_code, done.output

    return invoke


def test_adds_lists_and_removes(run):
    url = "https://example.org/hook"
    more = ("--name", "mine", "--header", "X-Key: a: b", "--sign", "--event", "update")
    code, said = run("add", *AGENT, "--url", url, *more)
    assert code == 0
    made = Channel.objects.get()
    secrets = opened(made.sealed, str(made.public_id))
    assert secrets.headers == {"X-Key": "a: b"}
    assert secrets.signing == (re.search(r"whsec_\S+", said)[0],)
    assert (made.events, made.order, made.authentication) == (["Update"], "lane", "none")
    code, said = run("rotate", *AGENT, str(made.pk))
    secrets = opened(Channel.objects.get().sealed, str(made.public_id))
    assert secrets.signing[0] in said
    assert run("list", *AGENT) == (0, f"{made.pk}\tmine\t{url}\topen\n")
    assert run("remove", *AGENT, str(made.pk)) == (0, f"Channel {made.pk} is removed.\n")
    assert run("list", *AGENT) == (0, "There are no channels.\n")


def test_refuses_an_event_that_nobody_is_told_of(run):
    code, said = run("add", *AGENT, "--url", "https://example.org/", "--event", "Updated")
    assert code == 1
    assert "There is no event Updated. Choose among these:" in said
    assert "ReleaseLightChanged" in said
    assert not Channel.objects.exists()


def test_pushes_again_what_failed_or_all(run):
    run("add", *AGENT, "--url", "https://example.org/")
    channel = Channel.objects.get()
    for state in (DELIVERED, GIVEN_UP):
        reference = later.request(channel.organisation)
        step = later.step(reference, about=f"L{state}")
        told = later.telling(reference, channel.organisation, step)
        later.delivery(told, channel, state=state)
    recent = microseconds(datetime.now(UTC)) - 2 * HOUR
    StoredNotification.objects.update(stored_at=recent)
    place = (*AGENT, str(channel.pk))
    assert run("replay", *place, "--hours", "1", "--all") == (0, "Pushed again: 0.\n")
    assert run("replay", *place) == (0, "Pushed again: 1.\n")
    assert run("replay", *place, "--all") == (0, "Pushed again: 1.\n")  # the other one waits
    disable_channel(actor=COMMAND, channel=channel)
    code, said = run("replay", *place)
    assert (code, "disabled" in said) == (1, True)


@pytest.mark.parametrize(("username", "kind"), [("", "client-credentials"), ("anna", "password")])
def test_adds_one_that_fetches_a_token(run, username, kind):
    token = "--token-url https://x.org/token --client-id c --client-secret s --password p".split()
    code, said = run("add", *AGENT, "--url", "https://x.org/", *token, "--username", username)
    assert (code, said) == (0, f"Channel {Channel.objects.get().pk} pushes to https://x.org/.\n")
    assert Channel.objects.get().authentication == kind


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", *AGENT, "--url", "http://10.0.0.1/"], "must start with https://"),
        (["add", *AGENT, "--url", "https://x.org/", "--header", "x"], "is no header"),
        (["add", *AGENT, "--url", "https://x.org/", "--username", "u"], "needs --token-url"),
        (["add", *AGENT, "--url", "https://x.org/", "--token-header", "x: y"], "needs --token-url"),
        (["add", *AGENT[:-1], "NXT9", "--url", "https://x.org/"], "Nobody has the code NXT9"),
        (["list", "--provider", "x", "--environment", "y", *AGENT[-2:]], "no environment x/y"),
        (["remove", *AGENT, "77"], "no channel 77"),
        (["rotate", *AGENT, "77"], "no channel 77"),
    ],
)
def test_says_what_is_wrong(run, arguments, words):
    code, said = run(*arguments)
    assert code != 0
    assert words in said


async def test_listen_prints_pushes_and_checks_them(capsys):
    secret = signature.new_secret()
    server = ThreadingHTTPServer(("127.0.0.1", 0), receiver((secret,)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    async with Pusher(Guard(development=True)) as pusher:
        for signing in (secret, signature.new_secret()):
            target = Target(1, url, True, "none", "", "", "", "", Secrets(signing=(signing,)))
            answer = await pusher.push(target, "an-id", '{"é": 1}')
            assert answer.status == 204
    server.shutdown()
    server.server_close()
    said = capsys.readouterr().out
    assert "an-id, signature good" in said
    assert "an-id, SIGNATURE WRONG" in said
    assert '"é": 1' in said


@pytest.mark.parametrize(
    ("headers", "line"),
    [({}, "without an id"), ({"Webhook-Id": "x", "Webhook-Signature": "v1,y"}, "x, signed")],
)
def test_listen_without_a_secret_says_what_came(headers, line):
    assert told(headers, b"\xff no JSON", ()).splitlines() == [line, "\ufffd no JSON"]


def test_work_on_sqlite_names_postgresql(tmp_path):
    variables = {"SLUIS_HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "sluis.server.cli", "work"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr


@pytest.mark.postgresql
def test_work_works_until_it_is_told_to_stop(environment):
    from tests.server.jobs.harness import Sluis

    made = Sluis(environment).prepare().start("work")
    until = time.monotonic() + 60
    while "Sluis works" not in made.said():
        assert time.monotonic() < until, made.said()
        time.sleep(0.1)
    assert made.stop() == 0


AT_A_LINE = """
import os, signal, sys, threading
from sluis.server.cli.work import ending

ended, left = ending(), int(sys.argv[1])
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()  # where there is no such line

def trace(frame, event, _):
    global left
    left -= event == "line"
    if left == 0:
        signal.raise_signal(signal.SIGTERM)
    return trace

sys.settrace(trace)
ended.get()
"""


@pytest.mark.parametrize("line", range(1, 8))
def test_a_signal_may_come_at_any_line_of_the_wait_for_it(line):
    command = [sys.executable, "-c", AT_A_LINE, str(line)]
    assert subprocess.run(command, check=False, timeout=30).returncode == 0
