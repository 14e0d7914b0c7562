"""Makes the tables of an empty database, at once or migration by migration, and prints them."""

import json
import sys

from sluis.server.cli import started

config = started()

from django.core.management import call_command  # noqa: E402 - settings come first
from django.db import connection  # noqa: E402 - idem

from sluis.server import install  # noqa: E402 - idem


def shape(cursor, table):
    """Return columns, indexes and constraints without the names that databases make up."""
    made = connection.introspection
    columns = sorted(
        (
            column.name,
            str(made.get_field_type(column.type_code, column)),
            str(column.internal_size),
            bool(column.null_ok),
            str(column.default),
        )
        for column in made.get_table_description(cursor, table)
    )
    constraints = sorted(
        json.dumps({key: value for key, value in one.items() if key != "definition"}, default=str)
        for one in made.get_constraints(cursor, table).values()
    )
    return [columns, constraints, conditions(cursor, table)]


def conditions(cursor, table):
    """Return the conditions of checks and partial indexes, which Django does not look at."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
            " UNION ALL SELECT regexp_replace(indexdef, 'INDEX [^ ]+ ON', 'INDEX ON')"
            " FROM pg_indexes WHERE tablename = %s",
            [table, table],
        )
    else:
        cursor.execute(
            "SELECT substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master"
            " WHERE tbl_name = %s AND type = 'index' AND instr(sql, ' WHERE ') > 0",
            [table],
        )
    return sorted(text for (text,) in cursor.fetchall())


if sys.argv[1] == "at once":
    install.make_tables()
else:
    call_command("migrate", verbosity=0)
with connection.cursor() as opened:
    sys.stdout.write(
        json.dumps({t: shape(opened, t) for t in connection.introspection.table_names(opened)})
    )
