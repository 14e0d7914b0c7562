"""Applying: once, in order, told in the same transaction; and what becomes of mistakes."""

import json
import threading
import uuid

import pytest
from django.db import connection, transaction

from sluis.server.jobs import apply
from sluis.server.jobs.pressure import Bounds, Pressure
from sluis.server.models import Channel, Environment, Provider
from sluis.storage import jobs as storage
from tests.server.jobs import toy
from tests.server.jobs.world import World, organisation

pytestmark = pytest.mark.django_db(transaction=True)


def messages(world, **asked):
    return [json.loads(one.message) for one in reversed(world.told(**asked))]


def test_applies_each_lane_in_order_and_tells_of_it():
    world = World()
    world.append(("A", 1), ("B", 2), ("A", 3))
    world.append(("A", 4))
    assert world.apply() == 4
    assert world.store.lists == {"A": [1, 3, 4], "B": [2]}
    assert [(m["position"], m["value"]) for m in messages(world, subject="A")] == [
        (1, 1),
        (2, 3),
        (3, 4),
    ]


def test_takes_long_lanes_in_several_batches():
    world = World()
    world.append(*(("A", n) for n in range(400)))
    assert world.apply() == 400
    assert world.store.lists["A"] == list(range(400))


def test_ids_are_made_of_what_happened():
    world = World()
    item = world.append(("A", 1, {"tell": [toy.ORGANISATION, toy.ORGANISATION]}))
    world.apply()
    name = f"{item.reference} 0 {toy.ORGANISATION} Appended"
    expected = {str(uuid.uuid5(apply.NAMES, f"{name} {ordinal}")) for ordinal in (0, 1)}
    assert {one.id for one in world.told()} == expected


def test_a_step_is_applied_once_whatever_another_does_meanwhile():
    world = World()
    world.append(("A", 1))
    with transaction.atomic():
        lanes = storage.claim_lanes(2**62, 10)
        world.applier.applied(lanes, 8)
    with pytest.raises(storage.Fenced), transaction.atomic():
        world.applier.applied(lanes, 8)
    assert len(world.told()) == 1


def test_what_comes_while_its_lane_is_applied_is_not_forgotten():
    """As where nothing keeps others from a lane that is at work: the lane grows meanwhile."""
    world = World()
    world.append(("A", 1))
    with transaction.atomic():
        lanes = storage.claim_lanes(2**62, 10)
        world.accept(world.item(("A", 2)))
        world.applier.applied(lanes, 1)
    assert world.apply() == 1
    assert world.store.lists["A"] == [1, 2]
    assert not storage.something_waits(2**62)


def test_being_too_late_is_no_try(monkeypatch):
    """However often another process is first, the step is neither put off nor set aside."""
    world = World()
    world.append(("A", 1))

    def late(_):
        raise storage.Fenced

    with monkeypatch.context() as patch:
        patch.setattr(storage, "advance", late)
        assert [world.applier.some() for _ in range(5)] == [(0, 0)] * 5
    world.store.lists.clear()  # in memory, where nothing is rolled back
    assert world.apply() == 1
    assert world.store.lists == {"A": [1]}
    assert world.told(event="Failed") == ()


def test_a_poison_step_holds_up_its_lane_for_seventy_one_seconds():
    world = World()
    world.append(("A", 1), ("A", 2, {"poison": True}), ("A", 3), ("B", 4))
    assert world.apply() == 2
    began = world.time
    for pause in (1, 10, 60):
        world.time += pause - 0.01
        assert world.apply() == 0
        world.time += 0.02
        world.apply()
    assert world.time - began == pytest.approx(71, abs=0.1)
    assert world.store.lists == {"A": [1, 3], "B": [4]}
    [failed] = world.told(event="Failed")
    incident = json.loads(failed.message)["incident"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM server_acceptedstep WHERE incident = %s", [incident])
        assert cursor.fetchone() == (1,)


def test_a_state_that_cannot_be_kept_harms_no_other_lane():
    world = World()
    world.store.broken = {"A"}
    world.append(("A", 1), ("B", 2), ("C", 3))
    assert world.apply() == 2
    for pause in (1, 10, 60):
        world.time += pause + 0.01
        world.apply()
    assert world.store.lists == {"B": [2], "C": [3]}
    assert len(world.told(event="Failed")) == 1
    world.store.broken = set()
    world.append(("A", 5))
    assert world.apply() == 1
    assert world.store.lists["A"] == [5]


def test_a_lane_whose_api_is_gone_waits():
    world = World(apis=())
    world.append(("A", 1))
    assert world.apply() == 0
    world.time += 100
    assert World().apply() == 0  # of another time: put off until then


@pytest.mark.parametrize("offset", [0.0, 86_400.0, -86_400.0])
def test_wakes_a_lane_at_its_time_by_the_clock_of_the_environment(offset):
    world = World(offset=offset)
    world.append(("A", 1, {"wake": 60}))
    world.apply()
    world.time += 59
    assert world.applier.wake() == 0
    world.time += 2
    assert world.applier.wake() == 1
    assert world.applier.wake() == 0
    world.apply()
    assert world.store.lists["A"] == [1, "woken"]


def test_a_clock_that_is_moved_wakes_at_once():
    world = World()
    world.append(("A", 1, {"wake": 3 * 86_400}))
    world.apply()
    assert world.applier.wake() == 0
    world.offset = 4 * 86_400.0
    assert world.applier.wake() == 1


def test_the_last_word_on_waking_counts():
    world = World()
    world.append(("A", 1, {"wake": 10}), ("A", 2, {"wake": 100}), ("A", 3))
    world.apply()
    world.time += 50
    assert world.applier.wake() == 0
    world.time += 51
    assert world.applier.wake() == 1


def channel(world, **more):
    provider = Provider.objects.create(slug="port", name="Port", organisation=organisation("P", 9))
    environment = Environment.objects.create(
        key=world.key, provider=provider, name="uat", kind="sandbox"
    )
    values = {"name": "c", "url": "https://example.org/", "sealed": b"", **more}
    return Channel.objects.create(environment=environment, organisation=organisation(), **values)


def test_every_channel_gets_what_it_wants():
    world = World()
    first = channel(world)
    again = {"environment": first.environment, "organisation": first.organisation, "sealed": b""}
    Channel.objects.create(**again, events=["Woken"])
    Channel.objects.create(**again, disabled_at="2024-01-01T00:00:00Z")
    world.append(("A", 1), ("B", 2, {"tell": ["0" * 32]}), ("A", 3))
    world.apply()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.channel, n.message FROM server_delivery d"
            " JOIN server_storednotification n ON n.seq = d.notification ORDER BY d.id"
        )
        pushed = [(number, json.loads(message)["value"]) for number, message in cursor.fetchall()]
    assert pushed == [(first.pk, 1), (first.pk, 3)]


def test_pressure_shows_and_passes():
    world = World()
    world.append(*(("A", n) for n in range(11)))
    pressure = Pressure(None, Bounds(steps=10), lambda: world.time)
    assert pressure.look() == 1.1
    assert pressure.refusal().wait_seconds
    world.apply()
    assert pressure.look() == 0
    assert pressure.refusal() is None


def test_what_waits_for_a_minute_is_too_old():
    world = World()
    item = world.append(("A", 1))
    pressure = Pressure(None, now=lambda: item.received_at / 1e6 + 59.9)
    pressure.look()
    assert pressure.refusal() is None
    pressure.now = lambda: item.received_at / 1e6 + 60.1
    pressure.look()
    assert pressure.refusal() is not None


def test_a_full_disk_is_seen(tmp_path):
    pressure = Pressure(tmp_path, Bounds(disk_share=1.1))
    pressure.look()
    assert "disk" in pressure.refusal().detail


@pytest.mark.postgresql
def test_workers_step_over_each_others_lanes():
    world = World()
    world.append(("A", 1), ("B", 2))
    found = []

    def other():
        with transaction.atomic():
            found.extend(storage.claim_lanes(2**62, 10))
        connection.close()

    with transaction.atomic():
        [first] = storage.claim_lanes(2**62, 1)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(found) == 1
    assert found[0].id != first.id
