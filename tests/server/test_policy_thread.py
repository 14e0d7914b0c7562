"""The policy in force, followed in a thread of its own; changes that come at once."""

import logging
import threading
import time

import pytest
from django.db import connection, transaction

from sluis.server.actions.announce import Changed, announce
from sluis.server.answers.policy import Policy
from sluis.server.models import Change
from tests.server.deeds import LOADER, Port, announced

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


@pytest.fixture
def follow():
    """Return a function that starts a policy, which is stopped after the test."""
    started = []

    def start(loader=LOADER):
        put = []
        policy = Policy(loader, put.append)
        policy.start()
        started.append(policy)
        return policy, put

    yield start
    for policy in started:
        policy.stop()


def test_puts_what_changed_in_force(follow):
    port = Port()
    policy, put = follow()
    revision = announced(*port.subscribe())
    assert policy.wait_for(revision, PATIENCE_S)
    assert put[-1].revision == revision
    assert any(one.access for one in put[-1].environments.values())


def test_notices_changes_that_nobody_told_it_of(follow):
    port = Port()
    policy, _ = follow()
    revision = announced(*port.subscribe())
    until = time.monotonic() + PATIENCE_S
    while policy.snapshot.revision < revision and time.monotonic() < until:
        time.sleep(0.01)
    assert policy.snapshot.revision == revision


def test_does_not_wait_for_ever(follow):
    policy, _ = follow()
    assert policy.wait_for(1_000_000, 0.01) is False


class Failing:
    """A loader that fails as often as it is told, in whatever way."""

    def __init__(self, error):
        self.errors = [error] * 2

    def load(self):
        return LOADER.load()

    def caught_up(self, snapshot):
        if self.errors:
            raise self.errors.pop()
        return LOADER.caught_up(snapshot)


@pytest.mark.parametrize("error", [KeyError("port/none"), ValueError("?"), OSError("away")])
def test_a_failure_does_not_end_it(follow, caplog, error):
    caplog.set_level(logging.CRITICAL)
    port = Port()
    policy, _ = follow(Failing(error))
    assert policy.wait_for(announced(*port.subscribe()), PATIENCE_S)
    assert policy.fell_behind is False


def test_nothing_is_missed_of_what_is_committed_in_any_order():
    Port()
    ended, seen = threading.Event(), []

    def change(name):
        for number in range(10):
            with transaction.atomic():
                announce(Changed.DATA, f"{name} {number}")
                time.sleep(0.001 * (hash((name, number)) % 3))
        connection.close()

    def look():
        revision = 0
        while True:
            last = ended.is_set()
            for row in Change.objects.filter(revision__gt=revision).order_by("revision"):
                seen.append(row.key)
                revision = row.revision
            if last:
                break
        connection.close()

    threads = [threading.Thread(target=change, args=(name,)) for name in "abcdef"]
    looking = threading.Thread(target=look)
    for thread in (looking, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    looking.join()
    assert sorted(seen) == sorted(f"{name} {number}" for name in "abcdef" for number in range(10))


def test_a_change_waits_for_one_that_was_numbered_before_it():
    Port()
    numbered, let_go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            announce(Changed.DATA, "first")
            numbered.set()
            let_go.wait(PATIENCE_S)
        connection.close()

    def quick():
        announced(Changed.DATA, "second")
        connection.close()

    one, other = threading.Thread(target=slow), threading.Thread(target=quick)
    one.start()
    numbered.wait(PATIENCE_S)
    other.start()
    other.join(0.3)
    assert not Change.objects.filter(key="second").exists()
    let_go.set()
    one.join()
    other.join()
    assert list(Change.objects.order_by("revision").values_list("key", flat=True)) == [
        "first",
        "second",
    ]
