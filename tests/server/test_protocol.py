"""Connections, byte by byte: a real socket before the gateway, and a platform made by hand."""

import asyncio
import contextlib
import logging
import re
import socket

import msgspec
import pytest

from sluis.core.message import Response
from sluis.server import begin, door, protocol, wire
from sluis.server.door import Door
from sluis.server.serve import listener
from tests.gateway.world import (
    World,
    api,
    credentials,
    environment,
    operation,
    refused_with,
)

PATIENCE_S = 30
SHIPS = "/port/uat/v1/ships"
QUICK = {"quick": lambda call: True}


class Nothing:
    """An identity endpoint, and a health, that know nothing."""

    async def answer(self, *arguments):
        return None


async def page(scope, body, send):
    """Echo what a page would see."""
    told = {
        "path": scope["path"],
        "names": [name.decode() for name, _ in scope["headers"]],
        "body": body.decode(),
    }
    await wire.send_response(Response(200, msgspec.json.encode(told)), send)


def echo(call):
    headers = {name.decode(): len(values) for name, values in call.request.headers.items()}
    body, query = call.request.body, call.request.query_text
    return {"body": len(body), "text": body.decode(), "headers": headers, "query": query}


def ships(*more):
    """Return a platform on which one operation is quick and one waits for the pool."""
    return World(
        environment(
            apis=(
                api(
                    operation("quick", "/v1/ships", handler=lambda call: "quick", **QUICK),
                    operation("slow", "/v1/slow", handler=lambda call: "slow"),
                    operation("open", "/v1/open", (), handler=echo, **QUICK),
                    operation("post", "/v1/open", (), "POST", handler=echo),
                    *more,
                ),
            )
        )
    )


class Client:
    """One connection to a listener, on which bytes are sent as they are."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    def send(self, text):
        self.writer.write(text if isinstance(text, bytes) else text.encode("latin-1"))

    async def answer(self, *, of_head=False):
        """Return the next answer on this connection: status, headers by name, body."""
        async with asyncio.timeout(PATIENCE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")[:-2]
            headers = [(name.lower(), text) for name, _, text in (x.partition(": ") for x in lines)]
            length = 0 if of_head else int(dict(headers)["content-length"])
            return int(first.split()[1]), headers, await self.reader.readexactly(length)

    async def ended(self):
        """Return what still came before the other side closed the connection."""
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read()
        return b""


@pytest.fixture
async def serve():
    """Return a function that serves a platform, and returns a function that connects to it."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(world, pages=page, **config):
            opened = socket.create_server(("127.0.0.1", 0))
            served = listener(Door(world.platform, Nothing(), Nothing(), pages))
            for name, value in config.items():
                setattr(served.config, name, value)
            task = asyncio.create_task(served.serve(sockets=[opened]))
            await served.listening.wait()
            port = opened.getsockname()[1]

            async def stop():
                served.should_exit = True
                await task

            stack.push_async_callback(stop)

            async def connect():
                reader, writer = await asyncio.open_connection("127.0.0.1", port)

                async def close():
                    writer.close()
                    with contextlib.suppress(ConnectionError):
                        await writer.wait_closed()

                stack.push_async_callback(close)
                return Client(reader, writer)

            return connect

        yield start


@pytest.fixture
def hasty(monkeypatch):
    """Give a request a fifth of a second to come."""
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(door, "REQUEST_SECONDS", 0.2)


def get(path=SHIPS, *lines, method="GET", version="1.1", host="localhost"):
    shown = credentials()
    headers = [
        f"Host: {host}",
        f"Ocp-Apim-Subscription-Key: {shown['ocp_apim_subscription_key']}",
        f"Authorization: {shown['authorization']}",
        *lines,
    ]
    return "\r\n".join([f"{method} {path} HTTP/{version}", *headers, "", ""])


def post(*lines, body=""):
    return get("/port/uat/v1/open", *lines, method="POST") + body


def words(answer):
    return msgspec.json.decode(answer[2])


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


# Beginning at once what may have to wait later


async def test_what_is_done_at_once_is_done_before_anything_else():
    async def quick():
        return 1

    assert begin.start(quick()) == (True, 1)


async def test_what_waits_goes_on_as_a_task():
    async def slow():
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.to_thread(lambda: 2)

    done, rest = begin.start(slow())
    assert not done
    assert await asyncio.ensure_future(rest) == 2


@pytest.mark.parametrize("seconds", [0, PATIENCE_S], ids=["a turn of the loop", "a long time"])
async def test_what_is_cancelled_learns_of_it(seconds):
    learnt = []

    async def slow():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            learnt.append("cancelled")
            raise

    _, rest = begin.start(slow())
    task = asyncio.ensure_future(rest)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert learnt == ["cancelled"]
