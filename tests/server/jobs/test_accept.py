"""Accepting: order, keys, and values that no database keeps."""

import asyncio
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection

from sluis.core.job import Step, Submission
from sluis.core.moments import moment
from sluis.core.problem import Problem, Reason
from sluis.server.jobs.accept import Acceptance, new_reference
from sluis.server.jobs.worker import Worker
from sluis.storage import jobs as storage
from tests.server.jobs import toy
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def numbers():
    return rows(
        "SELECT l.key, s.lane_seq, s.reference, s.item FROM server_acceptedstep s"
        " JOIN server_lane l ON l.id = s.lane ORDER BY l.key, s.lane_seq"
    )


def test_gives_steps_their_places_in_the_order_of_arrival():
    world = World()
    one = world.item(("A", 1), ("B", 2), ("A", 3))
    two = world.item(("A", 4))
    world.accept(one, two)
    three = world.append(("B", 5), ("A", 6))
    prefix = f"port/uat {toy.API.package} "
    assert numbers() == [
        (prefix + "A", 1, one.reference, 0),
        (prefix + "A", 2, one.reference, 2),
        (prefix + "A", 3, two.reference, 0),
        (prefix + "A", 4, three.reference, 1),
        (prefix + "B", 1, one.reference, 1),
        (prefix + "B", 2, three.reference, 0),
    ]


def test_the_same_key_stands_for_the_first_call():
    world = World()
    one = world.append(("A", 1), key="k", external="mine")
    [kept] = world.accept(world.item(("A", 1), key="k"))
    assert kept[:2] == (one.reference, "mine")
    assert kept.fingerprint == one.key.fingerprint
    assert len(numbers()) == 1


def test_a_key_with_another_body_shows_in_its_fingerprint():
    world = World()
    world.append(("A", 1), key="k")
    other = world.item(("A", 2), key="k")
    [kept] = world.accept(other)
    assert kept.fingerprint != other.key.fingerprint
    assert len(numbers()) == 1


@pytest.mark.parametrize("other", [{"organisation": "0" * 32}, {"key": "another"}])
def test_keys_are_of_one_organisation(other):
    world = World()
    world.append(("A", 1), key="k")
    assert world.accept(world.item(("A", 1), **{"key": "k"} | other)) == [None]


def test_keys_are_of_one_environment():
    World().append(("A", 1), key="k")
    other = World("port/live")
    assert other.accept(other.item(("A", 1), key="k")) == [None]


def test_a_key_is_forgotten_after_its_time():
    world = World()
    one = world.append(("A", 1), key="k")
    again = world.item(("A", 1), key="k")
    assert world.accept(again, keys_before=one.received_at)[0].reference == one.reference
    assert world.accept(again, keys_before=one.received_at + 1) == [None]


def test_known_and_new_keys_share_a_batch():
    world = World()
    one = world.append(("A", 1), key="k")
    again, new, none = world.item(("A", 1), key="k"), world.item(("A", 2), key="n"), world.item()
    kept = world.accept(again, new, none)
    assert [k and k.reference for k in kept] == [one.reference, None, None]


@pytest.mark.parametrize(
    ("steps", "more", "reason"),
    [
        pytest.param([("A\0", 1)], {}, Reason.MALFORMED, id="NUL in a lane"),
        pytest.param([("\ud800", 1)], {}, Reason.MALFORMED, id="half a pair in a lane"),
        pytest.param([("A" * 121, 1)], {}, Reason.MALFORMED, id="a long lane"),
        pytest.param([("A", "\udfff")], {"body": "x"}, Reason.MALFORMED, id="half a pair inside"),
        pytest.param([("A", 1)], {"external": "x\0"}, Reason.MALFORMED, id="NUL in a reference"),
        pytest.param([("A", 1)], {"external": "x" * 201}, Reason.MALFORMED, id="long reference"),
        pytest.param([("A", 1)], {"key": "k" * 256}, Reason.MALFORMED, id="a long key"),
        pytest.param([("A", n) for n in range(501)], {}, Reason.TOO_LARGE, id="many steps"),
    ],
)
def test_refuses_what_no_database_keeps(steps, more, reason):
    with pytest.raises(Problem) as refusal:
        World().item(*steps, **more)
    assert refusal.value.reason is reason


def test_keeps_every_other_text():
    world = World()
    world.append(("A \U0001f6a2 é'\"\\\n", "nul \0 inside"), external="\U0001f6a2")
    assert world.apply() == 1
    assert list(world.store.lists.values()) == [["nul \0 inside"]]


def test_references_rise_and_differ():
    made = [new_reference() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
    assert {(one[14], one[19] in "89ab") for one in made} == {("7", True)}


# Through the worker's thread


@pytest.fixture
def worker():
    made = Worker(None)
    made.start()
    yield made
    made.stop()


async def test_only_the_guilty_one_of_a_batch_fails(worker):
    world = World()
    good = [world.item((f"L{n}", n)) for n in range(5)]
    bad = world.item(("B", 1))._replace(operation=None)
    outcomes = await asyncio.gather(
        *(worker.store(item) for item in [*good[:3], bad, *good[3:]]), return_exceptions=True
    )
    assert [isinstance(outcome, DatabaseError) for outcome in outcomes] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]
    assert await asyncio.to_thread(counted) == 5


def counted():
    try:
        return len(numbers())
    finally:
        connection.close()


async def test_a_stopped_worker_refuses(worker):
    worker.stop()
    with pytest.raises(Problem) as refusal:
        await worker.store(World().item(("A", 1)))
    assert refusal.value.reason is Reason.UNAVAILABLE


class Slow:
    """A store that answers when it is told to."""

    def __init__(self):
        self.begun = asyncio.Event()
        self.may = asyncio.Event()
        self.stored = []

    async def store(self, item):
        self.begun.set()
        await self.may.wait()
        self.stored.append(item)
        if len(self.stored) > 1:
            first = self.stored[0]
            kept = (first.reference, None, first.accepted_at, first.key.fingerprint)
            return storage.Kept(*kept)
        return None


def asked(world, key="k", value=1):
    """Return the arguments of `accept` for a call with a key."""
    item = world.item(("A", value), key=key)
    call = SimpleNamespace(
        environment=world.key,
        caller=SimpleNamespace(application=None, organisation=toy.ORGANISATION, person=None),
        trace="",
        now=moment(0),
        reference=item.reference,
        request=SimpleNamespace(
            method="POST",
            path="/",
            query_text="",
            body=str(value).encode(),
            header=lambda name: key,
        ),
    )
    endpoint = SimpleNamespace(api=toy.API, operation=toy.APPEND)
    return call, endpoint, Submission((Step("A", {"value": value}),))


async def test_a_key_in_progress_is_waited_for():
    slow, world = Slow(), World()
    acceptance = Acceptance(slow.store, lambda: None)
    first = asyncio.create_task(acceptance.accept(*asked(world)))
    await slow.begun.wait()
    second = asyncio.create_task(acceptance.accept(*asked(world)))
    await asyncio.sleep(0)
    slow.may.set()
    one, two = await asyncio.gather(first, second)
    assert (one.repeated, two.repeated) == (False, True)
    assert one.reference == two.reference


async def test_a_key_in_progress_for_too_long_is_a_conflict(monkeypatch):
    monkeypatch.setattr("sluis.server.jobs.accept.PATIENCE_SECONDS", 0.01)
    slow, world = Slow(), World()
    acceptance = Acceptance(slow.store, lambda: None)
    first = asyncio.create_task(acceptance.accept(*asked(world)))
    await slow.begun.wait()
    with pytest.raises(Problem) as refusal:
        await acceptance.accept(*asked(world))
    assert refusal.value.reason is Reason.IN_PROGRESS
    slow.may.set()
    await first


async def test_a_key_with_another_body_is_refused():
    slow, world = Slow(), World()
    slow.may.set()
    acceptance = Acceptance(slow.store, lambda: None)
    await acceptance.accept(*asked(world))
    with pytest.raises(Problem) as refusal:
        await acceptance.accept(*asked(world, value=2))
    assert refusal.value.reason is Reason.KEY_REUSED


async def test_accepts_nothing_under_pressure():
    full = Problem(Reason.UNAVAILABLE, "full", wait_seconds=10)
    acceptance = Acceptance(Slow().store, lambda: full)
    with pytest.raises(Problem) as refusal:
        await acceptance.accept(*asked(World()))
    assert refusal.value is full
