"""Certified Pick up as a naive program: one container, dictionaries that change, tables of words.

Written from sections 4 to 6 and 12 of the specification and from rulings 23 to 26, 58 and 59,
without a look at the rules. It tells (recipient, type, event, what) in no particular order.
"""

from datetime import timedelta

SIXTY_DAYS = timedelta(days=60)
OPERATORS = {"1700": "terminal", "1742": "quay", "524": "quay"}
CODES = {"1700": "01700", "1742": "01742", "524": "0524"}
AGENT_ACTS = ("Release", "Update", "Block", "Unblock", "Revoke", "Delete")


def bare(code):
    return code.upper().removeprefix("KAAI").removeprefix("K").lstrip("0")


class No(Exception):
    pass


class Model:
    def __init__(self, parties):
        self.parties = parties  # that take part in Certified Pick up
        self.releases = []
        self.early = []
        self.told = []

    # What time does.

    def clock(self, now):
        for r in self.releases:
            if r["state"] in ("RELEASED", "BLOCKED") and now >= self.end(r):
                r["was"], r["state"] = r["state"], "EXPIRED"
                for who in {r["agent"], self.owner(r), self.offered(r)} - {None}:
                    self.say(who, "ReleaseRight", "ExpiredReleaseRights", r, (None, None, None))
        self.early = [e for e in self.early if now < e["at"] + SIXTY_DAYS]

    def end(self, r):
        return r["end"] if r["end"] is not None else r["start"] + SIXTY_DAYS

    # What a release is.

    def owner(self, r):
        owner = r["agent"]
        for hop in r["hops"]:
            if hop["status"] == "Accepted":
                owner = hop["to"]
        return owner

    def offered(self, r):
        for hop in r["hops"]:
            if hop["status"] == "Pending":
                return hop["to"]
        return None

    def active(self):
        return [r for r in self.releases if r["state"] in ("RELEASED", "BLOCKED", "EXPIRED")]

    def terminal_value(self, r):
        if r["blocked"]:
            return "BLOCKED"
        if r["verdict"] == "SCAN":
            return "SCAN"
        return "OK" if r["verdict"] == "OK" and r["present"] else "UNKNOWN"

    def commercial_value(self, r):
        return {"RELEASED": "OK", "PICKED_UP": r.get("light_at_gate")}.get(r["state"], r["state"])

    def summary(self):
        return [
            (
                r["agent"],
                r["ident"],
                r["bills"],
                r["terminal"],
                r["state"],
                self.owner(r),
                self.offered(r),
                [(hop["from"], hop["to"], hop["status"]) for hop in r["hops"]],
                self.status(r),
                self.commercial_value(r),
                self.terminal_value(r),
                r["customs"],
            )
            for r in self.releases
        ]

    def status(self, r):
        if r["state"] in ("DELETED", "PICKED_UP"):
            return "Archived"
        if r["state"] == "EXPIRED":
            return "Expired"
        return r["shown"]

    # Telling.

    def say(self, who, type_, event, r, what):
        self.told.append((who, type_, event, r["ident"] if r else None, what))

    def concerned(self, r):
        everyone = {r["agent"], OPERATORS[bare(r["terminal"])], self.owner(r), self.offered(r)}
        return everyone - {None}

    def attempt(self, now, who, type_, deed, *args):
        """Do something at a time; the caller alone hears of it when it cannot be."""
        self.told = []
        self.clock(now)
        said = list(self.told)
        try:
            deed(now, who, *args)
        except No as no:
            self.told = said
            if who:
                self.say(who, type_, "NotValidated", None, tuple(no.args))
        return self.told

    # The agent.

    def release(self, now, who, f):
        for r in self.active():
            if r["agent"] == who and sorted(r["bills"]) == sorted(f["bills"]):
                raise No("CPU-CR-03")
        self.check(f, now)
        if f["to"] is not None and f["to"] not in self.parties:
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
        self.releases.append(r)
        for party in {who, OPERATORS[bare(r["terminal"])]}:
            what = ("CommercialRelease", "UNKNOWN", "OK", None)
            self.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)
        if f["to"] is not None:
            r["hops"].append({"from": who, "to": f["to"], "status": "Pending"})
            r["shown"] = "Pending"
            for party in (who, f["to"]):
                self.say(party, "ReleaseRight", "Transferred", r, ("Transfer", who, f["to"]))
        self.apply_early(now)

    def check(self, f, now):
        wrong = []
        if bare(f["terminal"]) not in OPERATORS:
            wrong.append("CPU-CR-10")
        if f["end"] is not None and f["end"] <= (f["start"] or now):
            wrong.append("CPU-CR-09")
        if wrong:
            raise No(*wrong)

    def update(self, now, who, f):
        mine = [r for r in self.active() if r["agent"] == who]
        same = [r for r in mine if sorted(r["bills"]) == sorted(f["bills"])]
        if not same:
            if any(r["ident"] == f["ident"] for r in mine):
                raise No("CPU-CR-08")
            self.not_there(who, f)
        r = same[0]
        if f["to"] is not None:
            if f["to"] not in self.parties:
                raise No("CPU-CR-11")
            if f["to"] != r["first"]:
                raise No("CPU-CR-08")
        self.check(f, now)
        told = self.concerned(r)
        terminal = CODES[bare(f["terminal"])]
        moved = OPERATORS[bare(terminal)] != OPERATORS[bare(r["terminal"])]
        r.update(ident=f["ident"], terminal=terminal, start=f["start"] or now, end=f["end"])
        r["type"] = f["type"]
        if r["state"] == "EXPIRED" and self.end(r) > now:
            r["state"] = r["was"]
        for party in told | self.concerned(r):
            self.say(party, "ReleaseLight", "Update", r, "Update")
        if moved:
            before = self.terminal_value(r)
            r.update(present=False, verdict=None, blocked=False)
            self.terminal_told(r, before)
        self.apply_early(now)

    def mine(self, who, f):
        for r in self.active():
            same = sorted(r["bills"]) == sorted(f["bills"]) and r["ident"] == f["ident"]
            if r["agent"] == who and same:
                return r
        return self.not_there(who, f)

    def not_there(self, who, f):
        like = [
            r
            for r in self.releases
            if sorted(r["bills"]) == sorted(f["bills"]) and r["ident"] == f["ident"]
        ]
        if [r for r in like if r in self.active() and r["agent"] != who]:
            raise No("CPU-CR-06")
        if [r for r in like if r["state"] == "PICKED_UP" and r["agent"] == who]:
            raise No("CPU-CR-07")
        raise No("CPU-CR-04")

    def block(self, now, who, f):
        r = self.mine(who, f)
        if r["state"] == "EXPIRED":
            raise No("CPU-RR-02")
        if r["state"] == "RELEASED":
            r["state"] = "BLOCKED"
            for party in self.concerned(r):
                what = ("CommercialRelease", "OK", "BLOCKED", "Blocked")
                self.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)

    def unblock(self, now, who, f):
        r = self.mine(who, f)
        if r["state"] == "EXPIRED":
            raise No("CPU-RR-02")
        self.nothing_else(r, f)
        if r["state"] == "BLOCKED":
            r["state"] = "RELEASED"
            for party in self.concerned(r):
                what = ("CommercialRelease", "BLOCKED", "OK", "Unblocked")
                self.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)

    def nothing_else(self, r, f):
        if bare(f["terminal"]) != bare(r["terminal"]):
            raise No("CPU-RR-03")
        if f["type"] is not None and r["type"] is not None and f["type"] != r["type"]:
            raise No("CPU-RR-03")

    def take_back(self, now, who, f):
        r = self.mine(who, f)
        if r["state"] == "EXPIRED":
            raise No("CPU-RR-02")
        had = [hop["to"] for hop in r["hops"] if hop["status"] in ("Accepted", "Pending")]
        for hop in r["hops"]:
            if hop["status"] in ("Accepted", "Pending"):
                hop["status"] = "Revoked"
        r["shown"] = "Assigned"
        for party in {who, *had}:
            what = ("Revoke", who, had[-1] if had else None)
            self.say(party, "ReleaseRight", "RevokedByPreviousParty", r, what)

    def delete(self, now, who, f):
        r = self.mine(who, f)
        self.nothing_else(r, f)
        r["state"] = "DELETED"
        for party in self.concerned(r):
            self.say(party, "ReleaseLight", "Delete", r, "Delete")

    # Those who hand the right on.

    def right(self, now, who, f):
        like = [
            r
            for r in self.releases
            if sorted(r["bills"]) == sorted(f["bills"]) and r["ident"] == f["ident"]
        ]
        mine = [r for r in like if r in self.active() and self.had(r, who)]
        if len(mine) > 1:
            raise No("CPU-CR-05")
        if not mine:
            if [r for r in like if r["state"] == "PICKED_UP" and self.had(r, who)]:
                raise No("CPU-CR-07")
            if [r for r in like if r in self.active()]:
                raise No("CPU-RR-01")
            if [r for r in self.active() if self.had(r, who)]:
                raise No("CPU-RR-03")
            raise No("CPU-CR-04")
        [r] = mine
        if r["state"] == "EXPIRED":
            raise No("CPU-RR-02")
        if f["terminal"] is not None and bare(f["terminal"]) != bare(r["terminal"]):
            raise No("CPU-RR-03")
        {
            "Transfer": self.transfer,
            "Accept": self.answer,
            "Decline": self.answer,
            "Revoke": self.take_offer_back,
        }[f["action"]](r, who, f)

    def had(self, r, who):
        return who == r["agent"] or who in [hop["to"] for hop in r["hops"]]

    def waiting(self, r):
        return r["hops"][-1] if r["hops"] and r["hops"][-1]["status"] == "Pending" else None

    def transfer(self, r, who, f):
        if who != self.owner(r):
            raise No("CPU-RR-01")
        if self.waiting(r):
            given = r["first"] is not None and len(r["hops"]) == 1
            raise No("CPU-RR-06" if given else "CPU-RR-04")
        if f["from"] not in (None, who):
            raise No("CPU-RR-03" if f["from"] in self.parties else "CPU-CR-11")
        if f["to"] not in self.parties:
            raise No("CPU-CR-11")
        if f["to"] == who:
            raise No("CPU-RR-08")
        r["hops"].append({"from": who, "to": f["to"], "status": "Pending"})
        r["shown"] = "Pending"
        self.handed(r, "Transferred", "Transfer")

    def answer(self, r, who, f):
        hop = self.waiting(r)
        if hop is None:
            raise No("CPU-RR-05")
        if hop["to"] != who:
            raise No("CPU-RR-01")
        self.same_parties(hop, f)
        hop["status"] = r["shown"] = "Accepted" if f["action"] == "Accept" else "Declined"
        by = "ByNextParty"
        self.handed(r, hop["status"] + by, f["action"])

    def take_offer_back(self, r, who, f):
        hop = self.waiting(r)
        if hop is None or hop["from"] != who:
            if [h for h in r["hops"] if h["from"] == who and h["status"] == "Accepted"]:
                raise No("CPU-RR-07")
            raise No("CPU-RR-05" if hop is None else "CPU-RR-01")
        self.same_parties(hop, f)
        hop["status"] = r["shown"] = "Revoked"
        self.handed(r, "RevokedByPreviousParty", "Revoke")

    def same_parties(self, hop, f):
        for given in (f["from"], f["to"]):
            if given is not None and given not in self.parties:
                raise No("CPU-CR-11")
        if f["from"] not in (None, hop["from"]) or f["to"] not in (None, hop["to"]):
            raise No("CPU-RR-03")

    def handed(self, r, event, action):
        hop = r["hops"][-1]
        for party in (hop["from"], hop["to"]):
            self.say(party, "ReleaseRight", event, r, (action, hop["from"], hop["to"]))

    # Terminals and customs.

    def report(self, now, who, f):
        if f["action"] != "Customs":
            if bare(f["terminal"]) not in OPERATORS:
                raise No("CPU-CR-10")
            if OPERATORS[bare(f["terminal"])] != who:
                raise No("CPU-TR-01")
        message = f | {"by": who, "at": now}
        about = [r for r in self.active() if self.about(message, r)]
        if len(about) > 1:
            raise No("CPU-CR-05")
        if about:
            self.say_of(about[0], message)
            return
        over = [r for r in self.releases if r["state"] == "PICKED_UP" and self.about(message, r)]
        if f["action"] == "GateOut" and over:
            raise No("CPU-CR-07")
        for other in list(self.early):
            if {**other, "at": None} == {**message, "at": None}:
                self.early.remove(other)
        self.early.append(message)

    def about(self, m, r):
        if m["bills"] is not None and sorted(m["bills"]) != sorted(r["bills"]):
            return False
        return m["action"] == "Customs" or OPERATORS[bare(r["terminal"])] == m["by"]

    def say_of(self, r, m):
        before = self.terminal_value(r)
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
                    for party in self.concerned(r):
                        what = ("CustomsRelease", was, m["value"], None)
                        self.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)
            case "GateOut":
                r["light_at_gate"] = self.commercial_value(r)
                r["state"] = "PICKED_UP"
                for party in {r["agent"], OPERATORS[bare(r["terminal"])], self.owner(r)}:
                    self.say(party, "TerminalEvent", "GateOut", r, None)
        self.terminal_told(r, before)

    def terminal_told(self, r, before):
        after = self.terminal_value(r)
        if before != after:
            for party in self.concerned(r):
                what = ("TerminalRelease", before, after, None)
                self.say(party, "ReleaseLight", "ReleaseLightChanged", r, what)

    def apply_early(self, now):
        for m in sorted(self.early, key=lambda m: m["at"]):
            about = [r for r in self.active() if self.about(m, r)]
            if not about:
                continue
            self.early.remove(m)
            if len(about) == 1:
                self.say_of(about[0], m)
            elif m["by"]:
                event = m["action"] in ("Discharge", "GateIn", "GateOut")
                type_ = "TerminalEvent" if event else "ReleaseLight"
                self.say(m["by"], type_, "NotValidated", None, ("CPU-CR-05",))
