"""A PostgreSQL that can be stopped at once and started again, on the same data and port."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers import free_port, run
from tests.servers.postgresql import answers, made_reachable, url

PATIENCE_S = 60


class Stoppable:
    def __init__(self, home, binaries, user):
        self.home = home
        self.port = free_port()
        self.url = url(self.port, "sluis")
        self.options = {**user, "cwd": home, "env": {**os.environ, "LC_ALL": "C", "TZ": "UTC"}}
        settings = (
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={home}",
            "synchronous_commit=on",
        )
        given = [word for setting in settings for word in ("-c", setting)]
        self.command = [binaries / "postgres", "-D", home / "data", *given]
        self.process = None

    def start(self):
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self.options
            )
        until = time.monotonic() + PATIENCE_S
        while not answers(self.port):
            assert time.monotonic() < until, (self.home / "log").read_text()
            time.sleep(0.02)

    def stop_at_once(self):
        """Stop without a checkpoint and without finishing anything: recovery has to."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE_S)


@contextmanager
def stoppable():
    home = Path(tempfile.mkdtemp(prefix="sluis-pg-", dir="/tmp"))
    try:
        binaries, user = made_reachable(home)
        made = Stoppable(home, binaries, user)
        cluster = ("--encoding=UTF8", "--no-locale", "--auth=trust", "--username=sluis")
        run(binaries / "initdb", *cluster, "--pgdata", home / "data", **made.options)
        made.start()
        with psycopg.connect(url(made.port, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE sluis")
        yield made
        made.stop_at_once()
    finally:
        shutil.rmtree(home)
