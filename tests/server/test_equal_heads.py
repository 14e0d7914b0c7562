"""Of a request whose head is, to the byte, the one before only what differs is read.

What it is answered must be what a connection of its own would have been answered.
"""

import asyncio
from dataclasses import replace

import pytest

from sluis.server.protocol import Connection
from tests.server.listening import SHIPS, get, post, ships, words

OPEN = "/port/uat/v1/open"


def sized(body, *lines, size=None):
    return post(f"Content-Length: {len(body) if size is None else size}", *lines, body=body)


# Each list is sent on one connection, one request after the answer to the one before.
CONVERSATIONS = [
    pytest.param([get()] * 3, id="the same three times"),
    pytest.param([get(OPEN), get(f"{OPEN}?a=1"), get(f"{OPEN}?a=1&a=2")], id="another query"),
    pytest.param([get(), get("/port/uat/none"), get()], id="an address that is not there"),
    pytest.param([get(), get("/a/page"), get()], id="a page between calls"),
    pytest.param([get(), get("/port/uat/v1/slow"), get()], id="one that waits"),
    pytest.param([get(), get(SHIPS, "X-Other: 1"), get()], id="a header more"),
    pytest.param([get(OPEN), get(OPEN, "Cookie: a=b"), get(OPEN, "Cookie: a=b")], id="cookies"),
    pytest.param([get(), get().replace("key of", "kez of"), get()], id="another key"),
    pytest.param([get(f"{SHIPS}?subscription-key=x"), get()], id="a key in the address first"),
    pytest.param([get(), get(f"{SHIPS}?subscription-key=x"), get()], id="a key in the address"),
    pytest.param([get(OPEN), post("Content-Length: 2", body="{}"), get(OPEN)], id="a body"),
    pytest.param([get(OPEN), get(OPEN, method="DELETE"), get(OPEN)], id="another method"),
    pytest.param([get(OPEN), get("http://localhost" + OPEN), get(OPEN)], id="a whole URL"),
    pytest.param([get(OPEN), get(OPEN + "#part"), get(OPEN)], id="a fragment"),
    pytest.param([get(OPEN), get(OPEN + "?q=?"), get(OPEN + "??")], id="question marks"),
    pytest.param([get(OPEN), get(OPEN + "?a=%00"), get(OPEN)], id="a NUL"),
    pytest.param([get(OPEN), get(OPEN + "%2e/../.."), get(OPEN)], id="dots"),
    pytest.param([get(OPEN), get(OPEN).replace(" HTTP/1.1", "  HTTP/1.1", 1)], id="a blank more"),
    pytest.param([get(OPEN), get(OPEN).replace("HTTP/1.1", "HTTP/1.0", 1)], id="another version"),
    pytest.param([get(OPEN), get(OPEN + "?" + 33_000 * "a")], id="a first line too long"),
    pytest.param([get(OPEN), get(OPEN + "é")], id="letters outside ASCII"),
    pytest.param([sized("one"), sized("two"), sized("two")], id="another body"),
    pytest.param([sized("one"), sized("three"), sized("four")], id="bodies of other lengths"),
    pytest.param([sized("one"), sized(""), sized("two"), sized("")], id="an empty body"),
    pytest.param([sized("\r\n\r\n"), sized("GET "), sized("\r\n\r\n")], id="lines as a body"),
    pytest.param([sized("one"), get(OPEN), sized("two")], id="a body, none, and one"),
    pytest.param([sized("one", "Expect: 1")] * 2, id="an expectation"),
    pytest.param([post(), post()], id="no body at all"),
    pytest.param([sized(get(OPEN)), get(OPEN), sized(get(OPEN))], id="a request as a body"),
]


async def answered(connect, requests, *, apart):
    """Return the answers to requests, each on a connection of its own where `apart`."""
    answers, client = [], await connect()
    for request in requests:
        if apart:
            client = await connect()
        client.send(request)
        status, headers, body = await client.answer()
        varying = ("date", "trace-id", "ratelimit")
        told = sorted(pair for pair in headers if pair[0] not in varying)
        answers.append((status, told, body.split(b'"trace')[0]))
        if ("connection", "close") in headers:
            break
    return answers


@pytest.mark.parametrize("requests", CONVERSATIONS)
async def test_answers_as_to_a_first_request(serve, requests):
    connect = await serve(ships())
    alike = await answered(connect, requests, apart=False)
    assert alike == (await answered(connect, requests, apart=True))[: len(alike)]


@pytest.fixture
def read(monkeypatch):
    """Return the names of the headers that the parser reads from here on."""
    names, on_header = [], Connection.on_header

    def noted(connection, name, value):
        names.append(name)
        on_header(connection, name, value)

    monkeypatch.setattr(Connection, "on_header", noted)
    return names


async def test_reads_the_headers_of_equal_requests_once(serve, read):
    client = await (await serve(ships()))()
    for number in range(4):
        client.send(get(f"{OPEN}?n={number}"))
        assert words(await client.answer())["query"] == f"n={number}"
    assert len(read) == get(OPEN).count(": ")


async def test_reads_the_head_of_equal_posts_once(serve, read):
    client = await (await serve(ships()))()
    for text in ("one", "two", "six"):
        client.send(sized(text))
        assert words(await client.answer())["text"] == text
    assert len(read) == sized("one").count(": ")


async def test_bodies_in_pieces_and_bursts_are_whose_they_are(serve):
    client = await (await serve(ships()))()
    client.send(sized("one"))
    assert words(await client.answer())["text"] == "one"
    head = sized("", size=3)
    for pieces in (
        [head, "two"],
        [head + "t", "wo"],
        [head + "two" + head, "two"],
        ["\r\n" + head + "two"],
    ):
        for piece in pieces:
            client.send(piece)
            await client.writer.drain()
            await asyncio.sleep(0.02)
        for _ in range("".join(pieces).count(head)):
            assert words(await client.answer())["text"] == "two"


async def test_an_empty_line_before_a_head_shifts_no_body(serve):
    client = await (await serve(ships()))()
    client.send("\r\n" + sized("\r\nab"))
    assert words(await client.answer())["text"] == "\r\nab"
    client.send(sized("\r\ncd") + "\r\n")
    assert words(await client.answer())["text"] == "\r\ncd"
    client.send(sized("\r\nef"))
    assert words(await client.answer())["text"] == "\r\nef"


async def test_answers_pieces_and_bursts_in_their_order(serve):
    client = await (await serve(ships()))()
    one, other = get(f"{OPEN}?n=1"), get(f"{OPEN}?n=2")
    client.send(one)
    assert words(await client.answer())["query"] == "n=1"
    client.send(other + one)
    assert [words(await client.answer())["query"] for _ in range(2)] == ["n=2", "n=1"]
    client.send(other[:40])
    await client.writer.drain()
    client.send(other[40:] + one)
    assert [words(await client.answer())["query"] for _ in range(2)] == ["n=2", "n=1"]


async def test_a_request_behind_an_empty_line_teaches_nothing(serve):
    client = await (await serve(ships()))()
    client.send("\r\n" + get(OPEN))
    assert (await client.answer())[0] == 200
    client.send("GET /port/uat/v1/ships HTTP/1.1\r\n" + get(OPEN))
    assert (await client.answer())[0] == 400


async def test_stops_at_once_when_the_policy_changes(serve):
    world = ships()
    client = await (await serve(world))()
    client.send(get())
    assert (await client.answer())[0] == 200
    without = {
        key: replace(e, access={}) for key, e in world.platform.snapshot.environments.items()
    }
    world.platform.snapshot = replace(world.platform.snapshot, environments=without)
    client.send(get())
    assert (await client.answer())[0] != 200
