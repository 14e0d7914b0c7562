"""What the two databases say differently, and the cursor by which all here is said."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


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
    prepared: str  # what a connection begins with that accepts and applies


@cache
def dialect(vendor: str) -> Dialect:
    if vendor == "postgresql":
        from sluis.storage.postgresql.dialect import PostgreSQL

        return PostgreSQL()
    from sluis.storage.sqlite.dialect import SQLite

    return SQLite()


def prepare(milliseconds: int) -> None:
    """Let no statement, and no transaction at rest, last longer on this thread's connection.

    And let it answer a commit when that is flushed, whatever the database does for others.
    """
    if said().prepared:
        with open_cursor() as cursor:
            cursor.execute(said().prepared, [str(milliseconds)] * 2)


def open_cursor(on: BaseDatabaseWrapper | None = None) -> Any:
    return (on or connection).cursor()


def said() -> Dialect:
    return dialect(connection.vendor)
