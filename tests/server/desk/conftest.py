"""Dirk at the desk of the port, for the tests of its pages."""

import pytest

from tests.server.desk.floor import someone
from tests.server.people import world


@pytest.fixture
def port():
    return world()


@pytest.fixture
def desk(client, port):
    """Return the browser of Dirk at the desk of the port."""
    client.force_login(someone("dirk"))
    return client
