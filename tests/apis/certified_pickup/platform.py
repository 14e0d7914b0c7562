"""The API as its callers meet it, on a store of a few lines: no gateway and no database."""

import json
import uuid

from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.rules import listing
from sluis.apis.certified_pickup.store import LISTS, Ingestion
from sluis.core.access import whole
from sluis.core.api import Call, Opening
from sluis.core.caller import Caller
from sluis.core.job import Page, Receipt, Told, Work
from sluis.core.message import Request
from sluis.core.problem import Problem
from sluis.gateway.refusals import refusals_of
from tests.apis.certified_pickup.world import CONTAINER, DIRECTORY, NOW

OPERATIONS = {operation.name: operation for operation in API.operations}
CHANNELS = {name: uuid.uuid5(uuid.NAMESPACE_DNS, name) for name in ("agent", "rival", "terminal")}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Memory:
    def __init__(self, fictional=True):
        self.opening = Opening("port/uat", fictional, b"")
        self.containers = {}

    def ingestion(self, id_):
        owners = {id_: name for name, id_ in CHANNELS.items()}
        return Ingestion(owners[id_], "json") if id_ in owners else None

    def state(self, lane):
        return self if lane.startswith(LISTS) else self.containers.get(lane)

    def page(self, criteria, offset, at_most):
        found = [
            release
            for container in self.containers.values()
            for release in container.releases
            if listing.listed(release, criteria)
        ]
        return listing.order(found)[offset : offset + at_most], len(found)


class Platform:
    def __init__(self, fictional=True, directory=DIRECTORY):
        self.store, self.now, self.calls, self.told = Memory(fictional), NOW, 0, []
        self.directory = directory

    def find(self, recipient, question, *, at_most=1000, before=None):
        found = [one for one in self.matching(question) if one.recipient == recipient][::-1]
        start = int(before or 0)
        more = str(start + at_most) if len(found) > start + at_most else None
        return Page(tuple(found[start : start + at_most]), more)

    def known(self, question):
        return bool(self.matching(question))

    def matching(self, asked):
        return [
            one
            for one in self.told
            if asked.event in (None, one.event)
            and asked.subject in (None, one.subject)
            and asked.reference in (None, one.reference)
            and asked.object in (None, one.object)
            and (asked.stored_from or one.stored_at) <= one.stored_at
            and one.stored_at <= (asked.stored_until or one.stored_at)
        ]

    def ask(self, name, who, body=None, *, query="", external=None, **path):
        """Call an operation; what it leaves to be done is done at once."""
        operation = OPERATIONS[name]
        self.calls += 1
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {b"external-reference-id": [external.encode()]} if external else {}
        request = Request(operation.method, "", query_text=query, headers=headers, body=raw)
        call = Call(
            request,
            "port/uat",
            {key: str(value) for key, value in path.items()},
            Caller("software", who),
            whole(API.operations),
            self.store,
            self.now,
            TRACE,
            "http://localhost:8000/port/uat",
            self.directory,
            notifications=self,
        )
        dialect = operation.dialect or API.dialect
        try:
            return self.answer(call, operation, dialect)
        except Problem as problem:
            response = dialect.refuse(problem, TRACE)
            assert response.status in told(operation)
            return response

    def answer(self, call, operation, dialect):
        if operation.work is None:
            result = call.grant.trimmer(operation.returns)(operation.handler(call))
            return dialect.answer(call, result)
        call.reference = f"00000000-0000-4000-8000-{self.calls:012d}"
        submission = operation.handler(call)
        for item, step in enumerate(submission.steps):
            plain = json.loads(json.dumps(step.submission))
            work = Work(
                "port/uat",
                operation.name,
                call.reference,
                submission.external_reference,
                item,
                step.lane,
                plain,
                call.caller,
                self.now,
                self.now,
                self.directory,
            )
            self.apply(work, operation.work)
        receipt = Receipt(call.reference, submission.external_reference, self.now)
        return dialect.answer(call, receipt)

    def apply(self, work, decide):
        outcome = decide(work, self.store.state(work.lane))
        if outcome.state is not None:
            self.store.containers[work.lane] = outcome.state
        for one in outcome.notifications:
            text = one.body if isinstance(one.body, str) else json.dumps(one.body)
            self.told.append(
                Told(
                    str(uuid.uuid4()),
                    one.recipient,
                    work.reference,
                    work.external_reference,
                    one.type,
                    one.event,
                    one.subject,
                    one.object,
                    self.now,
                    text,
                )
            )

    def told_to(self, recipient, event=None):
        """Return the messages that a party got, oldest first."""
        return [
            json.loads(one.message)
            for one in self.told
            if one.recipient == recipient and event in (None, one.event)
        ]

    def ingest(self, body, who="agent", **given):
        return self.ask("ingest", who, body, ingestion_id=CHANNELS[who], **given)


def told(operation):
    """Return the statuses of refusals that the reference of an operation has."""
    return {one.status for one in refusals_of(API, operation)}


ONE = {"port_locode": "BEANR", "equipment_number": CONTAINER}
MANY = {"port_locode": "BEANR"}


def content(response):
    return json.loads(response.body) if response.body else None


def shipped(port, who, query=""):
    """Return the list that a company asked for."""
    assert port.ask("list-rights", who, query=query, **MANY).status == 202
    return port.told_to(who, "GetPagedContainers")[-1]["body"]


def accept(action="Accept"):
    return {"actionType": action, "releaseTo": None}


def report(action, **fields):
    return {
        "terminalCode": "01700",
        "actionType": action,
        "releaseDateTimeUtc": "2026-06-03T12:00:00Z",
        "equipmentNumber": CONTAINER,
        "portLoCode": "BEANR",
    } | fields


def event(action, **fields):
    return {
        "actionType": action,
        "portLoCode": "BEANR",
        "terminalCode": "01700",
        "equipmentNumber": CONTAINER,
        "billOfLadingNumbers": ["BL1234567"],
        "timestamp": "2026-06-03T12:00:00Z",
    } | fields
