"""The turns of the worker: who comes first, and how much is applied at once."""

import asyncio

import pytest

from sluis.server.jobs.apply import STEPS_AT_ONCE
from sluis.server.jobs.worker import ACCEPTED_AT_MOST, PRESSING, Waiting, Worker, beside
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)


class Endless:
    """An applier that always finds as much as it may take."""

    def __init__(self):
        self.taken = []

    def some(self, at_most):
        self.taken.append(at_most)
        return at_most, 0

    def wake(self):
        return 0


class Turns:
    """A worker whose turns the test takes, one by one."""

    def __init__(self):
        self.world, self.applier = World(), Endless()
        self.worker = Worker(self.applier)
        self.futures = asyncio.new_event_loop()
        self.number = 0

    def come(self, callers):
        for _ in range(callers):
            self.number += 1
            item = self.world.item((f"L{self.number}", 1))
            self.worker.items.append(Waiting(item, self.futures.create_future()))

    def taken(self):
        """Take a turn; return how much it applied."""
        before = len(self.applier.taken)
        self.worker.turn()
        return self.applier.taken[before:]


@pytest.fixture
def turns():
    made = Turns()
    yield made
    made.futures.close()


def test_much_is_applied_at_once_while_few_call(turns):
    turns.come(5)
    assert turns.taken() == [STEPS_AT_ONCE]
    assert turns.taken() == [STEPS_AT_ONCE]  # there was more: it does not wait for company


def test_who_calls_comes_first_while_many_do(turns, monkeypatch):
    """As many come while others are accepted as wait then: the loop lets them in."""
    monkeypatch.setattr(turns.worker, "let_in", lambda: turns.come(PRESSING))
    turns.come(PRESSING)
    accepted = 0
    while accepted + PRESSING < ACCEPTED_AT_MOST:
        assert turns.taken() == []
        accepted += PRESSING
    accepted += PRESSING
    assert turns.taken() == [accepted * 3 // 8]
    assert turns.taken() == []


@pytest.mark.parametrize(
    ("full", "steps"), [(0.0, 48), (0.375, 48), (0.5, 64), (0.75, 96), (1.0, 128), (9.0, 128)]
)
def test_the_more_waits_the_more_is_applied(turns, monkeypatch, full, steps):
    assert beside(128, full) == steps
    monkeypatch.setattr(turns.worker, "let_in", lambda: turns.come(PRESSING))
    turns.worker.look = lambda: full
    turns.worker.turn()  # in which it looks
    turns.come(ACCEPTED_AT_MOST)
    assert turns.taken() == [beside(ACCEPTED_AT_MOST, full)]


def test_one_fewer_does_not_press(turns, monkeypatch):
    monkeypatch.setattr(turns.worker, "let_in", lambda: turns.come(PRESSING - 1))
    turns.come(PRESSING)
    assert turns.taken() == [STEPS_AT_ONCE]


def test_nothing_is_applied_by_a_worker_that_stops(turns):
    turns.come(5)
    turns.worker.stopping = True
    assert turns.taken() == []
    assert not turns.worker.items
