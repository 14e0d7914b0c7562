"""Notifications: stored, found again, and who has channels for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from sluis.storage.batch import insert
from sluis.storage.jobs.dialect import open_cursor, said
from sluis.storage.jobs.rows import ChannelRow, NotificationRow


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


INDEXED = {  # what an index of the notifications begins with, by the condition that chose it
    "reference": ("reference",),
    "object": ("object",),
    "subject": ("environment", "organisation", "subject"),
    "event": ("environment", "organisation", "event"),
    "": ("environment", "organisation"),
}


CHARACTERS_AT_MOST = 8_000_000  # of the messages of one answer, which is in memory as a whole


def told(
    conditions: Mapping[str, str],
    driver: str,
    earliest: int,
    latest: int | None,
    before: tuple[int, int] | None,
    at_most: int,
) -> tuple[list[NotificationRow], bool]:
    """Return notifications that fit, newest first, after the place `before` in that order.

    And whether there are more: messages that are long make a page of fewer.
    """
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
            [*values, at_most + 1],
        )
        found: list[NotificationRow] = []
        left = CHARACTERS_AT_MOST
        while (row := cursor.fetchone()) is not None:
            one = NotificationRow(*row)
            left -= len(one.message)
            if found and (left < 0 or len(found) == at_most):
                return found, True
            found.append(one)
        return found, False
