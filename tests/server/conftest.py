"""A Sluis that runs, for all tests that need one and leave it as it was."""

from contextlib import AsyncExitStack
from functools import partial
from unittest.mock import patch

import pytest
from django.conf import settings
from django.utils import translation

from sluis.server.answers import policy
from sluis.server.answers.policy import Policy
from sluis.server.passwords import Argon2
from tests.server import listening
from tests.server.deeds import LOADER
from tests.server.process import sluis

COST = {name: getattr(Argon2, name) for name in ("time_cost", "memory_cost")}


@pytest.fixture(autouse=True)
def in_english():
    """Begin each test in English: a page leaves its thread in the language it was shown in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash at the least that argon2 can do: a tenth of many tests went into it."""
    with patch.multiple(Argon2, time_cost=1, memory_cost=8):
        yield


@pytest.fixture
def dear_passwords():
    """Hash at what it costs elsewhere."""
    with patch.multiple(Argon2, **COST):
        yield


@pytest.fixture(scope="session")
def running(new_environment):
    """Return a Sluis with its sandbox, as `sluis run` makes it; started once for each worker."""
    with new_environment() as variables, sluis(variables, "run") as made:
        yield made


@pytest.fixture
async def serve():
    """Return a function that serves a platform, and returns a function that connects to it."""
    async with AsyncExitStack() as stack:
        yield partial(listening.serving, stack)


@pytest.fixture
def serving(db, monkeypatch):
    """Hold in memory what a process that serves holds."""
    process = Policy(LOADER, lambda snapshot: None)
    process.replace(LOADER.load())
    monkeypatch.setattr(policy, "running", [process])
