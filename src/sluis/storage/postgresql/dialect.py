"""Arrays as tables, sequences, and locks that others step over."""

from collections.abc import Sequence
from typing import Any

TYPES = {"text": "text", "bigint": "bigint", "identifier": "uuid"}


class PostgreSQL:
    locked = "FOR UPDATE SKIP LOCKED"
    identifier = "replace({}::text, '-', '')"
    unindexed = "{}"  # it keeps statistics, and chooses well
    number_of_transaction = "pg_current_xact_id()::text"
    prepared = (
        "SELECT set_config('statement_timeout', %s, false),"
        " set_config('idle_in_transaction_session_timeout', %s, false),"
        " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
        " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"
    )

    def rows(self, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        named = [column.split() for column in columns.split(", ")]
        arrays = ", ".join(f"%s::{TYPES[kind]}[]" for _, kind in named)
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in named]
        return f"unnest({arrays}) AS {name} ({', '.join(n for n, _ in named)})", values

    def numbers(self, cursor: Any, table: str, column: str, count: int) -> Sequence[int]:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, count],
        )
        return [number for (number,) in cursor.fetchall()]
