"""A Sluis as a stranger has it after `make run`, once for all journeys of a worker."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.servers import free_port

START_SECONDS = 60
STOP_SECONDS = 40


@dataclass(frozen=True)
class Sluis:
    """One that serves: where it is, and how commands find it."""

    url: str
    variables: dict[str, str]

    @property
    def world(self):
        """Return what `sluis demo --json` keeps."""
        return json.loads(Path(self.variables["SLUIS_HOME"], "demo.json").read_text())

    def command(self, *arguments, **options):
        """Run `sluis` beside the server; return what it printed."""
        command = [sys.executable, "-m", "sluis.server.cli", *arguments]
        options = {"capture_output": True, "text": True, "check": True, **options}
        return subprocess.run(command, env=self.variables, **options)


@pytest.fixture(scope="session")
def sluis(new_environment):
    with new_environment() as variables:
        ports = {"SLUIS_PORT": str(free_port()), "SLUIS_TLS_PORT": str(free_port())}
        development = {"SLUIS_WEBHOOKS": "development", "SLUIS_MAILBOX": "on"}
        variables = variables | ports | development
        log = Path(variables["SLUIS_HOME"]).with_name("log.txt")
        url = f"http://localhost:{ports['SLUIS_PORT']}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "sluis.server.cli", "run"],
                env=variables,
                stdout=output,
                stderr=output,
            )
        try:
            wait_until_ready(url, process, log)
            yield Sluis(url, variables)
        finally:
            process.terminate()
            assert process.wait(STOP_SECONDS) == 0, log.read_text()[-3000:]


def wait_until_ready(url, process, log):
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture(scope="session")
def company(sluis):
    return sluis.world["port"]["uat"]["companies"][0]


@pytest.fixture
def path_with_sluis():
    """Return a PATH on which `sluis` and `python3` are those of the tests."""
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"
