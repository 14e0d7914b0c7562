"""All commands by all actors, against a model that was written apart from the rules."""

from collections import Counter
from datetime import timedelta
from itertools import product

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.apis.certified_pickup.model import Model, agent, rights, yard
from tests.apis.certified_pickup.model.release import end, offered, owner
from tests.apis.certified_pickup.world import PARTIES, Lane, entity

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEMBERS = [name for name, party in PARTIES.items() if party.roles]
TYPES = {"Revoke": "ReleaseRight"}
SEEN: Counter[tuple[str, str]] = Counter()

STATES = ("NONE", "RELEASED", "BLOCKED", "EXPIRED", "DELETED", "PICKED_UP")
COMMANDS = (
    *("Release", "Update", "Block", "Unblock", "agent Revoke", "Delete"),
    *("Transfer", "Accept", "Decline", "Revoke"),
    *(
        f"terminal {action}"
        for action in (
            *("Discharge", "GateIn", "GateOut"),
            *("Release", "Scanning", "Block", "Unblock"),
        )
    ),
    "customs",
    "clock",
)

OFFERED = [("Transfer", "agent", "forwarder")]
HELD = [*OFFERED, ("Accept", "forwarder", None)]
OFFERED_ON = [*HELD, ("Transfer", "forwarder", "haulier")]
HELD_ON = [*OFFERED_ON, ("Accept", "haulier", None)]
HISTORIES = (
    *([], OFFERED, HELD, OFFERED_ON, HELD_ON),
    [*OFFERED, ("Decline", "forwarder", None)],
    [*OFFERED, ("Revoke", "agent", None)],
    [*OFFERED_ON, ("Decline", "haulier", None)],
    [*OFFERED_ON, ("Revoke", "forwarder", None)],
    [*HELD_ON, ("Transfer", "haulier", "agent")],
    [*HELD_ON, ("Transfer", "haulier", "agent"), ("Accept", "agent", None)],
    [*HELD, ("reset", "agent", None)],
)
RIGHTS = ("Transfer", "Accept", "Decline", "Revoke")
# Whose hands there are at each status of a right.
STATUSES = ("Assigned", "Pending", "Accepted", "Declined", "Revoked")
HANDS = {
    "owner": STATUSES,
    "stranger": (*STATUSES, "NONE"),
    "agent": ("Pending", "Accepted", "Declined", "Revoked"),
    "offered": ("Pending",),
    "former": ("Assigned", "Pending", "Accepted", "Declined", "Revoked"),
}

agents = st.sampled_from(["agent", "agent", "agent", "rival"])
HOLDERS = ("agent", "forwarder", "haulier", "rival", "stranger")
holders = st.sampled_from([*HOLDERS, "forwarder"])
receivers = st.sampled_from(
    ["forwarder", "forwarder", "haulier", "agent", "no-party-to-it", "NXT9"]
)
bills = st.sampled_from([("BL1",), ("BL1",), ("BL1",), ("BL1", "BL2"), ("BL2", "BL1")])
identifications = st.sampled_from(["REL1", "REL1", "REL1", "REL2"])
terminals = st.sampled_from(["01700", "01700", "K1700", "01742", "9999"])
mostly_none = st.sampled_from([None, None, None, "forwarder", "agent", "NXT9"])


def known(party):
    """Return a party as the model knows it: those who take no part are all alike."""
    return party if party is None or party in MEMBERS else "nobody"


class Containers(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.lane, self.model = Lane(), Model(set(MEMBERS))

    def state(self):
        active = self.model.active()
        if active:
            return active[0]["state"]
        return self.model.releases[-1]["state"] if self.model.releases else "NONE"

    def look(self):
        """Note how things stand before a command."""
        self.before = self.state()
        active = self.model.active()
        self.right_before = active[0]["shown"] if active else "NONE"
        self.hands = {}
        for release in active[:1]:
            self.hands |= {hop["to"]: "former" for hop in release["hops"]}
            self.hands |= {release["agent"]: "agent", offered(release): "offered"}
            self.hands[owner(release)] = "owner"

    def hand(self, who):
        return self.hands.get(who, "stranger")

    def both(self, command, type_, deed, who, facts, told):
        """Compare what the rules told with what the model tells."""
        SEEN[self.before, command] += 1
        if command in RIGHTS:
            SEEN[f"{command} by {self.hand(who)}", self.right_before] += 1
        wanted = self.model.attempt(self.lane.now, who, type_, deed, facts)
        assert Counter(map(plain, told)) == Counter(wanted)

    @initialize(state=st.sampled_from(STATES), history=st.sampled_from(HISTORIES))
    def begin(self, state, history):
        """Start in any state, with the right in any hands."""
        if state == "NONE":
            return
        end = 2 if state == "EXPIRED" else None
        self.write("Release", "agent", ("BL1",), "REL1", "01700", None, None, end, None)
        for action, who, to in history:
            if action == "reset":
                self.switch("Revoke", who, ("BL1",), "REL1", "01700", None)
            else:
                self.hand_on(action, who, ("BL1",), "REL1", None, None, to, to is not None)
        match state:
            case "BLOCKED":
                self.switch("Block", "agent", ("BL1",), "REL1", "01700", None)
            case "EXPIRED":
                self.wait(2 * DAY)
            case "DELETED":
                self.switch("Delete", "agent", ("BL1",), "REL1", "01700", None)
            case "PICKED_UP":
                self.report("GateOut", ("terminal", "01700"), None)

    @rule(
        action=st.sampled_from(["Release", "Release", "Release", "Update", "Update"]),
        who=agents,
        bills=bills,
        ident=identifications,
        terminal=terminals,
        to=st.one_of(st.none(), receivers),
        start=st.sampled_from([None, None, 0, 3]),
        end=st.sampled_from([None, 2, 5, 5]),
        size=st.sampled_from([None, "40HC"]),
    )
    def write(self, action, who, bills, ident, terminal, to, start, end, size):
        now = self.lane.now
        starts = None if start is None else now + start * DAY
        ends = None if end is None else now + end * DAY
        self.look()
        told = self.lane.commercial(
            action,
            who,
            billOfLadingNumbers=list(bills),
            releaseIdentification=ident,
            terminalCode=terminal,
            releaseTo=None if to is None else entity(to),
            releaseDateTimeUtc=starts and starts.isoformat(),
            expirationDateTimeUtc=ends and ends.isoformat(),
            equipmentType=size,
        )
        deed = agent.release if action == "Release" else agent.update
        facts = {
            "bills": bills,
            "ident": ident,
            "terminal": terminal,
            "to": known(to),
            "start": starts,
            "end": ends,
            "type": size,
        }
        self.both(action, "ReleaseLight", deed, who, facts, told)

    @rule(
        action=st.sampled_from(["Block", "Unblock", "Revoke", "Delete"]),
        who=agents,
        bills=bills,
        ident=identifications,
        terminal=st.sampled_from(["01700", "01700", "Kaai1700", "01742"]),
        size=st.sampled_from([None, None, "40HC", "20GP"]),
    )
    def switch(self, action, who, bills, ident, terminal, size):
        self.look()
        told = self.lane.commercial(
            action,
            who,
            billOfLadingNumbers=list(bills),
            releaseIdentification=ident,
            terminalCode=terminal,
            equipmentType=size,
        )
        deed = {
            "Block": agent.block,
            "Unblock": agent.unblock,
            "Revoke": agent.take_back,
            "Delete": agent.delete,
        }[action]
        facts = {"bills": bills, "ident": ident, "terminal": terminal, "type": size}
        command = f"agent {action}" if action == "Revoke" else action
        self.both(command, TYPES.get(action, "ReleaseLight"), deed, who, facts, told)

    @rule(
        action=st.sampled_from(["Transfer", "Accept", "Accept", "Accept", "Decline", "Revoke"]),
        who=holders,
        bills=bills,
        ident=identifications,
        terminal=st.sampled_from([None, None, "1700", "01742"]),
        giver=mostly_none,
        receiver=receivers,
        names_receiver=st.sampled_from([False, False, True]),
    )
    def hand_on(self, action, who, bills, ident, terminal, giver, receiver, names_receiver):
        to = receiver if action == "Transfer" or names_receiver else None
        self.look()
        told = self.lane.right(
            action,
            who,
            billOfLadingNumbers=list(bills),
            releaseIdentification=ident,
            terminalCode=terminal,
            releaseFrom=None if giver is None else entity(giver),
            releaseTo=None if to is None else entity(to),
        )
        facts = {"action": action, "bills": bills, "ident": ident, "terminal": terminal}
        facts |= {"from": known(giver), "to": known(to)}
        self.both(action, "ReleaseRight", rights.right, who, facts, told)

    @rule(
        action=st.sampled_from(
            [
                "Discharge",
                "Discharge",
                "GateIn",
                "GateOut",
                "Release",
                "Scanning",
                "Block",
                "Unblock",
            ]
        ),
        by=st.sampled_from(
            [
                ("terminal", "01700"),
                ("terminal", "K1700"),
                ("quay", "01742"),
                ("quay", "01700"),
                ("terminal", "9999"),
            ]
        ),
        bills=st.sampled_from([None, None, ("BL1",), ("BL2", "BL1")]),
    )
    def report(self, action, by, bills):
        who, terminal = by
        self.look()
        told = self.lane.report(
            action, who, terminalCode=terminal, billOfLadingNumbers=bills and list(bills)
        )
        type_ = "TerminalEvent" if action in ("Discharge", "GateIn", "GateOut") else "ReleaseLight"
        facts = {"action": action, "terminal": terminal, "bills": bills}
        self.both(f"terminal {action}", type_, yard.report, who, facts, told)

    @rule(value=st.sampled_from(["RELEASED", "SCAN", "NOT_CLEARED", "UNKNOWN"]))
    def customs(self, value):
        self.look()
        told = self.lane.customs(value)
        facts = {"action": "Customs", "value": value, "bills": None}
        self.both("customs", "ReleaseLight", yard.report, "", facts, told)

    @rule(duration=st.sampled_from([HOUR, HOUR, 2 * DAY, 61 * DAY]))
    def wait(self, duration):
        self.look()
        told = self.lane.wait(duration)
        self.both("clock", "", lambda *_: None, "", None, told)

    @invariant()
    def both_stand_alike(self):
        releases = self.lane.state.releases if self.lane.state else ()
        assert [summary(one) for one in releases] == self.model.summary()
        kept = [early.received_at for early in self.lane.state.early] if self.lane.state else []
        assert sorted(kept) == sorted(message["at"] for message in self.model.early)

    @invariant()
    def wakes_in_time(self):
        """Whatever time will change next, the lane asked to be looked at then, and not later."""
        running = [r for r in self.model.releases if r["state"] in ("RELEASED", "BLOCKED")]
        ends = [end(r) for r in running]
        ends += [message["at"] + 60 * DAY for message in self.model.early]
        assert self.lane.wake_at == min(ends, default=None)


def plain(told):
    """Return what somebody was told, as the model writes it."""
    news = told.news
    facts, identification = news.facts, news.release and news.release.identification
    if news.event == "NotValidated":
        what = tuple(code.value for code, _ in facts["reasons"])
    elif "light" in facts:
        what = (facts["light"].value, facts["original"], facts["new"], facts.get("action"))
    elif news.type == "ReleaseRight":
        what = (facts["action"], facts.get("giver"), facts.get("receiver"))
    else:
        what = facts.get("action")
    return told.recipient, news.type, news.event, identification, what


def summary(release):
    return (
        release.agent,
        release.identification,
        release.bills,
        release.terminal,
        release.state.value,
        release.owner,
        release.offered,
        [(hop.giver, hop.receiver, hop.status.value) for hop in release.hops],
        release.status.value,
        release.commercial.value,
        release.terminal_light.value,
        release.customs.value,
    )


def test_rules_do_what_the_model_does_in_every_state():
    run_state_machine_as_test(
        Containers,
        settings=settings(
            max_examples=150,
            stateful_step_count=50,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )


def test_each_command_is_given_in_each_state():
    for state, history, who in product(STATES, (HELD, OFFERED_ON), ("agent", "rival")):
        for command in COMMANDS:
            containers = Containers()
            containers.begin(state, history)
            give(containers, command, who)
            containers.both_stand_alike()
            containers.wakes_in_time()
    wanted = {(state, command) for state in STATES for command in COMMANDS}
    assert wanted - set(SEEN) == set()


def give(containers, command, who):
    match command.split():
        case ["Release" | "Update"]:
            containers.write(command, who, ("BL1",), "REL1", "01742", None, None, 9, "40HC")
        case ["customs"]:
            containers.customs("SCAN")
        case ["clock"]:
            containers.wait(61 * DAY)
        case ["terminal", action]:
            by = ("terminal", "01700") if who == "agent" else ("quay", "01742")
            containers.report(action, by, None)
        case [action] if action in RIGHTS:
            holder = "forwarder" if who == "agent" else "haulier"
            containers.hand_on(action, holder, ("BL1",), "REL1", None, None, "stranger", False)
        case [*_, action]:
            containers.switch(action, who, ("BL1",), "REL1", "01700", None)


def test_each_party_does_each_thing_to_a_right_in_each_state():
    for state, history, action, who in product(STATES, HISTORIES, RIGHTS, HOLDERS):
        containers = Containers()
        containers.begin(state, history)
        to = "stranger" if action == "Transfer" else None
        containers.hand_on(action, who, ("BL1",), "REL1", None, None, to, to is not None)
        containers.both_stand_alike()
    wanted = {
        (f"{command} by {hand}", right)
        for command in RIGHTS
        for hand, rights in HANDS.items()
        for right in rights
    }
    assert wanted - set(SEEN) == set()
