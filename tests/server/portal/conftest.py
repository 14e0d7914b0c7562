"""The portal as tests meet it: nothing counted yet, and mails that can be read."""

import msgspec
import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_tried_anything():
    cache.clear()  # attempts to log in are counted there


@pytest.fixture
def mailbox(settings):
    """Keep mails to be read on a page, as a development machine does."""
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, mailbox="on")
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"
