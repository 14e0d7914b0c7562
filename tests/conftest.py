"""What tests share: servers, an environment for a Sluis of one's own, and a browser.

Nothing is skipped for want of a server or a browser: what is not running is started, and what
cannot be started is an error.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from redis import Redis

from tests.servers.chromium import browser
from tests.servers.postgresql import postgresql
from tests.servers.redis import DATABASES
from tests.servers.redis import redis as redis_server

SCREENSHOTS = Path(__file__).parents[1] / "var" / "screenshots"


@pytest.fixture(scope="session")
def postgres_server():
    """Return the URL of the run's PostgreSQL, or of one started for this."""
    if "SLUIS_DATABASE_URL" in os.environ:
        yield os.environ["SLUIS_DATABASE_URL"]
    else:
        with postgresql() as url:
            yield url


@pytest.fixture
def postgres(postgres_server):
    """Return the URL of an empty database on PostgreSQL, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(postgres_server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_of_worker():
    """Return the URL of the database of Redis that belongs to this worker."""
    if "SLUIS_REDIS_URL" in os.environ:
        yield os.environ["SLUIS_REDIS_URL"]
    else:
        with redis_server() as url:
            yield url


@pytest.fixture
def redis(redis_of_worker):
    """Return the URL of an empty database of Redis, emptied again after the test.

    It is not the one of the settings, though what is published is heard in all of them.
    """
    parts = urlsplit(redis_of_worker)
    number = int(parts.path.strip("/") or 0) + DATABASES // 2
    url = parts._replace(path=f"/{number}").geturl()
    with Redis.from_url(url) as connection:
        connection.flushdb()
        yield url
        connection.flushdb()


@pytest.fixture
def environment(request, tmp_path):
    """Return the variables for processes of a Sluis that starts with nothing.

    Its data are on what the run is for: SQLite, or PostgreSQL and Redis.
    """
    variables = {name: text for name, text in os.environ.items() if not name.startswith("SLUIS_")}
    variables.pop("DJANGO_SETTINGS_MODULE", None)  # pytest-django's; the product has its own
    variables["SLUIS_HOME"] = str(tmp_path / "home")
    if "SLUIS_DATABASE_URL" in os.environ:
        variables["SLUIS_DATABASE_URL"] = request.getfixturevalue("postgres")
        variables["SLUIS_REDIS_URL"] = request.getfixturevalue("redis")
    return variables


@pytest.fixture(scope="session")
def chromium():
    """Return the browser of this worker, as Playwright's synchronous API has it."""
    with browser() as started:
        yield started


@pytest.fixture
def page(chromium):
    """Return a function that opens a page, each in a browser profile of its own.

    It fails the test when a page throws an error, or breaks its content security policy.
    """
    opened, faults = [], []

    def noted(message):
        # A picture or page that answers 404 is for the test to look at, not for all of them.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def open_page(*, language="en", scheme="light", width=1280, height=800, **options):
        context = chromium.new_context(
            locale=language,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,
        )
        opened.append(context)
        made = context.new_page()
        made.on("pageerror", lambda error: faults.append(str(error)))
        made.on("console", noted)
        return made

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@pytest.fixture
def screenshot():
    """Return a function that saves the whole page as a picture, and returns its path."""
    folder = Path(os.environ.get("SLUIS_SCREENSHOTS", SCREENSHOTS))

    def save(page, name):
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return save
