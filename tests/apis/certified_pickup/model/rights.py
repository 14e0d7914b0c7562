"""What is done with the right to pick up: it is offered, accepted, declined and taken back."""

from tests.apis.certified_pickup.model import No
from tests.apis.certified_pickup.model.release import bare, had, owner, same, waiting


def right(model, now, who, f):
    like = [r for r in model.releases if same(r, f)]
    mine = [r for r in like if r in model.active() and had(r, who)]
    if len(mine) > 1:
        raise No("CPU-CR-05")
    if not mine:
        if [r for r in like if r["state"] == "PICKED_UP" and had(r, who)]:
            raise No("CPU-CR-07")
        if [r for r in like if r in model.active()]:
            raise No("CPU-RR-01")
        if [r for r in model.active() if had(r, who)]:
            raise No("CPU-RR-03")
        raise No("CPU-CR-04")
    [r] = mine
    if r["state"] == "EXPIRED":
        raise No("CPU-RR-02")
    if f["terminal"] is not None and bare(f["terminal"]) != bare(r["terminal"]):
        raise No("CPU-RR-03")
    deed = {"Transfer": transfer, "Accept": answer, "Decline": answer, "Revoke": take_offer_back}
    deed[f["action"]](model, r, who, f)


def transfer(model, r, who, f):
    if who != owner(r):
        raise No("CPU-RR-01")
    if waiting(r):
        given = r["first"] is not None and len(r["hops"]) == 1
        raise No("CPU-RR-06" if given else "CPU-RR-04")
    if f["from"] not in (None, who):
        raise No("CPU-RR-03" if f["from"] in model.parties else "CPU-CR-11")
    if f["to"] not in model.parties:
        raise No("CPU-CR-11")
    if f["to"] == who:
        raise No("CPU-RR-08")
    r["hops"].append({"from": who, "to": f["to"], "status": "Pending"})
    r["shown"] = "Pending"
    handed(model, r, "Transferred", "Transfer")


def answer(model, r, who, f):
    hop = waiting(r)
    if hop is None:
        raise No("CPU-RR-05")
    if hop["to"] != who:
        raise No("CPU-RR-01")
    same_parties(model, hop, f)
    hop["status"] = r["shown"] = "Accepted" if f["action"] == "Accept" else "Declined"
    handed(model, r, hop["status"] + "ByNextParty", f["action"])


def take_offer_back(model, r, who, f):
    hop = waiting(r)
    if hop is None or hop["from"] != who:
        if [h for h in r["hops"] if h["from"] == who and h["status"] == "Accepted"]:
            raise No("CPU-RR-07")
        raise No("CPU-RR-05" if hop is None else "CPU-RR-01")
    same_parties(model, hop, f)
    hop["status"] = r["shown"] = "Revoked"
    handed(model, r, "RevokedByPreviousParty", "Revoke")


def same_parties(model, hop, f):
    for given in (f["from"], f["to"]):
        if given is not None and given not in model.parties:
            raise No("CPU-CR-11")
    if f["from"] not in (None, hop["from"]) or f["to"] not in (None, hop["to"]):
        raise No("CPU-RR-03")


def handed(model, r, event, action):
    hop = r["hops"][-1]
    for party in (hop["from"], hop["to"]):
        model.say(party, "ReleaseRight", event, r, (action, hop["from"], hop["to"]))
