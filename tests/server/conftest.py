"""A Sluis that runs, for all tests that need one and leave it as it was."""

from contextlib import AsyncExitStack
from functools import partial

import pytest
from django.conf import settings
from django.utils import translation

from tests.server import listening
from tests.server.process import sluis


@pytest.fixture(autouse=True)
def in_english():
    """Begin each test in English: a page leaves its thread in the language it was shown in."""
    translation.activate(settings.LANGUAGE_CODE)


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
