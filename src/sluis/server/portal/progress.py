"""How far a request has come that is answered later: accepted, applied, told of, delivered."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core.job import QUERIED_HOURS
from sluis.core.moments import moment
from sluis.server.models import Channel
from sluis.server.models.job import (
    CANCELLED,
    DELIVERED,
    GIVEN_UP,
    WAITING,
    AcceptedRequest,
    AcceptedStep,
    Attempt,
    Delivery,
    Lane,
    StoredNotification,
)

REFUSALS = ("NotValidated", "ThrownException")  # events that say that nothing was done
ITEMS_SHOWN = 50
TOLD_SHOWN = 20
SOON = timedelta(minutes=1)
Words = str | Promise


class Outcome(Enum):
    """Where a request is now: the one that asks most of the reader, of all that hold."""

    WAITING = auto()
    HELD_UP = auto()
    SET_ASIDE = auto()
    REFUSED = auto()
    PARTLY_REFUSED = auto()
    APPLIED = auto()
    NOTIFIED = auto()
    PUSHING = auto()
    RETRYING = auto()
    NOT_DELIVERED = auto()
    DELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    colour: str
    title: Words
    next: Words  # what happens next, or what to do


MEANINGS = {
    Outcome.WAITING: Meaning(
        "grey",
        _("Accepted, not applied yet"),
        _("It is stored safely and waits for its turn. That takes a second, as a rule."),
    ),
    Outcome.HELD_UP: Meaning(
        "orange",
        _("Held up by a fault of ours"),
        _("It is tried again by itself. Nothing is lost: do not send it once more."),
    ),
    Outcome.SET_ASIDE: Meaning(
        "red",
        _("Set aside after a fault of ours"),
        _("Tell the service desk the incident below. Nothing was done with it."),
    ),
    Outcome.REFUSED: Meaning(
        "red",
        _("Refused"),
        _("Read the reason in the notification below, put it right, and send the call again."),
    ),
    Outcome.PARTLY_REFUSED: Meaning(
        "red",
        _("Partly refused"),
        _("Read the reasons in the notifications below, put them right, and send those again."),
    ),
    Outcome.APPLIED: Meaning(
        "green",
        _("Applied"),
        _("Nothing changed that your organisation had to be told of."),
    ),
    Outcome.NOTIFIED: Meaning(
        "green",
        _("Notified"),
        _("Nothing is pushed to you: fetch the notifications with the API."),
    ),
    Outcome.PUSHING: Meaning(
        "grey",
        _("Being delivered"),
        _("It is sent to your channel now."),
    ),
    Outcome.RETRYING: Meaning(
        "orange",
        _("Not delivered yet"),
        _("Your channel did not take it. It is tried again by itself; the attempts say why."),
    ),
    Outcome.NOT_DELIVERED: Meaning(
        "red",
        _("Not delivered"),
        _("No more attempts follow. See what the last one says, and fetch it with the API."),
    ),
    Outcome.DELIVERED: Meaning(
        "green",
        _("Delivered"),
        _("Your system has taken all of it. Nothing is left to be done."),
    ),
}


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
            return Outcome.PUSHING
        return Outcome.DELIVERED if self.pushes[DELIVERED] else None


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


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to deliver, as the page shows it."""

    number: int
    at: datetime
    status: int | None
    milliseconds: int
    error: str
    answer: str

    @property
    def colour(self) -> str:
        return "green" if self.status is not None and 200 <= self.status < 300 else "red"


@dataclass(frozen=True, slots=True)
class Push:
    """One notification on its way to one channel."""

    id: int
    told: "Telling"
    channel: Channel | None  # None: it was removed
    state: int
    next_at: datetime
    tries: Sequence[Try]

    @property
    def colour(self) -> str:
        if self.state == WAITING:
            return "orange" if self.tries else "grey"
        return "green" if self.state == DELIVERED else "red"

    @property
    def word(self) -> Words:
        if self.state == WAITING:
            return _("not delivered yet") if self.tries else _("waiting")
        return {
            DELIVERED: _("delivered"),
            GIVEN_UP: _("given up"),
            CANCELLED: _("stopped"),
        }[self.state]

    @property
    def under_way(self) -> bool:
        return self.state == WAITING


@dataclass(frozen=True, slots=True)
class Telling:
    """One notification, as its recipient has it."""

    seq: int
    id: str
    recipient: str
    reference: str
    event: str
    subject: str | None
    at: datetime
    message: str
    reason: str = ""  # of a refusal

    @property
    def refusal(self) -> bool:
        return self.event in REFUSALS

    @property
    def until(self) -> datetime:
        """Return how long the API gives it."""
        return self.at + timedelta(hours=QUERIED_HOURS)


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
    return made


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


def about(lane: Lane, owner: str) -> str:
    """Return what an API orders by, without environment and package.

    A lane of the organisation itself, as of its list of rights, says nothing to people.
    """
    name = lane.key.split(" ", 2)[-1]
    return "" if owner in name else name


def at(microseconds_: int | None) -> datetime | None:
    return None if microseconds_ is None else moment(microseconds_)


def tellings(rows: Sequence[StoredNotification], *, by_environment: bool = False) -> list[Telling]:
    """Return notifications as they are shown, with real times or those of the environment.

    They were stored when their step was applied.
    """
    steps = AcceptedStep.objects.filter(reference__in={row.reference for row in rows})
    applied = {
        (step.lane, step.lane_seq): step.applied_at
        for step in steps.only("lane", "lane_seq", "applied_at")
    }
    return [
        Telling(
            row.seq,
            row.id,
            row.organisation,
            row.reference,
            row.event,
            row.subject,
            moment(
                row.stored_at
                if by_environment
                else applied.get((row.lane, row.lane_seq)) or row.stored_at
            ),
            unfolded(row.message),
            reason(row) if row.event in REFUSALS else "",
        )
        for row in rows
    ]


def unfolded(message: str) -> str:
    """Return the JSON of a message with a line for each member, and not a character else."""
    try:
        return msgspec.json.format(message)
    except ValueError:
        return message


def reason(row: StoredNotification) -> str:
    """Return why something was refused, where the API says so in plain text."""
    try:
        body = msgspec.json.decode(row.message)["body"]
    except (ValueError, KeyError, TypeError):
        return ""
    return body if isinstance(body, str) else ""


def pushes(told: Sequence[Telling], *, channel: int | None = None) -> list[Push]:
    """Return the way of these notifications to each channel, or to one, with all attempts."""
    by_seq = {telling.seq: telling for telling in told}
    found = Delivery.objects.filter(notification__in=by_seq).order_by("id")
    rows = list(found if channel is None else found.filter(channel=channel))
    channels = Channel.objects.in_bulk({row.channel for row in rows})
    tries: dict[int, list[Try]] = {}
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows])
    for row in attempts.order_by("delivery", "number", "id"):
        tries.setdefault(row.delivery, []).append(
            Try(row.number, moment(row.at), row.status, row.milliseconds, row.error, row.answer)
        )
    return [
        Push(
            row.pk,
            by_seq[row.notification],
            channels.get(row.channel),
            row.state,
            moment(row.next_at),
            tries.get(row.pk, ()),
        )
        for row in rows
    ]


def look_again_seconds(tally: Tally, next_at: datetime | None, now: datetime) -> int | None:
    """Return after how long a page has something new to say; None when nothing is under way."""
    if tally.applied < tally.items and not tally.held_up:
        return 1
    if next_at is not None:
        return 2 if next_at - now < SOON else 30
    return 5 if tally.held_up else None
