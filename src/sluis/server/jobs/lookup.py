"""Hosts are looked up each in a thread of its own: a mute name server keeps nobody else waiting.

The loop has a few threads for all of them, and there is no way to end a look-up that hangs.
aiohttp asks once for each name at a time, so there are no more threads than names.
"""

import asyncio
import socket
from concurrent.futures import Future
from threading import Thread
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class Lookup(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name; raises `OSError`."""
        found: Future[list[ResolveResult]] = Future()
        found.set_running_or_notify_cancel()  # whoever waits may go, the look-up goes on
        ask = (found, host, port, family)
        Thread(target=look_up, args=ask, name="lookup", daemon=True).start()
        return await asyncio.wrap_future(found)

    async def close(self) -> None:
        """Nothing is kept: what hangs ends with the process."""


def look_up(found: "Future[list[ResolveResult]]", host: str, port: int, family: int) -> None:
    try:
        infos: list[Any] = socket.getaddrinfo(
            host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        found.set_result(
            [
                ResolveResult(
                    hostname=host,
                    host=address[0],
                    port=address[1],
                    family=kind,
                    proto=protocol,
                    flags=NUMERIC,
                )
                for kind, _, protocol, _, address in infos
            ]
        )
    except UnicodeError:  # a name that no name server can have
        found.set_exception(OSError(f"{host} is no name"))
    except OSError as error:
        found.set_exception(error)
