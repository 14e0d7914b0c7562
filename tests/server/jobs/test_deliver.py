"""Delivering: what is claimed, in which order, and what becomes of it."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from django.db import connection

from sluis.core.moments import HOUR, SECOND
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.enable_channel import enable_channel
from sluis.server.jobs.deliver import Dispatcher
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.secrets import Secrets
from sluis.server.jobs.targets import Answer, Target
from sluis.server.jobs.traffic import CLAIMED_PER_CHANNEL, Traffic
from sluis.server.jobs.worker import Worker
from sluis.server.models import AuditEntry, Channel, Delivery
from sluis.storage import jobs as storage
from sluis.storage.jobs import Claimed
from tests.server.jobs import toy
from tests.server.jobs.receiver import receiving
from tests.server.jobs.town import LATER, Serving, added, claimed, told, wait_for
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)
TARGET = Target(1, "https://example.org/", True, "none", "", "", "", "", Secrets())


def delivery(id_=0, lane=0):
    return Claimed(id_, TARGET.id, lane, 0, 0, "", "")


# Judgements


def judged(answer, attempts=0, age=0, in_order=True):
    now = 10 * HOUR
    made = Dispatcher(
        SimpleNamespace(), Guard(development=True), now=lambda: now / SECOND, chance=lambda: 0.5
    )
    delivery = Claimed(1, 2, 3, attempts, now - age, "id", "{}")
    return made.judged(SimpleNamespace(id=2, in_order=in_order), delivery, answer, now), now


@pytest.mark.parametrize(
    ("answer", "attempts", "age", "state", "seconds", "holds"),
    [
        (Answer(200), 0, 0, storage.DELIVERED, 0, True),
        (Answer(500), 0, 0, storage.WAITING, 5, True),
        (Answer(None), 1, 0, storage.WAITING, 300, True),
        (Answer(404), 1, 0, storage.WAITING, 300, True),
        (Answer(404), 2, 0, storage.WAITING, 1800, False),
        (Answer(409), 2, 0, storage.WAITING, 1800, True),
        (Answer(503), 0, 0, storage.WAITING, 60, True),
        (Answer(429, retry_after="600"), 0, 0, storage.WAITING, 600, True),
        (Answer(500), 9, 0, storage.GIVEN_UP, 0, True),
        (Answer(500), 8, 95 * HOUR, storage.GIVEN_UP, 0, True),
    ],
)
def test_judges(answer, attempts, age, state, seconds, holds):
    report, now = judged(answer, attempts, age)
    assert (report.state, report.next_at - now, report.holds) == (state, seconds * SECOND, holds)
    assert report.number == attempts + 1


def test_traffic_keeps_to_its_rate():
    traffic, begun = Traffic(50.0, 0.0), 0
    for tick in range(1000):
        now = tick / 100
        while traffic.may_begin(now):
            traffic.begin(TARGET, delivery(), now)
            traffic.under_way -= 1
            begun += 1
    assert 500 <= begun <= 515


def test_no_more_than_ten_are_under_way():
    traffic = Traffic(5000.0, 0.0)
    while traffic.may_begin(1.0):
        traffic.begin(TARGET, delivery(lane=traffic.under_way), 1.0)
    assert traffic.under_way == 10
    assert not traffic.may_begin(2.0)


def test_an_open_breaker_gives_back_what_was_claimed():
    traffic = Traffic(50.0, 0.0)
    for _ in range(10):
        traffic.breaker.note(0.0, good=False)
    assert traffic.room(29.9) == 0
    assert traffic.room(30.0) == 1
    assert traffic.may_begin(30.0)
    traffic.begin(TARGET, delivery(), 30.0)
    assert not traffic.may_begin(30.0)


async def pushed(made, *waiting):
    """Push one to TARGET, behind which others wait."""
    made.event, made.stopping = asyncio.Event(), True  # nothing else begins
    traffic = made.traffic[TARGET.id] = Traffic(50.0, 0.0)
    traffic.next.extend((TARGET, one) for one in waiting)
    traffic.begin(TARGET, delivery(), 0.0)
    await made.push(TARGET, delivery())
    return traffic


async def test_who_is_overloaded_gets_one_at_a_time_for_a_minute():
    made = Dispatcher(
        SimpleNamespace(), Guard(development=True), now=lambda: 0.0, monotonic=lambda: 0.0
    )
    made.pusher = SimpleNamespace(push=overloaded)
    traffic = await pushed(made, delivery(1, 0), delivery(2, 2))
    first, behind, other = made.reports  # given back, with no attempt used up
    assert (behind.delivery, behind.next_at, behind.counted) == (1, first.next_at, False)
    assert (other.delivery, other.next_at, other.counted) == (2, 0, False)
    assert [traffic.room(at) for at in (0.0, 59.9, 60.0)] == [1, 1, CLAIMED_PER_CHANNEL]
    traffic.begin(TARGET, delivery(), 1.0)
    assert [traffic.may_begin(at) for at in (59.9, 60.0)] == [False, True]
    assert traffic.room(59.9) == 0


async def overloaded(*_):
    return Answer(503)


async def test_what_is_older_than_four_days_is_given_up_and_not_tried():
    made = Dispatcher(SimpleNamespace(), Guard(development=True), now=lambda: 96.0 * 3600 + 1)
    made.pusher = SimpleNamespace()  # it cannot push
    await pushed(made)
    [report] = made.reports
    assert (report.state, report.number, report.counted) == (storage.GIVEN_UP, 0, False)


def test_two_hundred_are_under_way_at_most(monkeypatch):
    made = Dispatcher(SimpleNamespace(), Guard(development=True), monotonic=lambda: 0.0)
    begun = []

    def begin(traffic, now):
        begun.append(id(traffic))
        made.pushing.add(len(begun))
        return True

    monkeypatch.setattr(made, "begin", begin)
    for channel in range(3):
        made.traffic[channel] = Traffic(50.0, 0.0)
        made.traffic[channel].next.append((TARGET, delivery()))
    made.begin_all()
    assert len(begun) == 200
    assert [begun.count(id(one)) for one in made.traffic.values()] == [67, 67, 66]  # in turn


def test_of_a_lane_one_is_under_way():
    traffic = Traffic(50.0, 0.0)
    waiting = [(TARGET, delivery(n, lane)) for n, lane in enumerate((7, 7, 8, 7))]
    traffic.next.extend(waiting)
    assert [traffic.first(), traffic.begin(*waiting[0], 0.0)] == [waiting[0], None]
    assert [traffic.first(), traffic.begin(*waiting[2], 0.0)] == [waiting[2], None]
    assert traffic.first() is None
    traffic.end(waiting[0][1])
    assert traffic.first() == waiting[1]
    assert traffic.all(7) == [waiting[3]]
    assert not traffic.next


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_pushes_in_order_of_each_lane(town, there, development):
    added(town, there.url)
    world = World()
    lanes = [f"L{n % 7}" for n in range(60)]
    told(world, town, *lanes)
    with Serving():
        wait_for(lambda: states() == [storage.DELIVERED] * 60)
    arrived = {}
    for _, _, body in there.requests:
        message = toy.msgspec.json.decode(body)
        arrived.setdefault(message["lane"], []).append(message["value"])
    assert arrived == {lane: [n for n in range(60) if f"L{n % 7}" == lane] for lane in lanes}


def test_those_behind_one_that_fails_wait_for_it(town, there, development):
    added(town, there.url)
    there.answer(204, 500, 204)
    told(World(), town, "A", "A", "A", "A")
    with Serving():
        wait_for(lambda: states() == [storage.WAITING] * 3 + [storage.DELIVERED])
        wait_for(lambda: Delivery.objects.filter(attempts=1, state=storage.WAITING).exists())
        wait_for(lambda: not Delivery.objects.exclude(claimed_by=None).exists())
        assert len(there.requests) == 2
        failed, *behind = Delivery.objects.filter(state=storage.WAITING).order_by("id")
        assert [one.attempts for one in behind] == [0, 0]
        assert all(one.next_at >= failed.next_at for one in behind)
        Delivery.objects.filter(state=storage.WAITING).update(next_at=0)
        wait_for(lambda: states() == [storage.DELIVERED] * 4)
    values = [toy.msgspec.json.decode(body)["value"] for _, _, body in there.requests]
    assert values == [0, 1, 1, 2, 3]


def test_what_was_claimed_waits_for_the_next_process(town, there, development):
    there.answer(200, wait=1.0)
    added(town, there.url)
    told(World(), town, "A", "A", "A", *(f"L{n}" for n in range(20)))
    with Serving():
        wait_for(lambda: there.requests)
    begun = len(there.requests)
    assert Delivery.objects.filter(state=storage.DELIVERED).count() == begun < 23
    assert not Delivery.objects.exclude(claimed_by=None).exclude(state=storage.DELIVERED).exists()


def test_notes_each_attempt(town, there, development):
    added(town, there.url)
    there.answer(500, body=b"no")
    told(World(), town, "A")
    with Serving():
        wait_for(lambda: there.requests)
    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.attempts, delivery.claimed_by) == (storage.WAITING, 1, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery, number, status, answer FROM server_attempt")
        assert cursor.fetchall() == [(delivery.pk, 1, 500, "no")]
    assert Channel.objects.get().failing_since is not None


def test_one_that_is_gone_is_disabled_at_once(town, there, development):
    channel = added(town, there.url)
    there.answer(410)
    told(World(), town, "A", "A", "B")
    with Serving():
        wait_for(lambda: Channel.objects.get().disabled_at is not None)
        wait_for(lambda: storage.WAITING not in states())
    assert AuditEntry.objects.filter(action="channel.disable").count() == 1
    told(World(), town, "A")
    assert storage.waiting_channels() == []
    enable_channel(actor=COMMAND, channel=channel)
    told(World(), town, "A")
    assert storage.waiting_channels() == [channel.pk]


def test_one_that_hangs_does_not_hold_up_another(town, there, development):
    with receiving() as slow:
        slow.answer(200, wait=1.5)
        added(town, slow.url)
        added(town, there.url)
        told(World(), town, *(f"L{n}" for n in range(40)))
        with Serving():
            wait_for(lambda: len(there.requests) == 40)
            assert len(slow.requests) <= 30


def test_ten_that_hang_keep_nobody_waiting_for_a_second(town, there, development):
    with receiving() as slow:
        slow.answer(200, wait=2.0)
        for _ in range(10):
            added(town, slow.url)
            added(town, there.url, organisation=town.transporter)
        told(World(), town, *(f"L{n}" for n in range(10)))
        recipients = {"tell": [town.transporter.pk.hex]}
        told(World(), town, *(f"M{n}" for n in range(10)), **recipients)
        with Serving():
            wait_for(lambda: len(slow.requests) == 100)
            began = time.monotonic()
            told(World(), town, "N0", "N1", **recipients)
            wait_for(lambda: len(there.requests) == 120)
            assert time.monotonic() - began < 1.0


def test_claims_of_a_process_that_died_are_taken_back(town, there, development):
    channel = added(town, there.url)
    told(World(), town, "A")
    claimed(channel, now=LATER)
    if connection.vendor == "postgresql":
        Delivery.objects.update(next_at=0)  # its lease ran out
    with Serving():
        wait_for(lambda: states() == [storage.DELIVERED])


async def test_a_worker_that_is_gone_ends_the_dispatcher():
    worker = Worker(None)
    worker.start()
    worker.stop()
    dispatcher = Dispatcher(worker, Guard(development=True))
    dispatcher.start()
    await asyncio.to_thread(dispatcher.thread.join, 10)
    assert not dispatcher.thread.is_alive()
