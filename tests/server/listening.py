"""The gateway behind a real socket, with a platform made by hand, and a client of bytes."""

import asyncio
import contextlib
import socket

import msgspec

from sluis.core.message import Response
from sluis.server import wire
from sluis.server.door import Door
from sluis.server.serve import listener
from tests.gateway.world import World, api, credentials, environment, operation

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


async def serving(stack, world, pages=page, **config):
    """Serve a platform until the stack ends; return a function that connects to it."""
    opened = socket.create_server(("127.0.0.1", 0))
    served = listener(Door(world.platform, Nothing(), Nothing(), pages))
    for name, value in config.items():
        setattr(served.config, name, value)
    task = asyncio.create_task(served.serve(sockets=[opened]))
    await served.listening.wait()
    port = opened.getsockname()[1]

    async def stop():
        task.cancel()  # an end in order looks for it ten times a second, which adds up
        with contextlib.suppress(asyncio.CancelledError):
            await task
        for server in served.servers:
            server.close()
        for connection in list(served.server_state.connections):
            connection.transport.abort()

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
