"""What tests of jobs share."""

import os
import secrets

import msgspec
import pytest

from tests.server import people
from tests.server.jobs.receiver import receiving


@pytest.fixture
def seed():
    made = int(os.environ.get("SLUIS_SEED") or secrets.randbelow(1_000_000))
    print(f"SLUIS_SEED={made}")  # noqa: T201 - to run it again
    return made


@pytest.fixture
def there():
    """Return somebody to push to."""
    with receiving() as made:
        yield made


@pytest.fixture
def development(settings):
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, webhooks="development")


@pytest.fixture
def town():
    return people.world()
