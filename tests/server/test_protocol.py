"""Connections, byte by byte: a real socket before the gateway, and a platform made by hand."""

import asyncio
import re

import pytest

from sluis.core.message import Response
from sluis.server import protocol
from tests.gateway.world import operation
from tests.server.listening import PATIENCE_S, QUICK, SHIPS, get, post, ships, words


async def test_answers_many_calls_on_one_connection(serve):
    client = await (await serve(ships()))()
    for _ in range(3):
        client.send(get())
        assert words(await client.answer()) == "quick"


async def test_answers_however_the_bytes_arrive(serve):
    client = await (await serve(ships()))()
    for letter in get():
        client.send(letter)
        await client.writer.drain()
    assert words(await client.answer()) == "quick"


async def test_keeps_the_order_of_calls_of_which_some_wait(serve):
    world, waiting = ships(), asyncio.Event()

    async def wait(function, *arguments):
        await waiting.wait()
        return function(*arguments)

    world.platform.in_pool = wait
    client = await (await serve(world))()
    client.send(get("/port/uat/v1/slow") + get() + get("/port/uat/v1/slow") + get() + get("/p"))
    client.send(get())
    asyncio.get_running_loop().call_later(0.1, waiting.set)
    said = [words(await client.answer()) for _ in range(4)]
    assert said == ["slow", "quick", "slow", "quick"]
    assert words(await client.answer())["path"] == "/p"
    assert words(await client.answer()) == "quick"


async def test_answers_a_burst_of_calls_that_ends_half_way(serve):
    client = await (await serve(ships()))()
    whole, half = get(), get()[:40]
    client.send(whole * 200 + half)
    for _ in range(200):
        assert words(await client.answer()) == "quick"
    client.send(whole[40:])
    assert words(await client.answer()) == "quick"


async def test_does_not_close_a_connection_that_is_used_after_a_slow_call(serve):
    client = await (await serve(ships(), timeout_keep_alive=0.2))()
    client.send(get("/port/uat/v1/slow"))
    await client.answer()
    until = asyncio.get_running_loop().time() + 0.6
    while asyncio.get_running_loop().time() < until:
        client.send(get())
        assert words(await client.answer()) == "quick"


SECURITY = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        pytest.param(get(), 200, id="answered at once"),
        pytest.param(get("/port/uat/v1/slow"), 200, id="answered later"),
        pytest.param(get("/port/uat/v1/none"), 404, id="no such operation"),
        pytest.param(get(method="HEAD"), 200, id="HEAD"),
        pytest.param(get("/port/uat/v1/none", method="HEAD"), 404, id="HEAD, no such operation"),
        pytest.param(get(method="PUT"), 470, id="another method"),
        pytest.param(get(host="localhost\r\nHost: other"), 400, id="refused before a route"),
        pytest.param(get(version="1.0"), 200, id="HTTP/1.0"),
        pytest.param(post("Content-Length: 2000000"), 470, id="too large"),
    ],
)
async def test_nothing_that_the_gateway_sends_may_run(serve, request_text, status):
    client = await (await serve(ships()))()
    client.send(request_text)
    found, headers, _ = await client.answer(of_head=request_text.startswith("HEAD"))
    assert found == status
    for name, text in SECURITY.items():
        assert [t for n, t in headers if n == name] == [text]
    (trace,) = [text for name, text in headers if name == "trace-id"]
    assert re.fullmatch("[0-9a-f]{32}", trace)


@pytest.mark.parametrize("method", ["GET", "PUT"], ids=["short way", "long way"])
@pytest.mark.parametrize("body", [b"", b"{}"], ids=["nothing", "something"])
async def test_says_of_what_kind_an_answer_is_where_there_is_one(serve, method, body):
    class Bare:
        def answer(self, call, result):
            return Response(200, body)

    bare = operation(
        "bare", "/bare", (), method, handler=lambda call: None, **QUICK, dialect=Bare()
    )
    client = await (await serve(ships(bare)))()
    client.send(get("/port/uat/bare", method=method))
    _, headers, said = await client.answer()
    assert said == body
    kinds = [text for name, text in headers if name == "content-type"]
    assert kinds == ["application/json"] * bool(body)


async def test_a_head_has_the_length_of_its_get_and_no_body(serve):
    client = await (await serve(ships()))()
    client.send(get(method="HEAD") + get())
    _, headers, body = await client.answer(of_head=True)
    assert (dict(headers)["content-length"], body) == ("7", b"")
    assert words(await client.answer()) == "quick"


# What a request may bring along


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Connection: Upgrade", "Upgrade: websocket"], id="websocket"),
        pytest.param(
            ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"],
            id="h2c, as Java's client asks of each server",
        ),
    ],
)
async def test_answers_in_http_1_who_asks_for_another_protocol(serve, lines):
    client = await (await serve(ships()))()
    client.send(get(SHIPS, *lines) * 2 + get())
    for _ in range(3):
        assert words(await client.answer()) == "quick"


@pytest.mark.parametrize(
    ("framing", "body", "size"),
    [
        pytest.param("Content-Length: 3", "abc", 3, id="with its length"),
        pytest.param("Content-Length: 0", "", 0, id="empty"),
        pytest.param("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n", 3, id="in chunks"),
        pytest.param(f"Content-Length: {len(get())}", get(), len(get()), id="that is a request"),
    ],
)
@pytest.mark.parametrize("cut", [False, True], ids=["at once", "by the letter"])
async def test_reads_the_body_of_who_asks_for_another_protocol(serve, framing, body, size, cut):
    client = await (await serve(ships()))()
    text = post("Connection: Upgrade", "Upgrade: h2c", framing, body=body)
    for part in text if cut else [text]:
        client.send(part)
        await asyncio.sleep(0)
    said = words(await client.answer())
    assert said["body"] == size
    client.send(get())
    assert words(await client.answer()) == "quick"


async def test_reads_a_body_in_chunks(serve):
    client = await (await serve(ships()))()
    client.send(post("Transfer-Encoding: chunked", body="5\r\nabcde\r\n2\r\nfg\r\n0\r\n\r\n"))
    assert words(await client.answer())["body"] == 7


async def test_reads_no_trailer_as_a_header(serve):
    client = await (await serve(ships()))()
    trailers = "5\r\nabcde\r\n0\r\nClient-Cert: forged\r\nHost: other\r\n\r\n"
    client.send(post("Transfer-Encoding: chunked", body=trailers))
    said = words(await client.answer())
    assert "client-cert" not in said["headers"]
    assert said["headers"]["host"] == 1


async def test_asks_for_the_body_of_who_waits_to_be_asked(serve):
    client = await (await serve(ships()))()
    client.send(post("Expect: 100-continue", "Content-Length: 3"))
    async with asyncio.timeout(PATIENCE_S):
        assert await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.send("abc")
    assert words(await client.answer())["body"] == 3


async def test_does_not_ask_for_a_body_that_it_would_refuse(serve):
    client = await (await serve(ships()))()
    client.send(post("Expect: 100-continue", "Content-Length: 2000000"))
    assert words(await client.answer())["oh no"] == "too-large"


POST = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n"
OPEN = "/port/uat/v1/open"
SHORT = protocol.SHORT_BODY_BYTES


@pytest.mark.parametrize("size", [0, 1, SHORT, SHORT + 1])
@pytest.mark.parametrize("pieces", [1, 2, 7])
async def test_reads_a_body_however_it_arrives(serve, size, pieces):
    client = await (await serve(ships()))()
    whole = POST.format(OPEN, size) + "x" * size
    step = -(-len(whole) // pieces)
    for _ in range(2):
        for start in range(0, len(whole), step):
            client.send(whole[start : start + step])
            await asyncio.sleep(0.005)
        assert words(await client.answer())["body"] == size


@pytest.mark.parametrize("parts", [["abcdefghi"], ["abc", "def", "ghi"]])
async def test_a_page_gets_the_body_that_came_for_it(serve, parts):
    client = await (await serve(ships()))()
    client.send(POST.format("/accounts/login/", 9) + parts[0])
    for part in parts[1:]:
        await asyncio.sleep(0.01)
        client.send(part)
    assert words(await client.answer())["body"] == "abcdefghi"


async def test_answers_in_order_what_comes_behind_a_body(serve):
    client = await (await serve(ships()))()
    client.send(POST.format(OPEN, 3) + "abc" + get() + get("/port/uat/v1/slow"))
    client.send(POST.format(OPEN, 2) + "ab")
    first, quick, slow, last = [words(await client.answer()) for _ in range(4)]
    assert (first["body"], quick, slow, last["body"]) == (3, "quick", "slow", 2)


async def test_a_body_is_not_the_end_of_the_headers(serve):
    client = await (await serve(ships()))()
    for query in ("a=1", "a=2"):
        client.send(get(f"{OPEN}?{query}", "Content-Length: 4") + "\r\n\r\n")
        told = words(await client.answer())
        assert (told["query"], told["body"]) == (query, 4)


@pytest.mark.parametrize("size", [1024 * 1024, 1024 * 1024 + 1])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
async def test_a_body_has_a_megabyte_at_most(serve, size, chunked):
    client = await (await serve(ships()))()
    if chunked:
        body = f"{size:x}\r\n{'a' * size}\r\n0\r\n\r\n"
        client.send(post("Transfer-Encoding: chunked", body=body))
    else:
        client.send(post(f"Content-Length: {size}", body="a" * size))
    assert (await client.answer())[0] == (200 if size == 1024 * 1024 else 470)


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param(get(SHIPS, "Connection: close"), id="asked to"),
        pytest.param(get(version="1.0"), id="HTTP/1.0"),
    ],
)
async def test_closes_the_connection_afterwards(serve, request_text):
    client = await (await serve(ships()))()
    client.send(request_text + get())
    assert words(await client.answer()) == "quick"
    assert await client.ended() == b""


async def test_an_address_with_a_host_in_it_is_the_same_address(serve):
    client = await (await serve(ships()))()
    client.send(get(f"http://localhost:8000{SHIPS}"))
    assert words(await client.answer()) == "quick"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.port.example", "api.port.example"),
        ("API.Port.Example:8443", "api.port.example"),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("localhost:", "localhost:"),
    ],
)
def test_knows_the_host_without_its_port(host, name):
    assert protocol.host_of({b"host": [host.encode()]}) == name


async def test_the_portal_keeps_its_cookies_and_the_gateway_sees_none(serve):
    client = await (await serve(ships()))()
    client.send(get("/start", "Cookie: sessionid=1") + get("/port/uat/v1/open", "Cookie: a=1"))
    assert "cookie" in words(await client.answer())["names"]
    assert "cookie" not in words(await client.answer())["headers"]
