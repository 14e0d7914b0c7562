"""A container: what was released of it, who holds the right to fetch it, and its three lights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

VALID = timedelta(days=60)  # a release that names no end
WAITING = timedelta(days=60)  # of a message that came before its release
SHOWN = timedelta(hours=24)  # in lists, after the gate
ARCHIVED = timedelta(days=365)  # after its end a release can be looked up so long
PICKED_UP_AT_MOST = 20  # of one container are looked up, the newest: they are read with each step


class State(StrEnum):
    RELEASED = "RELEASED"
    BLOCKED = "BLOCKED"
    EXPIRED = "EXPIRED"
    DELETED = "DELETED"
    PICKED_UP = "PICKED_UP"


class Status(StrEnum):
    """Of a right. The original has Blocked and Unblocked too, and offers them no more."""

    UNKNOWN = "Unknown"
    ASSIGNED = "Assigned"
    PENDING = "Pending"
    ACCEPTED = "Accepted"
    DECLINED = "Declined"
    REVOKED = "Revoked"
    ARCHIVED = "Archived"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    UNBLOCKED = "Unblocked"


class LightName(StrEnum):
    COMMERCIAL = "CommercialRelease"
    TERMINAL = "TerminalRelease"
    CUSTOMS = "CustomsRelease"


LABELS = {
    LightName.COMMERCIAL: "Commercial release",
    LightName.TERMINAL: "Terminal release",
    LightName.CUSTOMS: "Customs release",
}
COLOURS = {
    "UNKNOWN": "Grey",
    "OK": "Green",
    "BLOCKED": "Red",
    "EXPIRED": "Red",
    "DELETED": "Grey",
    "SCAN": "Orange",
    # Customs alone:
    "RELEASED": "Green",
    "FASFC": "Orange",
    "EQUALISATION": "Orange",
    "TRANSHIPMENT": "Orange",
    "DOCUMENTARY_CHECK": "Red",
    "PARTIALLY_CLEARED": "Red",
    "NOT_CLEARED": "Red",
}


@dataclass(frozen=True, slots=True)
class Light:
    value: str = "UNKNOWN"
    changed_at: datetime | None = None

    @property
    def colour(self) -> str:
        return COLOURS[self.value]


@dataclass(frozen=True, slots=True)
class Hop:
    """One hand-over of the right; of a chain of them the accepted ones count."""

    giver: str  # organisation
    receiver: str
    status: Status = Status.PENDING


@dataclass(frozen=True, slots=True)
class Yard:
    """What the terminal said. Its word counts from when the container stands on its yard."""

    present: bool = False
    verdict: str = "UNKNOWN"  # or OK or SCAN
    blocked: bool = False

    @property
    def light(self) -> str:
        if self.blocked:
            return "BLOCKED"
        return self.verdict if self.present or self.verdict != "OK" else "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Release:
    id: str  # a UUID
    agent: str  # the organisation that released, and that alone may change it
    identification: str
    equipment: str
    bills: tuple[str, ...]
    port: str
    terminal: str  # a code, as the directory writes it
    carrier: str
    named: str | None  # to whom the release itself gave the right
    starts_at: datetime
    expires_at: datetime | None  # as given
    released_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)  # what is passed on and not looked at
    state: State = State.RELEASED
    before_expiry: State = State.RELEASED
    ended_at: datetime | None = None
    right: Status = Status.ASSIGNED
    last_action: str | None = None  # Transfer or Revoke
    hops: tuple[Hop, ...] = ()
    yard: Yard = Yard()
    commercial: Light = Light()
    terminal_light: Light = Light()
    customs: Light = Light()

    @property
    def active(self) -> bool:
        """Return whether the release still stands in the way of another one like it."""
        return self.state not in (State.DELETED, State.PICKED_UP)

    @property
    def expiry(self) -> datetime:
        return self.expires_at or self.starts_at + VALID

    @property
    def pending(self) -> Hop | None:
        last = self.hops[-1] if self.hops else None
        return last if last is not None and last.status is Status.PENDING else None

    @property
    def owner(self) -> str:
        accepted = [hop.receiver for hop in self.hops if hop.status is Status.ACCEPTED]
        return accepted[-1] if accepted else self.agent

    @property
    def offered(self) -> str | None:
        return self.pending.receiver if self.pending else None

    @property
    def chain(self) -> tuple[str, ...]:
        """Return who held the right or is offered it, in that order, without the agent."""
        live = (Status.ACCEPTED, Status.PENDING)
        return tuple(dict.fromkeys(hop.receiver for hop in self.hops if hop.status in live))

    @property
    def status(self) -> Status:
        if not self.active:
            return Status.ARCHIVED
        return Status.EXPIRED if self.state is State.EXPIRED else self.right

    @property
    def stay(self) -> str | None:
        return self.details.get("stayNumber")

    def lights(self) -> dict[LightName, Light]:
        return {
            LightName.COMMERCIAL: self.commercial,
            LightName.TERMINAL: self.terminal_light,
            LightName.CUSTOMS: self.customs,
        }

    def concerns(self, bills: Iterable[str]) -> bool:
        return sorted(self.bills) == sorted(bills)


@dataclass(frozen=True, slots=True)
class Early:
    """A message that came before the release that it is about."""

    sender: str  # organisation
    submission: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Container:
    """The state of a lane: everything of one container in one environment."""

    releases: tuple[Release, ...] = ()
    early: tuple[Early, ...] = ()

    def active(self) -> tuple[Release, ...]:
        return tuple(release for release in self.releases if release.active)


EMPTY = Container()
