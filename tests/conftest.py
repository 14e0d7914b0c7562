"""What tests share: servers, an environment for a Sluis of one's own, and a browser.

Nothing is skipped for want of a server or a browser: what is not running is started, and what
cannot be started is an error.
"""

import itertools
import os
import secrets
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
import pytest
from django.test import TransactionTestCase
from redis import Redis

from tests.emptied import empty
from tests.servers.chromium import browser
from tests.servers.postgresql import postgresql
from tests.servers.redis import OF_A_WORKER
from tests.servers.redis import redis as redis_server

SCREENSHOTS = Path(__file__).parents[1] / "var" / "screenshots"


def pytest_collection_modifyitems(config, items):
    """Run each test beside the databases that can make a difference to it, the longest first."""
    on_postgresql = "SLUIS_DATABASE_URL" in os.environ
    belongs = depends_on_the_database if on_postgresql else leaves_servers_alone
    other = "sqlite" if on_postgresql else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other) or not belongs(item)]
    config.hook.pytest_deselected(items=left_out)
    kept = set(items) - set(left_out)
    items[:] = sorted(
        (item for item in items if item in kept),
        key=lambda item: item.get_closest_marker("faults") is None,
    )


def depends_on_the_database(item):
    """Return whether a test says anything beside PostgreSQL that it does not beside SQLite.

    One that asks for no database and no server can reach none. And what a browser shows of pages
    is the same: tests without a browser ask for each of them, and do each act, beside both.
    """
    wanted = set(item.fixturenames)
    if item.get_closest_marker("browser") and "live_server" in wanted:
        return False
    reaching = {"db", "transactional_db", "new_environment", "new_postgres", "new_redis"}
    return bool(item.get_closest_marker("django_db") or wanted & reaching)


def leaves_servers_alone(item):
    """Return whether a test is not one that has PostgreSQL or Redis whatever the run is for."""
    return not {"new_postgres", "new_redis"} & set(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Make the database as ever, and empty it in our own way."""
    with patch.object(TransactionTestCase, "_fixture_teardown", empty):
        yield


@pytest.fixture(scope="session")
def new_postgres():
    """Return a context manager: the URL of an empty database on PostgreSQL, dropped after it."""
    with ExitStack() as started:
        server = os.environ.get("SLUIS_DATABASE_URL") or started.enter_context(postgresql())

        @contextmanager
        def new():
            name = f"test_{secrets.token_hex(6)}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
                yield urlsplit(server)._replace(path=f"/{name}").geturl()
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

        yield new


@pytest.fixture(scope="session")
def new_redis():
    """Return a context manager: the URL of an empty database of Redis, emptied after it.

    What is published in one database is heard in all of them.
    """
    with ExitStack() as started:
        server = urlsplit(
            os.environ.get("SLUIS_REDIS_URL") or started.enter_context(redis_server())
        )
        own = int(server.path.strip("/") or 0)
        spare = itertools.cycle(range(own + 1, own + OF_A_WORKER))

        @contextmanager
        def new():
            url = server._replace(path=f"/{next(spare)}").geturl()
            with Redis.from_url(url) as connection:
                connection.flushdb()
                yield url
                connection.flushdb()

        yield new


@pytest.fixture
def postgres(new_postgres):
    """Return the URL of an empty database on PostgreSQL, whatever the run is for."""
    with new_postgres() as url:
        yield url


@pytest.fixture
def redis(new_redis):
    """Return the URL of an empty database of Redis, whatever the run is for."""
    with new_redis() as url:
        yield url


@pytest.fixture(scope="session")
def new_environment(request, tmp_path_factory):
    """Return a context manager: the variables for processes of a Sluis that starts with nothing.

    Its data are on what the run is for: SQLite, or PostgreSQL and Redis.
    """
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("SLUIS_")}
    inherited.pop("DJANGO_SETTINGS_MODULE", None)  # pytest-django's; the product has its own

    @contextmanager
    def new():
        home = {"SLUIS_HOME": str(tmp_path_factory.mktemp("sluis") / "home")}
        if "SLUIS_DATABASE_URL" not in os.environ:
            yield inherited | home
            return
        with (
            request.getfixturevalue("new_postgres")() as postgres,
            request.getfixturevalue("new_redis")() as redis,
        ):
            urls = {"SLUIS_DATABASE_URL": postgres, "SLUIS_REDIS_URL": redis}
            yield inherited | home | urls

    return new


@pytest.fixture
def environment(new_environment):
    """Return the variables for processes of a Sluis of this test alone."""
    with new_environment() as variables:
        yield variables


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
