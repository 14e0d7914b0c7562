"""The servers that tests rely on come, are empty, and go."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from redis import Redis

from tests.servers.plugin import servers


def listens(url):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


def test_servers_end_with_the_block_and_leave_nothing():
    with servers() as urls:
        with psycopg.connect(urls["SLUIS_DATABASE_URL"]) as database:
            (data,) = database.execute("SHOW data_directory").fetchone()
        assert all(map(listens, urls.values()))
    assert not any(map(listens, urls.values()))
    assert not Path(data).parent.exists()


@pytest.mark.parametrize("_", ["once", "and again"])
def test_a_database_is_empty(postgres, redis, _):
    with psycopg.connect(postgres) as database, Redis.from_url(redis) as shared:
        database.execute("CREATE TABLE once ()")
        assert shared.dbsize() == 0
        shared.set("once", 1)


def test_a_sluis_of_ones_own_starts_with_nothing(environment, new_environment):
    assert not Path(environment["SLUIS_HOME"]).exists()
    assert "DJANGO_SETTINGS_MODULE" not in environment
    with new_environment() as another:
        own = {name for name in environment if name.startswith("SLUIS_")}
        assert not any(environment[name] == another[name] for name in own)


@pytest.mark.browser
def test_a_page_is_opened_as_asked(page):
    dutch = page(language="nl", scheme="dark", width=390)
    assert dutch.evaluate("[navigator.language, innerWidth]") == ["nl", 390]
    assert dutch.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.browser
def test_pages_and_the_database_go_together(db, page):
    """Under an event loop Django would take another connection, outside the test."""
    before = connection.connection
    opened, seen = page(), []
    opened.on("console", lambda message: seen.append(message.args[0].json_value()))
    opened.set_content("<script>console.log(7)</script>")
    opened.wait_for_function("true")
    assert seen == [7]
    assert connection.connection is before
