"""Pushes: what is due is claimed, reported on, moved, cancelled and done over."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection

from sluis.storage.batch import insert
from sluis.storage.jobs.dialect import open_cursor, said

WAITING, DELIVERED, GIVEN_UP, CANCELLED = range(4)  # states of a delivery
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
    channel: int,
    now: int,
    at_most: int,
    *,
    in_order: bool,
    owner: str,
    until: int,
    behind: int = 0,
) -> list[Claimed]:
    """Take pushes whose time has come; nobody else has them before `until`.

    In order: of each lane only the first that is not done, and with one that was not tried
    before up to `behind` that follow it, which may begin when it is delivered.
    """
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET claimed_by = %s, next_at = %s WHERE id IN"
            " (SELECT d.id FROM server_delivery d"
            f" WHERE d.state = 0 AND d.channel = %s AND d.next_at <= %s"
            f" {IN_ORDER if in_order else ''} ORDER BY d.next_at, d.id LIMIT %s {said().locked})"
            f" RETURNING {CLAIMED}",
            [owner, until, channel, now, at_most],
        )
        found = sorted(cursor.fetchall())
        firsts = [(lane, id_) for id_, _, lane, attempts, *_ in found if not attempts]
        room = at_most - len(found)
        if in_order and behind and firsts and room > 0:
            given = (channel, now, room, firsts, behind)
            found = sorted([*found, *those_behind(cursor, *given, owner, until)])
        return with_messages(cursor, found)


CLAIMED = "id, channel, lane, attempts, created_at, notification"


def those_behind(
    cursor: Any,
    channel: int,
    now: int,
    at_most: int,
    firsts: Sequence[tuple[int, int]],
    of_each: int,
    owner: str,
    until: int,
) -> list[Any]:
    """Take what follows in lanes whose first is ours, up to one whose time has not come.

    Nobody else is at them: what a process that died had taken comes due with its first.
    """
    table, values = said().rows("given", "lane bigint, first bigint", sorted(firsts))
    waits = "state = 0 AND {0}.channel = %s AND {0}.lane = given.lane AND {0}.id > given.first"
    last = (
        f"SELECT e.id FROM server_delivery e WHERE e.{waits.format('e')}"
        " ORDER BY e.id LIMIT 1 OFFSET %s"
    )
    not_yet = (
        f"SELECT 1 FROM server_delivery b WHERE b.{waits.format('b')} AND b.id <= d.id"
        " AND (b.next_at > %s OR b.attempts > 0)"
    )
    cursor.execute(
        "UPDATE server_delivery SET claimed_by = %s, next_at = %s WHERE id IN"
        f" (SELECT d.id FROM {table} CROSS JOIN server_delivery d WHERE d.{waits.format('d')}"
        f" AND d.id <= coalesce(({last}), d.id) AND NOT EXISTS ({not_yet})"
        f" ORDER BY d.id LIMIT %s) RETURNING {CLAIMED}",
        [owner, until, *values, channel, channel, of_each - 1, channel, now, at_most],
    )
    return list(cursor.fetchall())


def with_messages(cursor: Any, found: Sequence[Any]) -> list[Claimed]:
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
    """Let what waits for a delivery in its lane come up when that is tried again.

    Otherwise each look for what is due would pass all that wait behind it. What is due later
    stays there, as what is pushed again at half the rate.
    """
    # Of several of one lane the newest says when it goes on.
    newest = {(r.channel, r.lane): r for r in sorted(reports, key=attrgetter("delivery"))}
    given = [
        (*place, r.delivery, r.next_at)
        for place, r in newest.items()
        if r.state == WAITING and r.holds
    ]
    if not given:
        return
    columns = "channel bigint, lane bigint, delivery bigint, at bigint"
    table, values = said().rows("given", columns, sorted(given))
    cursor.execute(
        f"UPDATE server_delivery SET next_at = given.at FROM {table}"
        " WHERE server_delivery.state = 0 AND server_delivery.channel = given.channel"
        " AND server_delivery.lane = given.lane AND server_delivery.id > given.delivery"
        " AND server_delivery.next_at < given.at"
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
    """Return how many notifications could not be delivered to a channel since then.

    By when they were tried: those that failed first were told of before.
    """
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT d.notification) FROM server_delivery d"
            " WHERE d.channel = %s AND d.state <> %s AND d.attempts > 0 AND EXISTS"
            " (SELECT 1 FROM server_attempt a WHERE a.delivery = d.id AND a.at >= %s)",
            [channel, DELIVERED, since],
        )
        return int(cursor.fetchone()[0])


def to_replay(
    channel: int, environment: str, organisation: str, since: int, *, failed_only: bool
) -> list[tuple[int, int, int]]:
    """Return what `deliver` takes, of all that an organisation was told since then.

    What waits for the channel is not among it: it comes anyway, and two replays at once would
    go out twice as fast.
    """
    mine = f"d.notification = n.seq AND d.channel = {int(channel)} AND d.state"
    some = "AND{} EXISTS (SELECT 1 FROM server_delivery d WHERE " + mine + " IN ({}))"
    if failed_only:
        wanted = some.format("", f"{GIVEN_UP}, {CANCELLED}")
        wanted += " " + some.format(" NOT", f"{WAITING}, {DELIVERED}")
    else:
        wanted = some.format(" NOT", WAITING)
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT n.seq, n.lane FROM server_storednotification n WHERE n.environment = %s"
            f" AND n.organisation = %s AND n.stored_at >= %s {wanted}"
            " ORDER BY n.seq",
            [environment, organisation, since],
        )
        return [(seq, channel, lane) for seq, lane in cursor.fetchall()]
