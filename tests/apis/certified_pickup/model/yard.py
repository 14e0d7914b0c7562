"""What terminals and customs say of a container, also before anybody has released it."""

from tests.apis.certified_pickup.model import No
from tests.apis.certified_pickup.model.release import (
    OPERATORS,
    bare,
    commercial_value,
    operator,
    owner,
    same_bills,
    terminal_value,
)


def report(model, now, who, f):
    if f["action"] != "Customs":
        if bare(f["terminal"]) not in OPERATORS:
            raise No("CPU-CR-10")
        if OPERATORS[bare(f["terminal"])] != who:
            raise No("CPU-TR-01")
    message = f | {"by": who, "at": now}
    about = [r for r in model.active() if is_about(message, r)]
    if len(about) > 1:
        raise No("CPU-CR-05")
    if about:
        say_of(model, about[0], message)
        return
    over = [r for r in model.releases if r["state"] == "PICKED_UP" and is_about(message, r)]
    if f["action"] == "GateOut" and over:
        raise No("CPU-CR-07")
    for other in list(model.early):
        if {**other, "at": None} == {**message, "at": None}:
            model.early.remove(other)
    model.early.append(message)


def is_about(m, r):
    if m["bills"] is not None and not same_bills(r, m):
        return False
    return m["action"] == "Customs" or operator(r) == m["by"]


def say_of(model, r, m):
    before = terminal_value(r)
    match m["action"]:
        case "Discharge" | "GateIn":
            r["present"] = True
        case "Release":
            r.update(verdict="OK", blocked=False)
        case "Scanning":
            r.update(verdict="SCAN", blocked=False)
        case "Block":
            r["blocked"] = True
        case "Unblock":
            r["blocked"] = False
        case "Customs":
            was, r["customs"] = r["customs"], m["value"]
            if was != m["value"]:
                for party in model.concerned(r):
                    what = ("CustomsRelease", was, m["value"], None)
                    model.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)
        case "GateOut":
            r["light_at_gate"] = commercial_value(r)
            r["state"] = "PICKED_UP"
            for party in {r["agent"], operator(r), owner(r)}:
                model.say(party, "TerminalEvent", "GateOut", r, None)
    terminal_told(model, r, before)


def terminal_told(model, r, before):
    after = terminal_value(r)
    if before != after:
        for party in model.concerned(r):
            what = ("TerminalRelease", before, after, None)
            model.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)


def apply_early(model):
    for m in sorted(model.early, key=lambda m: m["at"]):
        about = [r for r in model.active() if is_about(m, r)]
        if not about:
            continue
        model.early.remove(m)
        if len(about) == 1:
            say_of(model, about[0], m)
        elif m["by"]:
            event = m["action"] in ("Discharge", "GateIn", "GateOut")
            type_ = "TerminalEvent" if event else "ReleaseLight"
            model.say(m["by"], type_, "NotValidated", None, ("CPU-CR-05",))
