"""Whole requests go to threads, whole answers come back."""

import asyncio
import io
import threading
import time

import pytest

from sluis.server.bridge import ANSWER_AT, THREADS, Pages, environ

PATIENCE_S = 30


def scope(*headers, **more):
    values = {
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("10.0.0.1", 1234),
        "headers": list(headers),
    }
    return values | more


@pytest.fixture
def serving():
    """Return a function that serves a WSGI application; its threads end with the test."""
    made = []

    def serve(application):
        made.append(Pages(lambda: application))
        return made[-1]

    yield serve
    for pages in made:
        pages.stop()


def says(status="200 OK", headers=(), parts=(b"hello",)):
    def application(environment, start_response):
        start_response(status, list(headers))
        return parts

    return application


async def answered(pages, given=None, body=b""):
    sent = []

    async def send(message):
        sent.append(message)

    await pages(given or scope(), body, send)
    start, end = sent
    return start["status"], start["headers"], end["body"]


async def test_sends_the_whole_answer(serving):
    page = says("201 Created", [("X-Name", "é")], [b"hel", b"lo"])
    assert await answered(serving(page)) == (
        201,
        [(b"x-name", "é".encode("latin-1")), (b"content-length", b"5")],
        b"hello",
    )


async def test_a_length_that_the_page_gave_stays(serving):
    page = says(headers=[("Content-Length", "5")])
    assert (await answered(serving(page)))[1] == [(b"content-length", b"5")]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_an_answer_without_a_body_has_no_length(serving, status):
    assert (await answered(serving(says(status, parts=()))))[1] == []


async def test_closes_what_the_page_returned_also_when_it_fails(serving):
    class Parts:
        closed = False

        def __iter__(self):
            raise LookupError

        def close(self):
            self.closed = True

    parts = Parts()
    with pytest.raises(LookupError):
        await answered(serving(says(parts=parts)))
    assert parts.closed


async def test_computes_several_pages_at_once_and_loads_them_once():
    loads, together = [], threading.Barrier(THREADS)

    def application(environment, start_response):
        together.wait(PATIENCE_S)
        return says()(environment, start_response)

    def load():
        loads.append("loaded")
        return application

    pages = Pages(load)
    pages.loaded()
    answers = await asyncio.gather(*(answered(pages) for _ in range(THREADS)))
    assert [status for status, _, _ in answers] == [200] * THREADS
    assert loads == ["loaded"]
    pages.stop()


async def test_an_answer_that_leaves_later_keeps_no_thread(serving):
    def application(environment, start_response):
        if environment["PATH_INFO"] == "/later":
            environment[ANSWER_AT] = time.monotonic() + PATIENCE_S
        return says()(environment, start_response)

    pages = serving(application)
    later = [asyncio.create_task(answered(pages, scope(path="/later"))) for _ in range(THREADS)]
    assert (await answered(pages))[0] == 200
    assert [one.done() for one in later] == [False] * THREADS
    for one in later:
        one.cancel()


async def test_an_answer_leaves_when_its_time_has_come(serving):
    def application(environment, start_response):
        environment[ANSWER_AT] = time.monotonic() + 0.2
        return says()(environment, start_response)

    began = time.monotonic()
    assert (await answered(serving(application)))[2] == b"hello"
    assert time.monotonic() - began >= 0.2


def test_hands_the_page_what_it_needs():
    made = environ(scope(path="/naïef", query_string=b"a=%C3%A9", method="POST"), b"abc")
    assert made["REQUEST_METHOD"] == "POST"
    assert made["PATH_INFO"].encode("latin-1").decode() == "/naïef"
    assert made["QUERY_STRING"] == "a=%C3%A9"
    assert (made["SERVER_NAME"], made["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert (made["REMOTE_ADDR"], made["wsgi.url_scheme"]) == ("10.0.0.1", "http")
    assert made["CONTENT_LENGTH"] == "3"
    assert isinstance(made["wsgi.input"], io.BytesIO)
    assert made["wsgi.input"].read() == b"abc"


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        pytest.param([(b"x-name", b"1")], {"HTTP_X_NAME": "1"}, id="a header"),
        pytest.param([(b"content-type", b"a/b")], {"CONTENT_TYPE": "a/b"}, id="the type"),
        pytest.param([(b"accept", b"a"), (b"accept", b"b")], {"HTTP_ACCEPT": "a,b"}, id="twice"),
        pytest.param(
            [(b"cookie", b"a=1"), (b"cookie", b"b=2")], {"HTTP_COOKIE": "a=1; b=2"}, id="cookies"
        ),
        pytest.param([(b"x-name", b"\xe9")], {"HTTP_X_NAME": "é"}, id="Latin-1"),
        pytest.param([(b"x_forwarded_for", b"1")], {}, id="one that passes for another"),
        pytest.param([(b"content_length", b"9")], {}, id="one that passes for the length"),
        pytest.param([(b"content-length", b"9")], {}, id="a length, which is that of the body"),
    ],
)
def test_hands_the_page_its_headers(headers, seen):
    plain = environ(scope(), b"abc")
    made = environ(scope(*headers), b"abc")
    different = {name: made[name] for name in made if made[name] != plain.get(name)}
    assert {name: v for name, v in different.items() if not name.startswith("wsgi.")} == seen


def test_a_connection_without_addresses_has_a_page_too():
    made = environ(scope(server=None, client=None), b"")
    assert (made["SERVER_NAME"], made["REMOTE_ADDR"]) == ("localhost", "")
