"""Who was told what, and each attempt to deliver it: notifications as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef, QuerySet
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
    AcceptedStep,
    Attempt,
    Delivery,
    StoredNotification,
)
from sluis.server.portal.faults import in_words

REFUSALS = ("NotValidated", "ThrownException")  # events that say that nothing was done


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
    told: Telling
    channel: Channel | None  # None: it was removed
    state: int
    next_at: datetime
    tries: Sequence[Try]
    behind: bool  # an earlier one of its lane goes first: its own time says nothing
    tried_now: bool

    @property
    def colour(self) -> str:
        if self.state == WAITING:
            return "orange" if self.tries else "grey"
        return "green" if self.state == DELIVERED else "red"

    @property
    def word(self) -> str | Promise:
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
    waits = set(behind(found).values_list("pk", flat=True))
    tries: dict[int, list[Try]] = {}
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows])
    for row in attempts.order_by("delivery", "number", "id"):
        tries.setdefault(row.delivery, []).append(
            Try(
                row.number,
                moment(row.at),
                row.status,
                row.milliseconds,
                in_words(row.error),
                row.answer,
            )
        )
    return [
        Push(
            row.pk,
            by_seq[row.notification],
            channels.get(row.channel),
            row.state,
            moment(row.next_at),
            tries.get(row.pk, ()),
            row.pk in waits,
            row.claimed_by is not None,
        )
        for row in rows
    ]


def behind(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return those of these deliveries that wait until an earlier one of their lane is done."""
    earlier = Delivery.objects.filter(
        state=WAITING,
        channel=OuterRef("channel"),
        lane=OuterRef("lane"),
        pk__lt=OuterRef("pk"),
        holds=True,
    )
    in_order = Channel.objects.filter(order="lane").values("pk")
    return found.filter(Exists(earlier), state=WAITING, channel__in=in_order)
