"""What tests of actions share: the world that is acted upon."""

import pytest

from tests.server import people


@pytest.fixture
def world(db):
    return people.world()
