"""A Sluis that runs, for all tests that need one and leave it as it was."""

import pytest

from tests.server.process import sluis


@pytest.fixture(scope="session")
def running(new_environment):
    """Return a Sluis with its sandbox, as `sluis run` makes it; started once for each worker."""
    with new_environment() as variables, sluis(variables, "run") as made:
        yield made
