"""The portal as tests meet it: nothing counted yet, and mails that can be read."""

import msgspec
import pytest
from django.core.cache import cache

from tests.server import people


@pytest.fixture(autouse=True)
def _nobody_tried_anything():
    cache.clear()  # attempts to log in are counted there


@pytest.fixture
def mailbox(settings):
    """Keep mails to be read on a page, as a development machine does."""
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, mailbox="on")
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"


@pytest.fixture
def port(db):
    return people.world()


@pytest.fixture
def loner(port):
    """Make somebody who works for nobody."""
    return people.person("loner")


@pytest.fixture
def site(live_server, settings, mailbox):
    """Return the address of the portal; links in mails lead there."""
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, public_url=live_server.url)
    return live_server.url
