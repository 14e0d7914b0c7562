"""Channels in the world of companies, what waits for them, and a dispatcher at work."""

import time

from django.db import transaction

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.add_channel import add_channel
from sluis.server.jobs.deliver import Dispatcher
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.worker import Worker
from sluis.server.models import Delivery
from sluis.storage import jobs as storage

LATER = 2**61


def added(town, url="https://example.org/", actor=COMMAND, organisation=None, **more):
    made = add_channel(
        actor=actor,
        environment=town.uat,
        organisation=organisation or town.agent,
        name="a channel",
        url=url,
        **more,
    )
    return made.channel


def told(world, town, *lanes, **more):
    who = town.agent.pk.hex
    world.time = time.time()  # what waits for days is not pushed any more
    world.append(*((lane, n, {"tell": [who], **more}) for n, lane in enumerate(lanes)))
    world.apply()


def claimed(channel, at_most=10, *, now=LATER, in_order=True, until=None, behind=0):
    with transaction.atomic():
        found = storage.claim_deliveries(
            channel.pk,
            now,
            at_most,
            in_order=in_order,
            owner="me",
            until=until or now + 1,
            behind=behind,
        )
    return [one.id for one in found]


def reported(channel, delivery, state, *, at=LATER, next_at=LATER, holds=True):
    lane = Delivery.objects.get(pk=delivery).lane
    outcome = (1, at, 200, 5, "", "", state, next_at, holds)
    with transaction.atomic():
        storage.report([storage.Report(delivery, channel.pk, lane, *outcome)])


# The whole of it


class Serving:
    """A worker and a dispatcher at work."""

    def __init__(self, world=None):
        self.worker = Worker(world.applier if world else None)
        self.dispatcher = Dispatcher(self.worker, Guard(development=True), per_second=5000)
        self.worker.on_push = self.dispatcher.wake

    def __enter__(self):
        self.worker.start()
        self.dispatcher.start()
        return self

    def __exit__(self, *_):
        self.dispatcher.stop()
        self.worker.stop()


def wait_for(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
