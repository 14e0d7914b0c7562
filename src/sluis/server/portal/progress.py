"""How far a request has come that is answered later: accepted, applied, told of, delivered."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from sluis.core.moments import moment
from sluis.server.models.job import (
    CANCELLED,
    DELIVERED,
    GIVEN_UP,
    WAITING,
    AcceptedRequest,
    AcceptedStep,
    Delivery,
    Lane,
    StoredNotification,
)
from sluis.server.portal.meanings import MEANINGS, Outcome, Words
from sluis.server.portal.notifications import REFUSALS, behind

SOON = timedelta(minutes=1)


@dataclass(slots=True)
class Tally:
    """What there is of a request, counted."""

    items: int = 0
    applied: int = 0
    set_aside: int = 0
    held_up: int = 0
    told: int = 0
    refusals: int = 0
    pushes: Counter[int] = field(default_factory=Counter)  # by state
    retrying: int = 0
    behind: int = 0  # of those that wait: an earlier one of their lane goes first

    @property
    def outcome(self) -> Outcome:
        if self.set_aside:
            return Outcome.SET_ASIDE
        if self.applied < self.items:
            return Outcome.HELD_UP if self.held_up else Outcome.WAITING
        if self.refusals:
            return Outcome.REFUSED if self.refusals >= self.items else Outcome.PARTLY_REFUSED
        return self.of_pushes or (Outcome.NOTIFIED if self.told else Outcome.APPLIED)

    @property
    def applying(self) -> tuple[str, Words]:
        """Return colour and word of the second step on the way."""
        if self.set_aside:
            return "red", _("Set aside")
        if self.applied == self.items:
            return "green", _("Applied")
        return ("orange", _("Held up")) if self.held_up else ("grey", _("Not applied yet"))

    @property
    def notifying(self) -> tuple[str, Words]:
        if self.refusals:
            return "red", _("Notified of a refusal")
        if self.told:
            return "green", _("Notified")
        done = self.applied == self.items
        return "grey", _("Nothing to notify") if done else _("Not notified yet")

    @property
    def delivering(self) -> tuple[str, Words]:
        if self.of_pushes:
            return MEANINGS[self.of_pushes].colour, MEANINGS[self.of_pushes].title
        done = self.applied == self.items
        return "grey", _("Nothing to deliver") if done else _("Not delivered yet")

    @property
    def of_pushes(self) -> Outcome | None:
        if self.pushes[GIVEN_UP] or self.pushes[CANCELLED]:
            return Outcome.NOT_DELIVERED
        if self.retrying:
            return Outcome.RETRYING
        if self.pushes[WAITING]:
            return Outcome.BEHIND if self.behind == self.pushes[WAITING] else Outcome.PUSHING
        return Outcome.DELIVERED if self.pushes[DELIVERED] else None


def tallies(references: Collection[str], owners: Collection[str]) -> dict[str, Tally]:
    """Return what there is of each request; only what these organisations were told counts."""
    made = {reference: Tally() for reference in references}
    steps = AcceptedStep.objects.filter(reference__in=references)
    put_off = Lane.objects.filter(
        id__in=steps.filter(applied_at=None).values("lane"), tries__gt=0
    ).values_list("id", flat=True)
    held_up = set(put_off)
    for reference, lane, applied_at, incident in steps.values_list(
        "reference", "lane", "applied_at", "incident"
    ):
        tally = made[reference]
        tally.items += 1
        tally.applied += applied_at is not None
        tally.set_aside += incident is not None
        tally.held_up += applied_at is None and lane in held_up
    told = StoredNotification.objects.filter(reference__in=references, organisation__in=owners)
    by_seq = {}
    for seq, reference, event in told.values_list("seq", "reference", "event"):
        by_seq[seq] = made[reference]
        made[reference].told += 1
        made[reference].refusals += event in REFUSALS
    pushes = Delivery.objects.filter(notification__in=told.values("seq"))
    for seq, state, attempts in pushes.values_list("notification", "state", "attempts"):
        by_seq[seq].pushes[state] += 1
        by_seq[seq].retrying += state == WAITING and attempts > 0
    for seq in behind(pushes).values_list("notification", flat=True):
        by_seq[seq].behind += 1
    return made


@dataclass(frozen=True, slots=True)
class Item:
    """One step, as the page shows it."""

    number: int
    about: str
    applied_at: datetime | None
    incident: str | None
    next_at: datetime | None  # of a step that is held up
    before: int  # how many steps of the same lane go first

    @property
    def colour(self) -> str:
        if self.incident:
            return "red"
        if self.applied_at:
            return "green"
        return "orange" if self.next_at else "grey"

    @property
    def word(self) -> Words:
        if self.incident:
            return _("set aside")
        if self.applied_at:
            return _("applied")
        return _("held up") if self.next_at else _("waiting")


def items(request: AcceptedRequest) -> list[Item]:
    """Return the steps of a request: those that are not applied, then all others."""
    steps = AcceptedStep.objects.filter(reference=request.reference).order_by("item")
    lanes = Lane.objects.in_bulk(steps.values_list("lane", flat=True))
    owner = request.organisation or " "
    made = [item(step, lanes[step.lane], about(lanes[step.lane], owner)) for step in steps]
    return sorted(made, key=lambda one: (one.colour == "green", one.number))


def item(step: AcceptedStep, lane: Lane, named: str) -> Item:
    put_off = step.applied_at is None and lane.tries > 0
    return Item(
        step.item + 1,
        named,
        at(step.applied_at),
        step.incident,
        moment(lane.wait_until) if put_off else None,
        0 if step.applied_at else max(0, step.lane_seq - lane.applied_seq - 1),
    )


def subjects(requests: Collection[AcceptedRequest]) -> dict[str, str]:
    """Return, by reference, what the first item of each request is about."""
    owners = {row.reference: row.organisation or "" for row in requests}
    firsts = AcceptedStep.objects.filter(reference__in=owners, item=0)
    lane_of = dict(firsts.values_list("reference", "lane"))
    lanes = Lane.objects.in_bulk(set(lane_of.values()))
    return {reference: about(lanes[lane], owners[reference]) for reference, lane in lane_of.items()}


def about(lane: Lane, owner: str) -> str:
    """Return what an API orders by, without environment and package.

    A lane of the organisation itself, as of its list of rights, says nothing to people.
    """
    name = lane.key.split(" ", 2)[-1]
    return "" if owner in name else name


def at(microseconds_: int | None) -> datetime | None:
    return None if microseconds_ is None else moment(microseconds_)


def look_again_seconds(tally: Tally, next_at: datetime | None, now: datetime) -> int | None:
    """Return after how long a page has something new to say; None when nothing is under way."""
    if tally.applied < tally.items and not tally.held_up:
        return 1
    if next_at is not None:
        return 2 if next_at - now < SOON else 30
    return 5 if tally.held_up else None
