"""Work that is answered later: what a call leaves to be done, and what comes of it.

A call is accepted (durable before its receipt leaves), applied (once, in order of its lane) and
told of (notifications, stored in the transaction that applied it). A lane is what an API orders
by: for Certified Pick up the container.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluis.core.caller import Caller
from sluis.core.directory import Directory


@dataclass(frozen=True, slots=True)
class Step:
    """One lane's part of a request; a bulk request has many."""

    lane: str
    submission: Mapping[str, Any]  # plain JSON values


@dataclass(frozen=True, slots=True)
class Submission:
    """What the handler of an operation with `work` returns: the steps, in order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Work:
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


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that a party is told: stored for the query, and pushed to its channels."""

    recipient: str  # organisation
    type: str
    event: str
    subject: str | None  # what it is about, in the words of the API: the container
    object: str | None  # idem, by the id that the platform gave it: the release
    body: Mapping[str, Any] | str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the lane's state, and who hears of it. `state` None: as it was."""

    state: Any = None
    notifications: tuple[Notification, ...] = ()
