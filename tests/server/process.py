"""A Sluis as a process of its own, as an operator starts it."""

import http.client
import json
import signal
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import zlib
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import psycopg

from tests.servers import free_port

PATIENCE_S = 90
COMMAND = (sys.executable, "-m", "sluis.server.cli")
UNKNOWN = "/port/uat/none"  # an address that needs nothing, and leaves a record all the same


class Sluis:
    """A process that serves, where it listens, and what it wrote down of its world."""

    def __init__(self, variables):
        self.port, self.tls_port = free_port(), free_port()
        ports = {"SLUIS_PORT": str(self.port), "SLUIS_TLS_PORT": str(self.tls_port)}
        self.variables = variables | ports
        self.home = Path(variables["SLUIS_HOME"])
        self.process = None

    def start(self, *command):
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *command], env=self.variables, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE_S
        while not self.ready():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        return self

    def ready(self):
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def said(self):
        return (self.home / "log").read_text()

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return how the process ended."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def run(self, *command, **variables):
        """Run a command beside the server; return its exit code and all that it said."""
        done = subprocess.run(
            [*COMMAND, *command],
            env=self.variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return done.returncode, done.stdout

    # What it serves

    def connection(self):
        return closing(http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE_S))

    def secure_connection(self):
        context = ssl.create_default_context(cafile=self.world["ca"])
        made = http.client.HTTPSConnection(
            "localhost", self.tls_port, timeout=PATIENCE_S, context=context
        )
        return closing(made)

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def request(self, method, path, body=None, **headers):
        with self.connection() as connection:
            return answered(connection, method, path, body, **headers)

    # Its world

    @property
    def world(self):
        return json.loads((self.home / "demo.json").read_text())

    def company(self, number=0):
        return self.world["port"]["uat"]["companies"][number]

    def token(self, number=0):
        company = self.company(number)
        form = {name: company[name] for name in ("username", "password", "client_id")}
        form |= {"client_secret": company["client_secret"], "grant_type": "password"}
        answer = self.request(
            "POST",
            "/port/uat/connect/token",
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)["access_token"]

    def credentials(self, number=0):
        return {
            "ocp_apim_subscription_key": self.company(number)["subscription_key"],
            "authorization": f"Bearer {self.token(number)}",
        }

    # Its database, as any other process would use it

    def database(self):
        if "SLUIS_DATABASE_URL" in self.variables:
            return closing(psycopg.connect(self.variables["SLUIS_DATABASE_URL"], autocommit=True))
        path = self.home / "sluis.sqlite3"
        return closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None))

    def rows(self, sql):
        with self.database() as database:
            return database.execute(sql).fetchall()

    def execute(self, *statements):
        with self.database() as database:
            for sql in statements:
                database.execute(sql)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): text for name, text in response.getheaders()}
        self.body = response.read()


def answered(connection, method, path, body=None, **headers):
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request(method, path, body, named)
    return Answer(connection.getresponse())


@contextmanager
def sluis(variables, *command):
    """Start a Sluis with these variables; it is stopped at the end, if it still runs."""
    made = Sluis(variables)
    try:
        yield made.start(*command)
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait(PATIENCE_S)


def trace_of(answer):
    return answer.headers["trace-id"]


class Callers:
    """Threads that call as fast as they can, until nothing answers; `seen` are the traces."""

    def __init__(self, made, count=4):
        self.made = made
        self.seen = []
        self.threads = [threading.Thread(target=self.call) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def call(self):
        with suppress(OSError, http.client.HTTPException), self.made.connection() as c:
            while True:
                self.seen.append((trace_of(answered(c, "GET", UNKNOWN)), time.monotonic()))

    def wait_for(self, count):
        until = time.monotonic() + PATIENCE_S
        while len(self.seen) < count:
            assert time.monotonic() < until
            time.sleep(0.005)

    def join(self):
        for thread in self.threads:
            thread.join()


def recorded(made):
    rows = made.rows("SELECT packed FROM server_callbatch")
    return {one[0] for (packed,) in rows for one in msgspec.msgpack.decode(zlib.decompress(packed))}
