"""A small world of parties, and steps taken in it."""

from datetime import UTC, datetime

from sluis.apis.certified_pickup.rules import decide
from sluis.core.caller import Caller
from sluis.core.directory import Directory, Party
from sluis.core.job import CLOCK, Work

NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
CONTAINER = "CAIU7654321"


def party(organisation, code, role, name=None, *, tin=None, terminals=()):
    identifiers = {"NxtEntityId": code, "TIN": tin or f"BE{code[3:]}"}
    return Party(
        organisation,
        name or organisation.title(),
        frozenset({role} if role else ()),
        identifiers,
        (),
        frozenset(terminals),
    )


# The agent and the forwarder have the codes that seed 001 prints, and so has the terminal.
PARTIES = {
    "agent": party("agent", "NXT220000000", "ShippingAgent", "Seed Shipping Agency"),
    "rival": party("rival", "NXT230000002", "ShippingAgent"),
    "forwarder": party("forwarder", "NXT221111111", "ReleaseParty", "Seed Forwarding"),
    "haulier": party("haulier", "NXT230000004", "TransportOperator"),
    "terminal": party("terminal", "NXT230000005", "TerminalOperator", terminals=["01700"]),
    "quay": party("quay", "NXT230000006", "TerminalOperator", terminals=["01742", "0524"]),
    "stranger": party("stranger", "NXT230000007", "ReleaseParty"),
    "no-party-to-it": party("no-party-to-it", "NXT230000008", ""),
}
DIRECTORY = Directory(PARTIES.values())

DECIDE = {
    "submit-release": decide.of_commercial_release,
    "act-on-right": decide.of_right,
    "report": decide.of_yard,
    "play": decide.of_scene,
    "get-release": decide.of_question,
    CLOCK: decide.of_time,
}


def entity(name):
    code = PARTIES[name].code("NxtEntityId") if name in PARTIES else name
    return {"identificationType": "NxtEntityId", "identificationCode": code}


def step(operation, actor, submission, *, now=NOW, number=0, external=None, accepted_at=None):
    return Work(
        environment="port/uat",
        operation=operation,
        reference=f"00000000-0000-4000-8000-{number:012d}",
        external_reference=external,
        item=0,
        lane=CONTAINER,
        submission=submission,
        caller=Caller(organisation=actor),
        accepted_at=accepted_at or now,
        now=now,
        directory=DIRECTORY,
    )


def identity(bills=("BL1234567",), identification="ReleaseID7654321", terminal="01700"):
    return {
        "releaseIdentification": identification,
        "equipmentNumber": CONTAINER,
        "billOfLadingNumbers": list(bills),
        "portLoCode": "BEANR",
        "terminalCode": terminal,
    }


class Lane:
    """One container, on which steps are taken one after the other."""

    def __init__(self):
        self.state, self.now, self.number, self.wake_at = None, NOW, 0, None

    def take(self, operation, actor, submission, **given):
        self.number += 1
        work = step(operation, actor, submission, now=self.now, number=self.number, **given)
        decision = DECIDE[operation](work, self.state)
        if decision.container is not None:
            self.state = decision.container
        self.wake_at = decision.wake_at
        return decision.told

    def commercial(self, action, actor="agent", **fields):
        body = identity() | {"actionType": action} | fields
        return self.take("submit-release", actor, {n: v for n, v in body.items() if v is not None})

    def right(self, action, actor, **fields):
        body = identity() | {"actionType": action} | fields
        return self.take("act-on-right", actor, {n: v for n, v in body.items() if v is not None})

    def report(self, action, actor="terminal", **fields):
        body = {
            "equipmentNumber": CONTAINER,
            "portLoCode": "BEANR",
            "terminalCode": "01700",
            "actionType": action,
        }
        body |= fields
        return self.take("report", actor, {n: v for n, v in body.items() if v is not None})

    def customs(self, value, **fields):
        said = {"terminalCode": None, "value": value, **fields}
        return self.report("Customs", actor="", **said)

    def play(self, scene, actor="agent"):
        return self.take("play", actor, {"equipmentNumber": CONTAINER, "scene": scene})

    def wait(self, duration):
        self.now += duration
        return self.take(CLOCK, None, {})

    @property
    def release(self):
        return self.state.releases[-1]


def events(told):
    """Return who was told which event, as a set: each of them once."""
    found = [(one.recipient, one.news.event) for one in told]
    assert len(found) == len(set(found))
    return set(found)


def codes(told):
    """Return the codes of a refusal that one party alone was told."""
    [one] = told
    assert one.news.event == "NotValidated"
    return [code.value for code, _ in one.news.facts["reasons"]]
