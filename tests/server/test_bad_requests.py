"""What cannot be read, comes too slowly or goes wrong: refused, ended, and nobody else waits."""

import asyncio
import contextlib
import logging

import pytest

from sluis.core.message import Response
from sluis.server import door, protocol
from tests.gateway.world import World, api, environment, operation, refused_with
from tests.server.listening import SHIPS, echo, get, post, ships, words


@pytest.fixture
def hasty(monkeypatch):
    """Give a request a fifth of a second to come."""
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(door, "REQUEST_SECONDS", 0.2)


# What is refused before a route is known


def filled(count, size=1):
    """Return so many headers more; three stand in each request already."""
    return [f"X-{number}: {'a' * size}" for number in range(count)]


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        pytest.param(get(SHIPS, *filled(97)), 200, id="a hundred headers"),
        pytest.param(get(SHIPS, *filled(98)), 431, id="one header more"),
        pytest.param(get(SHIPS, *["X: a"] * 98), 431, id="one header more, all of one name"),
        pytest.param(get(SHIPS, *filled(30, 1000)), 200, id="31 kB of headers"),
        pytest.param(get(SHIPS, *filled(33, 1000)), 431, id="33 kB of headers"),
        pytest.param(get(SHIPS, f"X: {'a' * 33_000}"), 431, id="33 kB of one header"),
        pytest.param(get(f"{SHIPS}?{'a' * 33_000}"), 431, id="33 kB of address"),
        pytest.param(get(SHIPS, *filled(98), method="POST"), 431, id="of a POST too"),
        pytest.param(get(SHIPS + "é"), 400, id="an address that is not ASCII"),
        pytest.param("GET /port/uat/v1/open HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(get(host="a\r\nHost: b"), 400, id="two hosts"),
        pytest.param("hello\r\n\r\n", 400, id="no HTTP"),
        pytest.param(get(SHIPS, "no colon"), 400, id="no header"),
        pytest.param(get(SHIPS, "X : space"), 400, id="a space before the colon"),
        pytest.param(get(SHIPS, "X: a\0b"), 400, id="a NUL in a header"),
        pytest.param(post("Content-Length: -1"), 400, id="a negative length"),
        pytest.param(post("Content-Length: 1", "Content-Length: 2"), 400, id="two lengths"),
        pytest.param(
            post("Content-Length: 5", "Transfer-Encoding: chunked", body="0\r\n\r\n"),
            400,
            id="a length and chunks",
        ),
        pytest.param(
            post("Transfer-Encoding: chunked, identity", body="0\r\n\r\n"),
            400,
            id="an encoding that ends in no chunks",
        ),
    ],
)
async def test_refuses_with_a_problem(serve, request_text, status):
    client = await (await serve(ships()))()
    client.send(request_text)
    found, headers, _ = await client.answer()
    assert found == status
    if status != 200:
        assert dict(headers)["content-type"] == "application/problem+json"
        assert dict(headers)["connection"] == "close"
        assert await client.ended() == b""


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param("GET /" + "a" * 1_000_000, id="an address"),
        pytest.param("GET / HTTP/1.1\r\nX: " + "a" * 1_000_000, id="a header"),
        pytest.param("GET / HTTP/1.1\r\n" + "a" * 1_000_000, id="the name of a header"),
    ],
)
async def test_does_not_keep_a_line_that_never_ends(serve, beginning):
    client = await (await serve(ships()))()
    client.send(beginning)
    with contextlib.suppress(ConnectionError):
        await client.writer.drain()
    assert b"HTTP/1.1 408" not in await client.ended()


async def test_answers_what_came_before_what_it_cannot_read(serve):
    client = await (await serve(ships()))()
    client.send(get() + "\0\0\0\r\n\r\n")
    assert words(await client.answer()) == "quick"
    assert (await client.answer())[0] == 400
    assert await client.ended() == b""


async def test_a_chunk_that_is_none_ends_the_connection(serve):
    client = await (await serve(ships()))()
    client.send(post("Transfer-Encoding: chunked", body="zz\r\nabc\r\n"))
    assert b"HTTP/1.1 5" not in await client.ended()


# Slowness


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "half",
    [
        pytest.param("G", id="a letter"),
        pytest.param(get()[:20], id="half an address"),
        pytest.param(get()[:-2], id="all but the last line"),
        pytest.param("\r\n" + get()[:20], id="after an empty line"),
    ],
)
async def test_ends_half_a_request(serve, half):
    client = await (await serve(ships()))()
    client.send(half)
    assert (await client.answer())[0] == 408
    assert await client.ended() == b""


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "half",
    [
        pytest.param(post("Content-Length: 100", body="abc"), id="with its length"),
        pytest.param(post("Transfer-Encoding: chunked", body="5\r\nab"), id="in chunks"),
    ],
)
async def test_ends_half_a_body(serve, half):
    client = await (await serve(ships()))()
    client.send(half)
    assert (await client.answer())[0] in (470, 408)
    assert await client.ended() == b""


@pytest.mark.usefixtures("hasty")
async def test_a_form_with_files_may_take_longer_to_come_than_a_call(serve):
    connect = await serve(ships())
    form, call = await connect(), await connect()
    kind = "Content-Type: multipart/form-data; boundary=x"
    form.send(get("/contact/port/", kind, "Content-Length: 6", method="POST") + "abc")
    call.send(post(kind, "Content-Length: 6", body="abc"))
    assert (await call.answer())[0] in (470, 408)
    form.send("def")
    assert words(await form.answer())["body"] == "abcdef"


@pytest.mark.usefixtures("hasty")
async def test_serves_others_while_many_are_slow(serve):
    connect = await serve(ships())
    for _ in range(12):
        (await connect()).send(post("Content-Length: 100", body="abc"))
    client = await connect()
    client.send(get() + get("/start"))
    assert words(await client.answer()) == "quick"
    assert words(await client.answer())["path"] == "/start"


@pytest.mark.usefixtures("hasty")
async def test_a_call_that_takes_longer_than_a_request_may_take_to_come_is_answered(serve):
    world = ships()

    async def wait(function, *arguments):
        await asyncio.sleep(1.5)
        return function(*arguments)

    world.platform.in_pool = wait
    client = await (await serve(world))()
    client.send(get("/port/uat/v1/slow"))
    assert words(await client.answer()) == "slow"


async def test_ends_a_connection_that_says_nothing(serve, monkeypatch):
    monkeypatch.setattr(protocol, "IDLE_SECONDS", 0.2)
    client = await (await serve(ships()))()
    assert await client.ended() == b""


@pytest.mark.parametrize("path", [SHIPS, "/port/uat/v1/slow", "/start"])
async def test_answers_who_has_nothing_more_to_say(serve, path):
    client = await (await serve(ships()))()
    client.send(get(path) + get("/port/uat/v1/slow"))
    client.writer.write_eof()
    assert (await client.answer())[0] == 200
    assert words(await client.answer()) == "slow"
    assert await client.ended() == b""


async def test_who_goes_away_half_way_is_no_fault(serve, caplog):
    connect = await serve(ships())
    for half in (get()[:20], post("Content-Length: 100", body="abc"), get("/port/uat/v1/slow")):
        client = await connect()
        client.send(half)
        await client.writer.drain()
        client.writer.close()
    client = await connect()
    client.send(get())
    assert words(await client.answer()) == "quick"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# Faults


class Confused:
    """A dialect whose answers cannot be put on the wire."""

    def answer(self, call, result):
        return Response(200, headers=[(b"x-name", b"a\r\nset-cookie: b=c")])

    def refuse(self, problem, trace):
        return Response(500)


@pytest.mark.parametrize("quick", [True, False], ids=["at once", "later"])
async def test_splits_no_answer_at_a_line_break_in_a_header(serve, quick, caplog):
    confusing = operation("get", "/v1", handler=echo, quick=lambda call: quick)
    world = World(environment(apis=(api(confusing, dialect=Confused()),)))
    client = await (await serve(world))()
    client.send(get("/port/uat/v1"))
    everything = await client.ended()
    assert everything[:12] in (b"", b"HTTP/1.1 500")
    assert b"set-cookie" not in everything


async def test_a_refused_call_keeps_the_connection(serve):
    client = await (await serve(ships()))()
    client.send("GET /port/uat/v1/ships HTTP/1.1\r\nHost: a\r\n\r\n" + get())
    status, _, body = await client.answer()
    assert refused_with(Response(status, body)) == "credential-missing"
    assert words(await client.answer()) == "quick"
