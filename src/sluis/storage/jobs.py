"""Work that is answered later, as the database keeps it: named operations over whole batches.

Plain SQL: as objects of the ORM a step costs 50 times as much. Everything that writes here
expects a transaction of the caller's. What the two databases say differently lies in
`sqlite/dialect.py` and `postgresql/dialect.py`; all else is written once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sluis.storage.batch import insert

WAITING, DELIVERED, GIVEN_UP, CANCELLED = range(4)  # states of a delivery
ALL_AT_ONCE = 64  # lanes of which a batch takes steps; more wait for the next


class Fenced(Exception):
    """Somebody else applied these steps meanwhile: nothing of this batch may stay."""


class Dialect(Protocol):
    """What the two databases say differently."""

    def rows(self, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        """Return the SQL of a table with these rows, and its values.

        `columns` are names and types: "id bigint, key text".
        """

    def numbers(self, cursor: Any, table: str, column: str, count: int) -> Sequence[int]:
        """Return so many numbers, rising, that no other row will have as its key."""

    locked: str  # what makes a SELECT lock the rows that nobody else has locked
    identifier: str  # the SQL of an id as 32 hexadecimal digits; {} is the column
    unindexed: str  # the SQL of a column by which no index is to be chosen
    number_of_transaction: str  # by which to ask later what became of it


@cache
def dialect(vendor: str) -> Dialect:
    if vendor == "postgresql":
        from sluis.storage.postgresql.dialect import PostgreSQL

        return PostgreSQL()
    from sluis.storage.sqlite.dialect import SQLite

    return SQLite()


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
    last_seq: int
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
    waiting_since: int | None


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


def open_cursor(on: BaseDatabaseWrapper | None = None) -> Any:
    return (on or connection).cursor()


def said() -> Dialect:
    return dialect(connection.vendor)


# Accept

REQUEST = Item._fields[:11]
STEP = ("reference", "item", "lane", "lane_seq", "submission")


def accept(items: Sequence[Item], keys_before: int) -> list[Kept | None]:
    """Store the requests and put their steps at the end of their lanes, in the order given.

    Returns for each None, or what its Idempotency-Key stands for already: that one is not
    stored. Keys received before `keys_before` are forgotten. Of several items with one key
    only the first may be given.
    """
    known = claim_keys([item for item in items if item.key is not None], keys_before)
    fresh = [item for item in items if known.get(item.reference) is None]
    counts = Counter(lane for item in fresh for lane, _ in item.steps)
    received_at = min((item.received_at for item in fresh), default=0)
    lanes = lengthen(counts, received_at)
    insert(connection, "server_acceptedrequest", REQUEST, [item[:11] for item in fresh])
    steps = []
    next_seq = {key: last + 1 - counts[key] for key, (_, last) in lanes.items()}
    for item in fresh:
        for number, (lane, submission) in enumerate(item.steps):
            seq = next_seq[lane]
            next_seq[lane] = seq + 1
            steps.append((item.reference, number, lanes[lane][0], seq, submission))
    insert(connection, "server_acceptedstep", STEP, steps)
    return [known.get(item.reference) for item in items]


def claim_keys(items: Sequence[Item], keys_before: int) -> dict[str, Kept]:
    """Note the keys; return, by reference, what those that were there already stand for."""
    if not items:
        return {}
    columns = (
        "environment text, organisation text, key text, fingerprint text, reference text,"
        " external_reference text, accepted_at bigint, received_at bigint"
    )
    given = [
        (i.environment, i.organisation or "", *(i.key or ("", "")), *i[:1], i[7], *i[9:11])
        for i in items
    ]
    table, values = said().rows("given", columns, sorted(given))
    sql = (
        "INSERT INTO server_idempotencykey (environment, organisation, key, fingerprint,"
        " reference, external_reference, accepted_at, received_at)"
        f" SELECT * FROM {table} WHERE true"
        " ON CONFLICT (environment, organisation, key) DO UPDATE SET"
        " fingerprint = excluded.fingerprint, reference = excluded.reference,"
        " external_reference = excluded.external_reference,"
        " accepted_at = excluded.accepted_at, received_at = excluded.received_at"
        " WHERE server_idempotencykey.received_at < %s RETURNING reference"
    )
    with open_cursor() as cursor:
        cursor.execute(sql, [*values, keys_before])
        fresh = {reference for (reference,) in cursor.fetchall()}
        if len(fresh) == len(items):
            return {}
        cursor.execute(
            "SELECT given.reference, k.reference, k.external_reference, k.accepted_at,"
            f" k.fingerprint FROM {table} CROSS JOIN server_idempotencykey k"
            " WHERE k.environment = given.environment AND k.organisation = given.organisation"
            " AND k.key = given.key",
            values,
        )
        return {r: Kept(*kept) for r, *kept in cursor.fetchall() if r not in fresh}


def lengthen(counts: Counter[str], received_at: int) -> dict[str, tuple[int, int]]:
    """Make room for so many steps at the end of each lane; return its id and its last number.

    The rows are locked from here to the end of the transaction, in the order of their keys.
    """
    if not counts:
        return {}
    given = [(key, count, received_at) for key, count in sorted(counts.items())]
    table, values = said().rows("given", "key text, steps bigint, at bigint", given)
    sql = (
        "INSERT INTO server_lane (key, last_seq, applied_seq, waiting_since, tries, wait_until)"
        f" SELECT given.key, given.steps, 0, given.at, 0, 0 FROM {table} WHERE true"
        " ON CONFLICT (key) DO UPDATE SET last_seq = server_lane.last_seq + excluded.last_seq,"
        " waiting_since = coalesce(server_lane.waiting_since, excluded.waiting_since)"
        " RETURNING key, id, last_seq"
    )
    with open_cursor() as cursor:
        cursor.execute(sql, values)
        return {key: (id_, last) for key, id_, last in cursor.fetchall()}


def transaction_number() -> str | None:
    """Return by which to ask afterwards whether this transaction was committed."""
    if not said().number_of_transaction:
        return None
    with open_cursor() as cursor:
        cursor.execute(f"SELECT {said().number_of_transaction}")
        return str(cursor.fetchone()[0])


def fate(number: str) -> str:
    """Return what became of a transaction: "committed", "aborted" or "in progress"."""
    with open_cursor() as cursor:
        cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [number])
        return str(cursor.fetchone()[0])


# Apply


def claim_lanes(now: int, at_most: int) -> list[LaneRow]:
    """Return the lanes that have waited longest, locked until the transaction ends."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT id, key, applied_seq, last_seq, tries FROM server_lane"
            " WHERE waiting_since IS NOT NULL AND wait_until <= %s"
            f" ORDER BY waiting_since LIMIT %s {said().locked}",
            [now, at_most],
        )
        return [LaneRow(*row) for row in cursor.fetchall()]


def something_waits(now: int) -> bool:
    """Look without a transaction, which on SQLite would hold up those who write."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM server_lane"
            " WHERE waiting_since IS NOT NULL AND wait_until <= %s LIMIT 1",
            [now],
        )
        return cursor.fetchone() is not None


def claim_lane(id_: int) -> list[LaneRow]:
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT id, key, applied_seq, last_seq, tries FROM server_lane"
            f" WHERE waiting_since IS NOT NULL AND id = %s {said().locked}",
            [id_],
        )
        return [LaneRow(*row) for row in cursor.fetchall()]


def steps_of(lanes: Sequence[LaneRow], at_most: int) -> list[StepRow]:
    """Return the next steps of these lanes, so many of each, in the order of acceptance."""
    given = [(lane.id, lane.applied_seq, lane.applied_seq + at_most) for lane in lanes]
    table, values = said().rows("given", "lane bigint, after bigint, upto bigint", given)
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.lane, s.lane_seq, s.item, s.submission, s.reference, r.operation,"
            " r.application, r.organisation, r.person, r.external_reference, r.accepted_at,"
            f" r.received_at FROM {table} CROSS JOIN server_acceptedstep s"
            " CROSS JOIN server_acceptedrequest r"
            " WHERE s.lane = given.lane AND s.lane_seq > given.after AND s.lane_seq <= given.upto"
            " AND r.reference = s.reference ORDER BY s.id",
            values,
        )
        return [StepRow(*row) for row in cursor.fetchall()]


def advance(lanes: Sequence[Advance]) -> None:
    """Note that these steps are applied. Raises `Fenced` when anybody else did it meanwhile.

    This is what makes once and in order a fact of the database, whatever processes do.
    """
    columns = "id bigint, before bigint, after bigint, since bigint"
    table, values = said().rows("given", columns, sorted(lanes))
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_lane SET applied_seq = given.after, waiting_since = given.since,"
            f" tries = 0, wait_until = 0 FROM {table}"
            " WHERE server_lane.id = given.id AND server_lane.applied_seq = given.before",
            values,
        )
        if cursor.rowcount != len(lanes):
            raise Fenced(f"{len(lanes)} lanes, {cursor.rowcount} as they were.")


def put_off(lane: int, applied_seq: int, wait_until: int) -> None:
    """Let a lane whose next step cannot be applied wait, and count the try."""
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_lane SET tries = tries + 1, wait_until = %s"
            " WHERE id = %s AND applied_seq = %s",
            [wait_until, lane, applied_seq],
        )


def mark_applied(steps: Sequence[tuple[int, str | None]], at: int) -> None:
    """Note when these steps were applied and, of those that failed, under which incident."""
    table, values = said().rows("given", "id bigint, incident text", steps)
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_acceptedstep SET applied_at = %s, incident = given.incident"
            f" FROM {table} WHERE server_acceptedstep.id = given.id",
            [at, *values],
        )


def notification_numbers(count: int) -> Sequence[int]:
    with open_cursor() as cursor:
        return said().numbers(cursor, "server_storednotification", "seq", count)


def tell(rows: Sequence[NotificationRow]) -> None:
    insert(connection, "server_storednotification", NotificationRow._fields, rows)


def channels_of(recipients: Iterable[tuple[str, str]]) -> list[ChannelRow]:
    """Return the channels that are open, by environment and organisation."""
    given = [(e, o) for e, o in sorted(recipients) if len(o) == 32 and o.isalnum()]
    if not given:
        return []
    table, values = said().rows("given", "environment text, organisation identifier", given)
    organisation = said().identifier.format("c.organisation_id")
    with open_cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.environment_id, {organisation}, c.events"
            f" FROM {table} CROSS JOIN server_channel c"
            " WHERE c.environment_id = given.environment"
            " AND c.organisation_id = given.organisation AND c.disabled_at IS NULL ORDER BY c.id",
            values,
        )
        return [ChannelRow(*row) for row in cursor.fetchall()]


DELIVERY = (
    "notification",
    "channel",
    "lane",
    "state",
    "attempts",
    "holds",
    "created_at",
    "next_at",
)


def deliver(rows: Sequence[tuple[int, int, int]], now: int, apart: int = 0) -> None:
    """Note what is to be pushed: number of the notification, channel and lane.

    `apart` is the time from each to the next.
    """
    made = [
        (seq, channel, lane, WAITING, 0, True, now, now + number * apart)
        for number, (seq, channel, lane) in enumerate(rows)
    ]
    insert(connection, "server_delivery", DELIVERY, made)


class Claimed(NamedTuple):
    """A push that this process is about to attempt."""

    id: int
    channel: int
    lane: int
    attempts: int
    created_at: int
    notification_id: str
    message: str


class Report(NamedTuple):
    """What came of an attempt, and what becomes of the delivery."""

    delivery: int
    channel: int
    lane: int
    number: int
    at: int
    status: int | None
    milliseconds: int
    error: str
    answer: str
    state: int
    next_at: int
    holds: bool
    counted: bool = True  # False: nothing was attempted, the delivery is only moved


def waiting_channels() -> list[int]:
    """Return the channels for which anything waits, whatever its time."""
    # From one to the next in the index: a channel with a million deliveries costs one step.
    with open_cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE found (id) AS ("
            "SELECT min(channel) FROM server_delivery WHERE state = 0 UNION ALL"
            " SELECT (SELECT min(d.channel) FROM server_delivery d"
            " WHERE d.state = 0 AND d.channel > found.id) FROM found WHERE found.id IS NOT NULL)"
            " SELECT id FROM found WHERE id IS NOT NULL"
        )
        return [channel for (channel,) in cursor.fetchall()]


def is_delivery_due(channel: int, now: int) -> bool:
    """Look without a transaction whether something is; it may still wait for its lane."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM server_delivery WHERE state = 0 AND channel = %s AND next_at <= %s"
            " LIMIT 1",
            [channel, now],
        )
        return cursor.fetchone() is not None


IN_ORDER = (
    " AND NOT EXISTS (SELECT 1 FROM server_delivery e WHERE e.state = 0"
    " AND e.channel = d.channel AND e.lane = d.lane AND e.id < d.id AND e.holds)"
)


def claim_deliveries(
    channel: int, now: int, at_most: int, *, in_order: bool, owner: str, until: int
) -> list[Claimed]:
    """Take pushes whose time has come; nobody else has them before `until`.

    In order: of each lane only the first that is not done.
    """
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET claimed_by = %s, next_at = %s WHERE id IN"
            " (SELECT d.id FROM server_delivery d"
            f" WHERE d.state = 0 AND d.channel = %s AND d.next_at <= %s"
            f" {IN_ORDER if in_order else ''} ORDER BY d.next_at, d.id LIMIT %s {said().locked})"
            " RETURNING id, channel, lane, attempts, created_at, notification",
            [owner, until, channel, now, at_most],
        )
        found = sorted(cursor.fetchall())
        if not found:
            return []
        table, values = said().rows("given", "seq bigint", sorted({row[5:] for row in found}))
        cursor.execute(
            f"SELECT n.seq, n.id, n.message FROM {table}"
            " CROSS JOIN server_storednotification n WHERE n.seq = given.seq",
            values,
        )
        messages = {seq: rest for seq, *rest in cursor.fetchall()}
    return [Claimed(*row[:5], *messages[row[5]]) for row in found if row[5] in messages]


def report(reports: Sequence[Report]) -> None:
    """Write attempts down, and let each delivery go on, end, or let its lane pass."""
    given = [(r.delivery, r.state, r.number, r.next_at, int(r.holds)) for r in reports]
    columns = "id bigint, state bigint, attempts bigint, at bigint, holds bigint"
    table, values = said().rows("given", columns, sorted(given))
    counted = [r for r in reports if r.counted]
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET state = given.state, attempts = given.attempts,"
            " next_at = given.at, holds = given.holds <> 0, claimed_by = NULL"
            f" FROM {table} WHERE server_delivery.id = given.id AND server_delivery.state = 0",
            values,
        )
        insert(connection, "server_attempt", ATTEMPT, [attempt(r) for r in counted])
        move_those_behind(cursor, reports)
        note_health(cursor, counted)


ATTEMPT = ("delivery", "number", "at", "status", "milliseconds", "error", "answer")


def attempt(of: Report) -> tuple[Any, ...]:
    return (of.delivery, of.number, of.at, of.status, of.milliseconds, of.error, of.answer)


def move_those_behind(cursor: Any, reports: Sequence[Report]) -> None:
    """Let what waits for a delivery in its lane come up when that is tried again, or now.

    Otherwise each look for what is due would pass all that wait behind it.
    """
    given = [
        (r.channel, r.lane, r.delivery, r.next_at if r.state == WAITING and r.holds else r.at)
        for r in reports
    ]
    columns = "channel bigint, lane bigint, delivery bigint, at bigint"
    table, values = said().rows("given", columns, sorted(given))
    cursor.execute(
        f"UPDATE server_delivery SET next_at = given.at FROM {table}"
        " WHERE server_delivery.state = 0 AND server_delivery.channel = given.channel"
        " AND server_delivery.lane = given.lane AND server_delivery.id > given.delivery"
        " AND server_delivery.attempts = 0 AND server_delivery.claimed_by IS NULL",
        values,
    )


def note_health(cursor: Any, reports: Sequence[Report]) -> None:
    """Note since when channels fail; one success wipes it out."""
    good = {r.channel for r in reports if r.state == DELIVERED}
    failing = {r.channel: r.at for r in reversed(reports) if r.channel not in good}
    for channel in sorted(good):
        cursor.execute(
            "UPDATE server_channel SET failing_since = NULL, warned = 0"
            " WHERE id = %s AND failing_since IS NOT NULL",
            [channel],
        )
    for channel, at in sorted(failing.items()):
        cursor.execute(
            "UPDATE server_channel SET failing_since = %s WHERE id = %s AND failing_since IS NULL",
            [at, channel],
        )


def cancel(channel: int) -> None:
    """Let all that waits for a channel go; its parties can still ask for it."""
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET state = %s, claimed_by = NULL"
            " WHERE state = 0 AND channel = %s",
            [CANCELLED, channel],
        )


def free_claims(now: int) -> None:
    """Take back what a process before this one was at: on SQLite there is only one."""
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET next_at = %s, claimed_by = NULL"
            " WHERE state = 0 AND claimed_by IS NOT NULL",
            [now],
        )


def failed_of(channel: int, since: int) -> int:
    """Return how many notifications could not be delivered to a channel since then."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT notification) FROM server_delivery"
            " WHERE channel = %s AND state <> %s AND attempts > 0 AND created_at >= %s",
            [channel, DELIVERED, since],
        )
        return int(cursor.fetchone()[0])


def to_replay(
    channel: int, environment: str, organisation: str, since: int, *, failed_only: bool
) -> list[tuple[int, int, int]]:
    """Return what `deliver` takes, of all that an organisation was told since then."""
    failed = (
        " AND EXISTS (SELECT 1 FROM server_delivery d WHERE d.notification = n.seq"
        f" AND d.channel = {int(channel)} AND d.state IN ({GIVEN_UP}, {CANCELLED}))"
        " AND NOT EXISTS (SELECT 1 FROM server_delivery d WHERE d.notification = n.seq"
        f" AND d.channel = {int(channel)} AND d.state IN ({WAITING}, {DELIVERED}))"
    )
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT n.seq, n.lane FROM server_storednotification n WHERE n.environment = %s"
            f" AND n.organisation = %s AND n.stored_at >= %s {failed if failed_only else ''}"
            " ORDER BY n.seq",
            [environment, organisation, since],
        )
        return [(seq, channel, lane) for seq, lane in cursor.fetchall()]


# Wake-ups


def wake_later(rows: Sequence[tuple[int, str, int]]) -> None:
    """Note when lanes want to be woken: lane, environment and time; the last word counts."""
    table, values = said().rows("given", "lane bigint, environment text, at bigint", sorted(rows))
    with open_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO server_wakeup (lane, environment, at) SELECT * FROM {table} WHERE true"
            " ON CONFLICT (lane) DO UPDATE SET at = excluded.at",
            values,
        )


def is_due(environment: str, at: int) -> bool:
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM server_wakeup WHERE environment = %s AND at <= %s LIMIT 1",
            [environment, at],
        )
        return cursor.fetchone() is not None


def woken(environment: str, at: int, at_most: int) -> list[str]:
    """Take the wake-ups that are due off the table; return the keys of their lanes.

    The lanes are locked first, as everybody does who needs both.
    """
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT l.id, l.key FROM server_lane l WHERE l.id IN"
            " (SELECT w.lane FROM server_wakeup w"
            " WHERE w.environment = %s AND w.at <= %s ORDER BY w.at LIMIT %s)"
            f" ORDER BY l.key {said().locked}",
            [environment, at, at_most],
        )
        keys = dict(cursor.fetchall())
        if not keys:
            return []
        table, values = said().rows("given", "lane bigint", [(lane,) for lane in keys])
        cursor.execute(
            f"DELETE FROM server_wakeup WHERE at <= %s AND lane IN (SELECT lane FROM {table})"
            " RETURNING lane",
            [at, *values],
        )
        return [keys[lane] for (lane,) in cursor.fetchall()]


# Looking


def backlog() -> Backlog:
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(last_seq - applied_seq), 0),"
            " min(waiting_since) FILTER (WHERE tries = 0)"
            " FROM server_lane WHERE waiting_since IS NOT NULL"
        )
        steps, since = cursor.fetchone()
        return Backlog(int(steps), since)


INDEXED = {  # what an index of the notifications begins with, by the condition that chose it
    "reference": ("reference",),
    "object": ("object",),
    "subject": ("environment", "organisation", "subject"),
    "event": ("environment", "organisation", "event"),
    "": ("environment", "organisation"),
}


def told(
    conditions: Mapping[str, str],
    driver: str,
    earliest: int,
    latest: int | None,
    before: tuple[int, int] | None,
    at_most: int,
) -> list[NotificationRow]:
    """Return notifications that fit, newest first, after the place `before` in that order."""
    indexed = INDEXED[driver]
    ours = said().unindexed
    parts = [f"{name if name in indexed else ours.format(name)} = %s" for name in conditions]
    values: list[Any] = list(conditions.values())
    stored_at = "stored_at" if "organisation" in indexed else ours.format("stored_at")
    parts.append(f"{stored_at} >= %s")
    values.append(earliest)
    if before is not None:
        latest = before[0] if latest is None else min(latest, before[0])
    if latest is not None:
        parts.append(f"{stored_at} <= %s")
        values.append(latest)
    if before is not None:
        parts.append(f"({ours.format('stored_at')}, seq) < (%s, %s)")
        values += before
    with open_cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(NotificationRow._fields)} FROM server_storednotification"
            f" WHERE {' AND '.join(parts)} ORDER BY stored_at DESC, seq DESC LIMIT %s",
            [*values, at_most],
        )
        return [NotificationRow(*row) for row in cursor.fetchall()]


# Forgetting

OF_REFERENCES = (
    ("server_attempt", "delivery IN (SELECT id FROM server_delivery WHERE notification IN {told})"),
    ("server_delivery", "notification IN {told}"),
    ("server_storednotification", "reference IN {given}"),
    ("server_acceptedstep", "reference IN {given}"),
    ("server_acceptedrequest", "reference IN {given}"),
)


def forget(before: int, visible_from: Mapping[str, int], after: int, at_most: int) -> int | None:
    """Delete requests received before, with all that came of them; a few, in a transaction.

    What still waits stays, and so does what can still be asked for: by environment, what was
    stored since. Returns after which row to go on, None at the end.
    """
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT id, reference, environment FROM server_acceptedrequest"
            " WHERE id > %s AND received_at < %s ORDER BY id LIMIT %s",
            [after, before, at_most],
        )
        found = cursor.fetchall()
        if not found:
            return None
        given = [(ref, visible_from.get(environment, 0)) for _, ref, environment in found]
        table, values = said().rows("given", "reference text, at bigint", given)
        cursor.execute(
            f"SELECT given.reference FROM {table} WHERE"
            " NOT EXISTS (SELECT 1 FROM server_storednotification n"
            " WHERE n.reference = given.reference AND n.stored_at >= given.at)"
            " AND NOT EXISTS (SELECT 1 FROM server_acceptedstep s"
            " JOIN server_lane l ON l.id = s.lane"
            " WHERE s.reference = given.reference AND s.lane_seq > l.applied_seq)",
            values,
        )
        delete_requests(cursor, [reference for (reference,) in cursor.fetchall()])
    return int(found[-1][0])


def delete_requests(cursor: Any, references: Sequence[str]) -> None:
    table, values = said().rows("given", "reference text", [(one,) for one in references])
    given = f"(SELECT reference FROM {table})"
    told = f"(SELECT seq FROM server_storednotification WHERE reference IN {given})"
    for name, condition in OF_REFERENCES if references else ():
        cursor.execute(
            f"DELETE FROM {name} WHERE {condition.format(given=given, told=told)}", values
        )


def forget_keys(before: int) -> None:
    with open_cursor() as cursor:
        cursor.execute("DELETE FROM server_idempotencykey WHERE received_at < %s", [before])


def forget_environment(environment: str) -> None:
    """Delete all of an environment, lanes and keys included; in a transaction."""
    told = "(SELECT seq FROM server_storednotification WHERE environment = %s)"
    references = "(SELECT reference FROM server_acceptedrequest WHERE environment = %s)"
    deliveries = f"(SELECT id FROM server_delivery WHERE notification IN {told})"
    with open_cursor() as cursor:
        for statement in (
            f"DELETE FROM server_attempt WHERE delivery IN {deliveries}",
            f"DELETE FROM server_delivery WHERE notification IN {told}",
            "DELETE FROM server_storednotification WHERE environment = %s",
            f"DELETE FROM server_acceptedstep WHERE reference IN {references}",
            "DELETE FROM server_acceptedrequest WHERE environment = %s",
            "DELETE FROM server_idempotencykey WHERE environment = %s",
            "DELETE FROM server_wakeup WHERE environment = %s",
        ):
            cursor.execute(statement, [environment])
        start = f"{environment} "
        # Not by comparing: the order of characters is the database's own.
        cursor.execute("DELETE FROM server_lane WHERE substr(key, 1, %s) = %s", [len(start), start])
