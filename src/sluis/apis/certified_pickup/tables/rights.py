"""The list of a company's rights, found in the database; `rules.listing.listed` says which."""

import json
from collections.abc import Collection
from typing import Any

import msgspec
from django.db import connection

from sluis.apis.certified_pickup.rules import listing
from sluis.apis.certified_pickup.rules.listing import Criteria
from sluis.apis.certified_pickup.rules.release import Release
from sluis.core.moments import microseconds

release_of = msgspec.json.Decoder(Release).decode
Where = tuple[str, list[Any]]
BY_STATUS = {
    listing.ACTIVE: "may_leave",
    listing.PENDING: "pending",
    listing.POLICE: "1 = 0",
    listing.TERMINAL: "NOT terminal_green",
    listing.SHIPPING: "NOT commercial_green",
}
BY_ACTION = {
    listing.ANY_ACTION_OPEN: "NOT pending",
    listing.ACTION_PENDING: "pending",
    listing.LAST_REVOKE: "last_action = 'Revoke'",
    listing.LAST_TRANSFER: "last_action = 'Transfer'",
}


def among(column: str, values: Collection[str]) -> Where:
    """Return the condition that a column is one of these, however many they are."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(values)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]


def holds(column: str, part: str) -> Where:
    find = "strpos" if connection.vendor == "postgresql" else "instr"
    return f"{find}({column}, %s) > 0", [part]


class SqlRights:
    def __init__(self, environment: str) -> None:
        self.environment = environment

    def page(self, criteria: Criteria, offset: int, at_most: int) -> tuple[list[Release], int]:
        conditions = [("environment = %s", [self.environment]), *wanted(criteria)]
        where = " AND ".join(condition for condition, _ in conditions)
        values = [value for _, found in conditions for value in found]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM certified_pickup_release WHERE {where}", values)
            total = int(cursor.fetchone()[0])
            cursor.execute(
                f"SELECT document FROM certified_pickup_release WHERE {where}"
                " ORDER BY equipment, released_at, id LIMIT %s OFFSET %s",
                [*values, at_most, offset],
            )
            return [release_of(document) for (document,) in cursor.fetchall()], total


def wanted(asked: Criteria) -> list[Where]:
    found: list[Where] = [
        ("(owner = %s OR offered = %s)", [asked.organisation, asked.organisation]),
        ("port = %s", [asked.port]),
    ]
    if asked.right is not None:
        found.append(('"right" = %s', [asked.right.value]))
    else:
        now = microseconds(asked.now)
        found.append(("(listed_until IS NULL OR listed_until > %s)", [now]))
    if asked.equipment is not None:
        found.append(holds("lower(equipment)", asked.equipment.casefold()))
    if asked.bill is not None:
        found.append(holds("bills", asked.bill.casefold()))
    for column, names in (
        ("agent", asked.agents),
        ("owner", asked.owners),
        ("terminal", asked.terminals),
    ):
        if names is not None:
            found.append(among(column, sorted(names)))
    if asked.status is not None:
        found.append((BY_STATUS[asked.status], []))
    if asked.action is not None:
        found.append((BY_ACTION[asked.action], []))
    return found
