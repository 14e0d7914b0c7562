"""JSON as tables; whoever writes is alone, so numbers and locks come by themselves."""

from collections.abc import Sequence
from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode


class SQLite:
    locked = ""
    identifier = "{}"
    unindexed = "+{}"  # without statistics it would choose by the number of columns
    number_of_transaction = ""  # a commit that failed is a commit that was not
    prepared = ""  # one process, and each connection flushes: see the settings

    def rows(self, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        names = [column.split()[0] for column in columns.split(", ")]
        members = ", ".join(
            f"json_extract(value, '$[{place}]') AS {column}" for place, column in enumerate(names)
        )
        return f"(SELECT {members} FROM json_each(%s)) AS {name}", [encode(rows).decode()]

    def numbers(self, cursor: Any, table: str, column: str, count: int) -> Sequence[int]:
        # Also of rows that are gone: AUTOINCREMENT remembers, a plain maximum would not.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)
