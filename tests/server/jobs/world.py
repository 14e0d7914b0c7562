"""One environment with the toy API, on the test's database and under a clock made by hand."""

import uuid
from types import SimpleNamespace

from sluis.core.access import Grant
from sluis.core.api import Call
from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.moments import SECOND, moment
from sluis.gateway.route import routes
from sluis.gateway.snapshot import Environment, Snapshot
from sluis.server.jobs.accept import item_of, new_reference
from sluis.server.jobs.apply import Applier, parts_of
from sluis.server.jobs.query import StoredNotifications
from sluis.storage import jobs as storage
from tests.server.jobs import toy

AT = 1_700_000_000.0


class Lists:
    """The toy's store, in memory; `broken` lanes cannot be kept."""

    def __init__(self):
        self.lists = {}
        self.broken = set()

    def states(self, lanes):
        return {lane: self.lists[lane] for lane in lanes if lane in self.lists}

    def keep(self, states):
        if self.broken & states.keys():
            raise LookupError("broken")
        self.lists.update(states)


class World:
    def __init__(self, key="port/uat", offset=0.0, apis=(toy.API,)):
        self.time = AT
        self.key = key
        self.store = Lists()
        self.offset = offset
        self.applier = Applier(lambda: self.snapshot, parts_of(apis), lambda: self.time)
        self.notifications = StoredNotifications(key, offset, lambda: self.time)

    @property
    def snapshot(self):
        environment = Environment(
            key=self.key,
            base_url="",
            clock_offset_seconds=self.offset,
            routes=routes((), {}, {}),
            stores={toy.API.package: self.store},
        )
        return Snapshot(environments={self.key: environment})

    def item(self, *steps, key=None, organisation=toy.ORGANISATION, external=None, body=None):
        """Return what a call with these steps becomes; each is a lane, a value and more."""
        given = [{"lane": lane, "value": value, **more} for lane, value, more in map(whole, steps)]
        headers = {b"idempotency-key": (key.encode(),)} if key else {}
        text = body if body is not None else repr(given)
        request = Request("POST", "/toy/v1/steps", headers=headers, body=text.encode())
        call = Call(
            request,
            self.key,
            {},
            Caller(organisation=organisation),
            Grant(),
            self.store,
            moment(int((self.time + self.offset) * SECOND)),
            "trace",
            "",
            reference=new_reference(),
        )
        endpoint = SimpleNamespace(api=toy.API, operation=toy.APPEND)
        submission = toy.Submission(tuple(toy.Step(step["lane"], step) for step in given), external)
        return item_of(call, endpoint, submission)

    def accept(self, *items, keys_before=0):
        from django.db import transaction

        with transaction.atomic():
            return storage.accept(items, keys_before)

    def append(self, *steps, **more):
        item = self.item(*steps, **more)
        self.accept(item)
        return item

    def apply(self):
        """Apply until nothing is left that can be applied now; return how many steps were."""
        count = 0
        while steps := self.applier.some()[0]:
            count += steps
        return count

    def told(self, recipient=toy.ORGANISATION, **asked):
        question = toy.Question(**asked)
        return self.notifications.find(recipient, question).told


def whole(step):
    lane, value, *more = step
    return lane, value, more[0] if more else {}


def organisation(name="Toy", number=1):
    from sluis.server.models import Organisation

    return Organisation.objects.create(id=uuid.UUID(int=number), name=name)
