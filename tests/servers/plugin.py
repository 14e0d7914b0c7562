"""Where a test run keeps its data: a home of its own and the servers that it asks for.

`SLUIS_TEST_SERVERS=postgresql` runs the tests on PostgreSQL and Redis, else they run on SQLite.
A plugin and not a conftest, since pytest-django reads the settings before it reads those.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers.redis import OF_A_WORKER

KEPT = ("SLUIS_TEST_SERVERS", "SLUIS_FAULTS", "SLUIS_SCREENSHOTS")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Set the variables that the settings are read from; workers of xdist inherit them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    wanted = os.environ.get("SLUIS_TEST_SERVERS", "sqlite")
    if wanted not in ("sqlite", "postgresql"):
        raise pytest.UsageError(f"SLUIS_TEST_SERVERS is {wanted}: use sqlite or postgresql.")
    for name in [name for name in os.environ if name.startswith("SLUIS_") and name not in KEPT]:
        del os.environ[name]  # the platform that somebody runs in this shell is not ours to use
    running = ExitStack()
    early_config.add_cleanup(running.close)
    os.environ["SLUIS_HOME"] = running.enter_context(tempfile.TemporaryDirectory(prefix="sluis-"))
    if wanted == "postgresql":
        os.environ.update(running.enter_context(servers()))


@contextmanager
def servers():
    """Start the servers in a process that outlives a Ctrl-C, to stop them afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:  # at its end stdin is closed, which stops them, and the process awaited
        said = process.stdout.readline()
        if not said:
            raise pytest.UsageError("The servers for the tests did not start: see above.")
        yield json.loads(said)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs):
    """Give each worker a home and a database of Redis; pytest-django names its own in SQL."""
    for number, spec in enumerate(specs):
        home = Path(os.environ["SLUIS_HOME"], f"worker-{number}")
        home.mkdir()
        spec.env["SLUIS_HOME"] = str(home)
        if "SLUIS_REDIS_URL" in os.environ:
            spec.env["SLUIS_REDIS_URL"] = f"{os.environ['SLUIS_REDIS_URL']}/{number * OF_A_WORKER}"
