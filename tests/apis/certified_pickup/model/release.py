"""What can be read off a release of the model, which is a dictionary."""

from datetime import timedelta

SIXTY_DAYS = timedelta(days=60)
OPERATORS = {"1700": "terminal", "1742": "quay", "524": "quay"}


def bare(code):
    return code.upper().removeprefix("KAAI").removeprefix("K").lstrip("0")


def same_bills(r, f):
    return sorted(r["bills"]) == sorted(f["bills"])


def same(r, f):
    return same_bills(r, f) and r["ident"] == f["ident"]


def operator(r):
    return OPERATORS[bare(r["terminal"])]


def end(r):
    return r["end"] if r["end"] is not None else r["start"] + SIXTY_DAYS


def owner(r):
    holder = r["agent"]
    for hop in r["hops"]:
        if hop["status"] == "Accepted":
            holder = hop["to"]
    return holder


def offered(r):
    for hop in r["hops"]:
        if hop["status"] == "Pending":
            return hop["to"]
    return None


def had(r, who):
    return who == r["agent"] or who in [hop["to"] for hop in r["hops"]]


def waiting(r):
    return r["hops"][-1] if r["hops"] and r["hops"][-1]["status"] == "Pending" else None


def status(r):
    if r["state"] in ("DELETED", "PICKED_UP"):
        return "Archived"
    if r["state"] == "EXPIRED":
        return "Expired"
    return r["shown"]


def commercial_value(r):
    return {"RELEASED": "OK", "PICKED_UP": r.get("light_at_gate")}.get(r["state"], r["state"])


def terminal_value(r):
    if r["blocked"]:
        return "BLOCKED"
    if r["verdict"] == "SCAN":
        return "SCAN"
    return "OK" if r["verdict"] == "OK" and r["present"] else "UNKNOWN"


def summary(r):
    return (
        r["agent"],
        r["ident"],
        r["bills"],
        r["terminal"],
        r["state"],
        owner(r),
        offered(r),
        [(hop["from"], hop["to"], hop["status"]) for hop in r["hops"]],
        status(r),
        commercial_value(r),
        terminal_value(r),
        r["customs"],
    )
