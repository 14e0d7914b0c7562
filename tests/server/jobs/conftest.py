"""What tests of jobs share."""

import os
import secrets

import pytest


@pytest.fixture
def seed():
    made = int(os.environ.get("SLUIS_SEED") or secrets.randbelow(1_000_000))
    print(f"SLUIS_SEED={made}")  # noqa: T201 - to run it again
    return made
