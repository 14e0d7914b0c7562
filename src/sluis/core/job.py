"""Work that is answered later: what a call leaves to be done, and what comes of it.

A call is accepted (durable before its receipt leaves), applied (once, in order of its lane) and
told of (notifications, stored in the transaction that applied it). A lane is what an API orders
by: for Certified Pick up the container.

How an API takes part:

- An operation with `work` has a handler that checks what the body alone shows, and returns a
  `Submission`. Once that is flushed the dialect's `answer(call, receipt)` words the `Receipt`.
- Its store follows `States`: the state of a lane is loaded, `work` decides, what it returns is
  kept. `work(Work, state)` is pure: no clock, no chance, no database, and it changes nothing
  that it is given; the same step applied again after a crash must come to the same.
- `Api.on_clock` is the `work` of wake-ups, which any outcome can ask for with `wake_at`;
  `Api.on_fault` says who is told of a step that could not be applied because of our mistake.
- What was told is asked for with `call.notifications.find(...)`, off the loop.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sluis.core.caller import Caller
from sluis.core.directory import Directory

CLOCK = "clock"  # the operation of a step that nobody submitted: the lane asked to be woken
STEPS_AT_MOST = 500
LANE_CHARACTERS = 120
EXTERNAL_REFERENCE_CHARACTERS = 200
QUERIED_HOURS = 168


class Step(NamedTuple):
    """One lane's part of a request; a bulk request has many."""

    lane: str
    submission: Mapping[str, Any]  # plain JSON values


class Submission(NamedTuple):
    """What the handler of an operation with `work` returns: the steps, in order."""

    steps: tuple[Step, ...]
    external_reference: str | None = None  # the caller's own, for the receipt and for `Work`


class Receipt(NamedTuple):
    """What the dialect is given to answer with, once a submission is durable."""

    reference: str
    external_reference: str | None
    accepted_at: datetime  # by the environment's clock, UTC
    repeated: bool = False  # the same Idempotency-Key came before: this is its receipt


class Work(NamedTuple):
    """One step, taken up: all that deciding on it may depend on, beside the lane's state."""

    environment: str  # as "port/uat"
    operation: str
    reference: str  # public, of the whole request; a UUID
    external_reference: str | None  # the caller's own
    item: int  # of the request, from 0
    lane: str
    submission: Mapping[str, Any]
    caller: Caller
    accepted_at: datetime  # by the environment's clock, UTC
    now: datetime  # idem
    directory: Directory


class Notification(NamedTuple):
    """Something that a party is told: stored for the query, and pushed to its channels."""

    recipient: str  # organisation
    type: str
    event: str
    subject: str | None  # what it is about, in the words of the API: the container
    object: str | None  # idem, by the id that the platform gave it: the release
    # The whole message, envelope included, as it is pushed: JSON values, or its text where it is
    # written already. Its bytes are stored once; pushes, their signatures and `find` have those.
    body: Mapping[str, Any] | str


class Outcome(NamedTuple):
    """What becomes of the lane's state, and who hears of it. `state` None: as it was.

    `wake_at` asks that the lane is looked at again at that time of the environment's clock, by
    `Api.on_clock`; it takes the place of what the lane asked before. None: as it was. Clocks of
    sandboxes move: whoever is woken too early asks again, and who is woken for nothing does
    nothing.
    """

    state: Any = None
    notifications: tuple[Notification, ...] = ()
    wake_at: datetime | None = None


class States(Protocol):
    """What an API's store offers when an operation of it has `work`.

    Both are called by the thread that applies, inside its transaction and on its connection:
    plain SQL over the whole batch (`json_each` on SQLite, `unnest` on PostgreSQL), no ORM, no
    transaction and no cache of one's own. What must hold for two lanes together cannot be
    decided here: lanes are applied side by side.
    """

    def states(self, lanes: Collection[str]) -> Mapping[str, Any]:
        """Return the state of each of these lanes that has one; `work` gets None for others.

        A lane is named as in `Step.lane`, so several kinds can be told apart by how they are
        named. A state may also be a reader: an object that asks the database when `work` asks
        it, for an operation that looks at many lanes and changes none.
        """

    def keep(self, states: Mapping[str, Any]) -> None:
        """Store the new states, by lane; only those that an outcome changed are given."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notification as it was stored."""

    id: str  # a UUID, the same in each repetition of a push
    recipient: str
    reference: str
    external_reference: str | None
    type: str
    event: str
    subject: str | None
    object: str | None
    stored_at: datetime  # by the environment's clock, UTC
    message: str  # the JSON text that is pushed


@dataclass(frozen=True, slots=True)
class Page:
    """The newest of what was found, newest first, and where the rest goes on."""

    told: tuple[Told, ...] = ()
    next: str | None = None  # for `before` of the next question; None when this is all


@dataclass(frozen=True, slots=True)
class Question:
    """Which notifications are meant: all that is given must hold.

    `subject`, `event` and `object` are compared as they are; times are inclusive.
    """

    event: str | None = None
    subject: str | None = None
    reference: str | None = None
    object: str | None = None
    stored_from: datetime | None = None
    stored_until: datetime | None = None


class Notifications(Protocol):
    """Finds what parties of this call's environment were told in the last 168 hours.

    Asks the database: not for handlers that are `quick`.
    """

    def find(
        self, recipient: str, question: Question, *, at_most: int = 1000, before: str | None = None
    ) -> Page:
        """Return what an organisation was told. Raises `Problem` when `before` is no cursor."""

    def known(self, question: Question) -> bool:
        """Return whether anybody was told of this; for telling "not yours" from "not there"."""


class NoNotifications:
    """Nobody was ever told anything."""

    def find(
        self, recipient: str, question: Question, *, at_most: int = 1000, before: str | None = None
    ) -> Page:
        return Page()

    def known(self, question: Question) -> bool:
        return False
