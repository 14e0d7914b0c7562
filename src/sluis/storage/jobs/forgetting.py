"""Deletes what nobody can ask for any more."""

from collections.abc import Mapping, Sequence
from typing import Any

from sluis.storage.jobs.dialect import open_cursor, said

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
