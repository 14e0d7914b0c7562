"""The port as each test has it: with nothing in it, or with one container released."""

import pytest

from tests.apis.certified_pickup.platform import Platform
from tests.apis.certified_pickup.seed import RELEASE


@pytest.fixture
def port():
    return Platform()


@pytest.fixture
def released(port):
    assert port.ingest(RELEASE).status == 202
    return port
