"""A sandbox with an agent, a transporter and a terminal, and a worker that applies what they do."""

import time
from contextlib import contextmanager

import msgspec

from sluis.apis.certified_pickup import API
from sluis.core.moments import SECOND
from sluis.server.actions.play import play
from sluis.server.answers.snapshot import Loader
from sluis.server.jobs.accept import new_reference
from sluis.server.jobs.apply import Applier, parts_of
from sluis.server.jobs.worker import Worker
from sluis.server.models import Identifier, Organisation, Party, Terminal
from sluis.storage import jobs as storage
from sluis.storage.jobs import Item
from tests.server.people import person, world

NUMBER = "CAIU7654321"
OPERATOR = "NXT230000005"


def stage():
    """Return the world, with a terminal in it and everybody known in the sandbox."""
    port = world()
    port.terminal = Organisation.objects.create(name="Kaai 1700")
    person("kai", port.terminal, "developer")
    party(port.uat, port.agent, "ShippingAgent", "NXT230000001")
    party(port.uat, port.transporter, "TransportOperator", "NXT230000004")
    operator = party(port.uat, port.terminal, "TerminalOperator", OPERATOR)
    Terminal.objects.create(environment=port.uat, party=operator, code="01700")
    return port


def party(environment, organisation, role, code):
    made = Party.objects.create(
        environment=environment, organisation=organisation, name=organisation.name, roles=[role]
    )
    Identifier.objects.create(environment=environment, party=made, type="NxtEntityId", code=code)
    return made


def release(port, number=NUMBER, *, environment="port/uat", action="Release", bill="BL1234567"):
    """Accept what the agent says of a container, as a call does; return its reference."""
    body = {
        "actionType": action,
        "releaseIdentification": f"RID{number[4:]}",
        "equipmentNumber": number,
        "billOfLadingNumbers": [bill],
        "portLoCode": "BEANR",
        "terminalCode": "01700",
    }
    now = int(time.time() * SECOND)
    item = Item(
        new_reference(),
        environment,
        API.package,
        "ingest",
        None,
        port.agent.id.hex,
        None,
        None,
        "4bf92f3577b34da6a3ce929d0e0e4736",
        now,
        now,
        ((f"{environment} {API.package} {number}", msgspec.json.encode(body).decode()),),
    )
    storage.accept([item], 0)
    return item.reference


def applier():
    snapshot = Loader("http://testserver", b"secret").load()
    return Applier(lambda: snapshot, parts_of([API]))


def apply():
    """Apply all that was accepted."""
    made = applier()
    while made.some()[0]:
        pass


def act(port, script, number=NUMBER):
    """Let a script be played for the agent, and apply it."""
    play(
        actor=port.actor("anna"),
        environment=port.uat,
        organisation=port.agent,
        equipment=number,
        script=script,
    )
    apply()


@contextmanager
def at_work():
    """Apply what is accepted, as a serving process does."""
    worker = Worker(applier())
    worker.start()
    try:
        yield
    finally:
        worker.stop()
