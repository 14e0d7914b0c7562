"""An empty database gets its tables at once, and the same as migrations make."""

import json
import subprocess
import sys


def tables(variables, how):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.server.schema", how],
        env=variables,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(ended.stdout)


def test_tables_made_at_once_are_those_that_migrations_make(new_environment):
    with new_environment() as one, new_environment() as other:
        at_once, migrated = tables(one, "at once"), tables(other, "migrated")
    assert len(migrated) > 40
    for made in (at_once, migrated):
        # Django's own, which stays empty: on PostgreSQL its migration widens an id unasked.
        del made["auth_group_permissions"]
    assert at_once == migrated


def test_a_database_made_at_once_has_nothing_to_apply(environment):
    command = [sys.executable, "-m", "sluis.server.cli", "migrate"]
    said = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert said[0].startswith("Applied ")
    assert said[1] == "Nothing to apply.\n"
