"""The lists, by lane."""

import json

from django.db import connection


def open_store(opening):
    return Store(opening.environment)


def make_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS toy_list"
            " (environment varchar(80), lane varchar(120), body text,"
            " PRIMARY KEY (environment, lane))"
        )


class Store:
    def __init__(self, environment):
        self.environment = environment

    def states(self, lanes):
        if not lanes:
            return {}
        places = ", ".join(["%s"] * len(lanes))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lane, body FROM toy_list"  # noqa: S608 - marks, no values
                f" WHERE environment = %s AND lane IN ({places})",
                [self.environment, *lanes],
            )
            return {lane: json.loads(body) for lane, body in cursor.fetchall()}

    def keep(self, states):
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO toy_list (environment, lane, body) VALUES (%s, %s, %s)"
                " ON CONFLICT (environment, lane) DO UPDATE SET body = excluded.body",
                [(self.environment, lane, json.dumps(body)) for lane, body in states.items()],
            )
