"""What goes in and comes out, as plain values."""

from typing import NamedTuple


class Key(NamedTuple):
    """An Idempotency-Key, and the digest of what it came with."""

    key: str
    fingerprint: str


class Item(NamedTuple):
    """A request to accept: one row of its table, and its steps."""

    reference: str
    environment: str
    package: str
    operation: str
    application: str | None
    organisation: str | None
    person: str | None
    external_reference: str | None
    trace: str
    accepted_at: int
    received_at: int
    steps: tuple[tuple[str, str], ...]  # key of the lane, JSON of the submission
    key: Key | None = None


class Kept(NamedTuple):
    """What is there under a reference, or under an Idempotency-Key."""

    reference: str
    external_reference: str | None
    accepted_at: int
    fingerprint: str


class LaneRow(NamedTuple):
    id: int
    key: str
    applied_seq: int
    tries: int


class StepRow(NamedTuple):
    id: int
    lane: int
    lane_seq: int
    item: int
    submission: str
    reference: str
    operation: str
    application: str | None
    organisation: str | None
    person: str | None
    external_reference: str | None
    accepted_at: int
    received_at: int


class Advance(NamedTuple):
    """How far a lane has come."""

    id: int
    before: int
    after: int
    since: int  # what is left of it waits, if anything is


class NotificationRow(NamedTuple):
    seq: int
    id: str
    environment: str
    organisation: str
    lane: int
    lane_seq: int
    reference: str
    external_reference: str | None
    type: str
    event: str
    subject: str | None
    object: str | None
    stored_at: int
    message: str


class ChannelRow(NamedTuple):
    id: int
    environment: str
    organisation: str
    events: str  # JSON


class Backlog(NamedTuple):
    steps: int
    waiting_since: int | None  # the oldest, of those that are not put off
