"""Certified Pick up as a naive program: one container, dictionaries that change, tables of words.

Written from sections 4 to 6 and 12 of the specification and from rulings 23 to 26, 58 and 59,
without a look at the rules. It tells (recipient, type, event, what) in no particular order.
`agent.py`, `rights.py` and `yard.py` hold what each may do; `release.py` what a release is.
"""

from tests.apis.certified_pickup.model.release import (
    SIXTY_DAYS,
    end,
    offered,
    operator,
    owner,
    summary,
)


class No(Exception):
    """Something cannot be done; the arguments are the codes that say why."""


class Model:
    def __init__(self, parties):
        self.parties = parties  # that take part in Certified Pick up
        self.releases = []
        self.early = []
        self.told = []

    def active(self):
        return [r for r in self.releases if r["state"] in ("RELEASED", "BLOCKED", "EXPIRED")]

    def summary(self):
        return [summary(r) for r in self.releases]

    def clock(self, now):
        for r in self.releases:
            if r["state"] in ("RELEASED", "BLOCKED") and now >= end(r):
                r["was"], r["state"] = r["state"], "EXPIRED"
                for who in {r["agent"], owner(r), offered(r)} - {None}:
                    self.say(who, "ReleaseRight", "ExpiredReleaseRights", r, (None, None, None))
        self.early = [e for e in self.early if now < e["at"] + SIXTY_DAYS]

    def concerned(self, r):
        return {r["agent"], operator(r), owner(r), offered(r)} - {None}

    def say(self, who, type_, event, r, what):
        self.told.append((who, type_, event, r["ident"] if r else None, what))

    def attempt(self, now, who, type_, deed, *args):
        """Do something at a time; the caller alone hears of it when it cannot be."""
        self.told = []
        self.clock(now)
        said = list(self.told)
        try:
            deed(self, now, who, *args)
        except No as no:
            self.told = said
            if who:
                self.say(who, type_, "NotValidated", None, tuple(no.args))
        return self.told
