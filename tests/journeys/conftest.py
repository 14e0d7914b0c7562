"""A Sluis as a stranger has it after `make run`, once for all journeys of a worker."""

import signal
import subprocess
from contextlib import contextmanager

import pytest

from tests.server.process import COMMAND, PATIENCE_S, Sluis


class Journey(Sluis):
    """One that serves; `url` is where, and `command` runs `sluis` beside it."""

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def command(self, *arguments, check=True):
        """Return the finished process, with what it printed on `stdout` and `stderr`."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=check,
        )


@contextmanager
def begun(variables):
    journey = Journey(variables | {"SLUIS_WEBHOOKS": "development", "SLUIS_MAILBOX": "on"})
    try:
        yield journey.start("run")
        assert journey.stop(signal.SIGTERM) == 0, journey.said()[-3000:]
    finally:
        journey.process.kill()


@pytest.fixture(scope="session")
def sluis(new_environment):
    with new_environment() as variables, begun(variables) as journey:
        yield journey
