"""Applies: lanes are claimed, moved on behind a fence, put off and woken."""

from collections.abc import Sequence

from sluis.storage.jobs.dialect import open_cursor, said
from sluis.storage.jobs.rows import Advance, Backlog, LaneRow, StepRow


class Fenced(Exception):
    """Somebody else applied these steps meanwhile: nothing of this batch may stay."""


def claim_lanes(now: int, at_most: int) -> list[LaneRow]:
    """Return the lanes that have waited longest, locked until the transaction ends."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT id, key, applied_seq, tries FROM server_lane"
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
            "SELECT id, key, applied_seq, tries FROM server_lane"
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

    This is what makes once and in order a fact of the database, whatever processes do. A lane
    that grew meanwhile goes on waiting, also where nothing kept others from it.
    """
    columns = "id bigint, before bigint, after bigint, since bigint"
    table, values = said().rows("given", columns, sorted(lanes))
    with open_cursor() as cursor:
        cursor.execute(
            "UPDATE server_lane SET applied_seq = given.after, waiting_since = CASE"
            " WHEN last_seq > given.after THEN given.since END,"
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


def backlog() -> Backlog:
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(last_seq - applied_seq), 0),"
            " min(waiting_since) FILTER (WHERE tries = 0)"
            " FROM server_lane WHERE waiting_since IS NOT NULL"
        )
        steps, since = cursor.fetchone()
        return Backlog(int(steps), since)
