"""How the worker and the dispatcher end, and what does not end them."""

import asyncio
import threading
from collections import deque
from types import SimpleNamespace

import pytest
from django.db import DataError, OperationalError, connection, transaction

from sluis.core.problem import Problem, Reason
from sluis.server.jobs import deliver, worker
from sluis.server.jobs.deliver import Dispatcher
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.worker import Waiting, Worker
from sluis.server.models import Delivery
from sluis.storage import jobs as storage
from tests.server.jobs.town import Serving, added, told, wait_for
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)


class Late(deque):
    """A queue to which something comes when the thread that looks at it has just ended."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def append(self, waiting):
        self.of.stop()
        super().append(waiting)


async def test_what_is_queued_as_the_thread_ends_is_refused():
    made = Worker(None)
    made.items = Late(made)
    made.start()
    with pytest.raises(Problem) as refusal:
        await asyncio.wait_for(made.store(World().item(("A", 1))), 5)
    assert refusal.value.reason is Reason.UNAVAILABLE


def closing(*_):
    raise RuntimeError("Event loop is closed")


CLOSING = SimpleNamespace(is_closed=lambda: False, call_soon_threadsafe=closing)


def test_a_loop_that_closes_meanwhile_has_nothing_stored_twice(monkeypatch):
    times = []
    monkeypatch.setattr(worker, "stored", lambda items: times.append(len(items)) or [None])
    made = Worker(None)
    made.loop = CLOSING
    future = SimpleNamespace(get_loop=lambda: CLOSING)
    made.items.append(Waiting(World().item(("A", 1)), future))
    made.turn()
    assert times == [1]


def test_a_dispatcher_whose_loop_closes_meanwhile_can_be_woken():
    dispatcher = Dispatcher(Worker(None), Guard(development=True))
    dispatcher.loop, dispatcher.event = CLOSING, SimpleNamespace(set=None)
    dispatcher.wake()


def test_a_dispatcher_can_be_stopped_before_it_has_a_loop():
    made = Worker(None)
    made.start()
    dispatcher = Dispatcher(made, Guard(development=True))
    dispatcher.stopping = True
    dispatcher.start()
    dispatcher.stop()
    made.stop()
    assert not dispatcher.thread.is_alive()


def away(*_, **__):
    raise OperationalError("the database is away")


def test_both_end_while_the_database_is_away(monkeypatch):
    for module in (worker, deliver):
        monkeypatch.setattr(module, "AWAY_AT_STOP_SECONDS", 0.5)
    monkeypatch.setattr(storage, "waiting_channels", away)
    serving = Serving().__enter__()
    wait_for(lambda: serving.worker.deeds)
    ending = threading.Thread(target=serving.__exit__, daemon=True)
    ending.start()
    ending.join(10)
    assert not ending.is_alive()
    assert not serving.worker.thread.is_alive()


@pytest.mark.parametrize("error", [DataError("no number"), ValueError("a mistake of ours")])
def test_a_fault_does_not_end_pushing(town, there, development, monkeypatch, error):
    faults, look = [error], storage.waiting_channels

    def once():
        if faults:
            raise faults.pop()
        return look()

    monkeypatch.setattr(storage, "waiting_channels", once)
    added(town, there.url)
    told(World(), town, "A")
    with Serving():
        wait_for(lambda: Delivery.objects.get().state == storage.DELIVERED)


class Frozen:
    """An applier that stands still with a lane locked, as in a process that is stopped."""

    def __init__(self):
        self.holds, self.thaw = threading.Event(), threading.Event()

    def some(self, _):
        if self.thaw.is_set():
            return 0, 0
        with transaction.atomic():
            storage.claim_lanes(2**62, 9)
            self.holds.set()
            self.thaw.wait(20)
        return 0, 0

    def wake(self):
        return 0


@pytest.mark.postgresql
async def test_a_process_that_stands_still_does_not_keep_others_from_a_lane(monkeypatch):
    monkeypatch.setattr(worker, "LIMIT_MILLISECONDS", 500)
    world, frozen = World(), Frozen()
    still, other = Worker(frozen), Worker(None)
    await asyncio.to_thread(committed, world, ("A", 1))
    for one in (still, other):
        one.start()
    await asyncio.to_thread(frozen.holds.wait, 10)
    try:
        assert await asyncio.wait_for(other.store(world.item(("A", 2))), 10) is None
    finally:
        frozen.thaw.set()
        for one in (still, other):
            await asyncio.to_thread(one.stop)


def committed(world, step):
    world.append(step)
    connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize(("was", "becomes"), [("off", "on"), ("remote_apply", "remote_apply")])
def test_what_is_accepted_is_flushed_whatever_the_database_does_for_others(was, becomes):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, true)", [was])
        storage.prepare(5_000)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == (becomes,)
        transaction.set_rollback(True)
