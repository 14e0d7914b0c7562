"""Accepts: requests, their steps at the end of their lanes, and Idempotency-Keys."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from sluis.storage.batch import insert
from sluis.storage.jobs.dialect import open_cursor, said
from sluis.storage.jobs.rows import Item, Kept

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
