"""What a shipping agent does: it releases a container, changes that, and takes it back."""

from tests.apis.certified_pickup.model import No
from tests.apis.certified_pickup.model.release import (
    OPERATORS,
    bare,
    end,
    operator,
    same,
    same_bills,
    terminal_value,
)
from tests.apis.certified_pickup.model.yard import apply_early, terminal_told

CODES = {"1700": "01700", "1742": "01742", "524": "0524"}


def release(model, now, who, f):
    for r in model.active():
        if r["agent"] == who and same_bills(r, f):
            raise No("CPU-CR-03")
    check(f, now)
    if f["to"] is not None and f["to"] not in model.parties:
        raise No("CPU-CR-11")
    if f["to"] == who:
        raise No("CPU-RR-08")
    r = {
        "agent": who,
        "ident": f["ident"],
        "bills": f["bills"],
        "terminal": CODES[bare(f["terminal"])],
        "start": f["start"] or now,
        "end": f["end"],
        "first": f["to"],
        "state": "RELEASED",
        "hops": [],
        "shown": "Assigned",
        "present": False,
        "verdict": None,
        "blocked": False,
        "customs": "UNKNOWN",
        "type": f["type"],
    }
    model.releases.append(r)
    for party in {who, operator(r)}:
        what = ("CommercialRelease", "UNKNOWN", "OK", None)
        model.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)
    if f["to"] is not None:
        r["hops"].append({"from": who, "to": f["to"], "status": "Pending"})
        r["shown"] = "Pending"
        for party in (who, f["to"]):
            model.say(party, "ReleaseRight", "Transferred", r, ("Transfer", who, f["to"]))
    apply_early(model)


def check(f, now):
    wrong = []
    if bare(f["terminal"]) not in OPERATORS:
        wrong.append("CPU-CR-10")
    if f["end"] is not None and f["end"] <= (f["start"] or now):
        wrong.append("CPU-CR-09")
    if wrong:
        raise No(*wrong)


def update(model, now, who, f):
    own = [r for r in model.active() if r["agent"] == who]
    meant = [r for r in own if same_bills(r, f)]
    if not meant:
        if any(r["ident"] == f["ident"] for r in own):
            raise No("CPU-CR-08")
        not_there(model, who, f)
    r = meant[0]
    if f["to"] is not None:
        if f["to"] not in model.parties:
            raise No("CPU-CR-11")
        if f["to"] != r["first"]:
            raise No("CPU-CR-08")
    check(f, now)
    told = model.concerned(r)
    terminal = CODES[bare(f["terminal"])]
    moved = OPERATORS[bare(terminal)] != operator(r)
    r.update(ident=f["ident"], terminal=terminal, start=f["start"] or now, end=f["end"])
    r["type"] = f["type"]
    if r["state"] == "EXPIRED" and end(r) > now:
        r["state"] = r["was"]
    for party in told | model.concerned(r):
        model.say(party, "ReleaseLight", "Update", r, "Update")
    if moved:
        before = terminal_value(r)
        r.update(present=False, verdict=None, blocked=False)
        terminal_told(model, r, before)
    apply_early(model)


def block(model, now, who, f):
    r = mine(model, who, f)
    if r["state"] == "EXPIRED":
        raise No("CPU-RR-02")
    if r["state"] == "RELEASED":
        r["state"] = "BLOCKED"
        for party in model.concerned(r):
            what = ("CommercialRelease", "OK", "BLOCKED", "Blocked")
            model.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)


def unblock(model, now, who, f):
    r = mine(model, who, f)
    if r["state"] == "EXPIRED":
        raise No("CPU-RR-02")
    nothing_else(r, f)
    if r["state"] == "BLOCKED":
        r["state"] = "RELEASED"
        for party in model.concerned(r):
            what = ("CommercialRelease", "BLOCKED", "OK", "Unblocked")
            model.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)


def take_back(model, now, who, f):
    r = mine(model, who, f)
    if r["state"] == "EXPIRED":
        raise No("CPU-RR-02")
    had = [hop["to"] for hop in r["hops"] if hop["status"] in ("Accepted", "Pending")]
    for hop in r["hops"]:
        if hop["status"] in ("Accepted", "Pending"):
            hop["status"] = "Revoked"
    r["shown"] = "Assigned"
    for party in {who, *had}:
        what = ("Revoke", who, had[-1] if had else None)
        model.say(party, "ReleaseRight", "RevokedByPreviousParty", r, what)


def delete(model, now, who, f):
    r = mine(model, who, f)
    nothing_else(r, f)
    r["state"] = "DELETED"
    for party in model.concerned(r):
        model.say(party, "ReleaseLight", "Delete", r, "Delete")


def mine(model, who, f):
    for r in model.active():
        if r["agent"] == who and same(r, f):
            return r
    return not_there(model, who, f)


def not_there(model, who, f):
    like = [r for r in model.releases if same(r, f)]
    if [r for r in like if r in model.active() and r["agent"] != who]:
        raise No("CPU-CR-06")
    if [r for r in like if r["state"] == "PICKED_UP" and r["agent"] == who]:
        raise No("CPU-CR-07")
    raise No("CPU-CR-04")


def nothing_else(r, f):
    if bare(f["terminal"]) != bare(r["terminal"]):
        raise No("CPU-RR-03")
    if f["type"] is not None and r["type"] is not None and f["type"] != r["type"]:
        raise No("CPU-RR-03")
