"""The database of another process, looked at from outside."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg

from tests.server.jobs import toy


class Database:
    def __init__(self, variables):
        self.variables = variables
        self.url = variables.get("SLUIS_DATABASE_URL")
        self.path = Path(variables["SLUIS_HOME"], "sluis.sqlite3")

    def rows(self, sql):
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(self.path, timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def lists(self):
        return {
            lane: json.loads(body) for lane, body in self.rows("SELECT lane, body FROM toy_list")
        }

    def notifications(self):
        sql = "SELECT message FROM server_storednotification WHERE event = 'Appended'"
        return [json.loads(message) for (message,) in self.rows(sql)]

    def notification_ids(self, organisation):
        rows = self.rows("SELECT id, organisation FROM server_storednotification")
        return {one for one, owner in rows if owner == organisation}

    def waits(self, *, pushes=True):
        """Return how many steps, and pushes, are not done."""
        steps = "SELECT coalesce(sum(last_seq - applied_seq), 0) FROM server_lane"
        waiting = self.rows(steps)[0][0]
        if pushes:
            waiting += self.rows("SELECT count(*) FROM server_delivery WHERE state = 0")[0][0]
        return int(waiting)

    def faults(self):
        """Yield what is broken in the tables themselves."""
        if not self.url:
            checked = self.rows("PRAGMA integrity_check")
            if checked != [("ok",)]:
                yield f"the file is damaged: {checked[:3]}"
        gaps = self.rows(
            "SELECT lane FROM server_acceptedstep GROUP BY lane"
            " HAVING max(lane_seq) <> count(*) OR min(lane_seq) <> 1"
        )
        if gaps:
            yield f"lanes with gaps: {gaps[:5]}"
        verified = subprocess.run(
            [sys.executable, "-m", "sluis.server.cli", "audit", "verify"],
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if verified.returncode:
            yield f"audit: {verified.stdout}{verified.stderr}"

    def add_channel(self, url):
        """Let the toy's organisation be told at an address."""
        made = subprocess.run(
            [sys.executable, "-c", ADD_CHANNEL, url, toy.ORGANISATION],
            env=self.variables,
            check=False,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr


ADD_CHANNEL = """
import sys, uuid
from tests.server.jobs import launch
from sluis.server.cli import started
started()
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.add_channel import add_channel
from sluis.server.models import Environment, Organisation
organisation = Organisation.objects.create(id=uuid.UUID(sys.argv[2]), name="Toy")
environment = Environment.objects.get(key="port/uat")
add_channel(actor=COMMAND, environment=environment, organisation=organisation,
    name="sink", url=sys.argv[1])
"""
