"""Serves: two listeners and two planes in one process."""

import asyncio
import contextlib
import fcntl
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
import uvloop

from sluis.server import tls
from sluis.server.answers import policy
from sluis.server.bridge import Pages, environ
from sluis.server.config import Config, ConfigurationError
from sluis.server.door import Door
from sluis.server.health import Health
from sluis.server.identity import Identity
from sluis.server.protocol import Connection
from sluis.server.proxies import Proxies
from sluis.server.wiring import parts

GRACEFUL_SECONDS = 20
BACKLOG = 2048
# The worker hands the interpreter's lock over at each statement and waits so long to get it
# back from a busy loop; with the usual 5 ms a fifth less is accepted, and half less applied.
SWITCH_SECONDS = 0.0005
COLLECT_AFTER = (10_000, 20, 20)  # objects; with Python's 700 a twentieth of the time goes there


class Listener(uvicorn.Server):
    """uvicorn's server, which leaves the signals to us and looks at its connections each second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    def capture_signals(self) -> Any:
        return contextlib.nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                connection.sweep(now)  # type: ignore[union-attr]  # all are of our class
        return await super().on_tick(counter)


def listener(door: Door, certificate: Path | None = None, key: Path | None = None) -> Listener:
    def context(*_: Any) -> Any:
        return tls.context(certificate, key)  # type: ignore[arg-type]  # both or neither

    config = uvicorn.Config(
        door,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        ssl_context_factory=context if certificate else None,
    )
    return Listener(config)


def sockets(config: Config) -> tuple[list[socket.socket], list[socket.socket]]:
    """Return listening sockets for plain HTTP and for TLS; raises `ConfigurationError`."""
    return bound(config.bind, config.port), bound(config.bind, config.tls_port)


def bound(host: str, port: int) -> list[socket.socket]:
    """Listen on every address that the name has: localhost is often two."""
    found: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(addresses):
            with contextlib.suppress(OSError) if found else contextlib.nullcontext():
                made = socket.socket(family, kind, protocol)
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                made.bind(address)
                made.set_inheritable(True)
                found.append(made)
    except OSError as error:
        raise ConfigurationError(
            f"1. Cannot listen on {host}:{port}: {error.strerror}. Stop what listens there, or"
            " choose another port with SLUIS_PORT and SLUIS_TLS_PORT."
        ) from error
    return found


def serve(
    config: Config,
    plain: list[socket.socket],
    secure: list[socket.socket],
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on these sockets until SIGTERM or SIGINT; then finish what is under way.

    Exits with 1 when the database lost what it was given: whoever watches starts it again.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    if not uvloop.run(served(config, plain, secure, on_ready)):
        sys.exit(1)


async def served(
    config: Config,
    plain: list[socket.socket],
    secure: list[socket.socket],
    on_ready: Callable[[], None],
) -> bool:
    made = parts(config)
    loop = asyncio.get_running_loop()
    database = ThreadPoolExecutor(4, thread_name_prefix="identity")

    async def wait_for(revision: int) -> None:
        await loop.run_in_executor(database, made.workers.policy.wait_for, revision)

    identity = Identity(config=config, database=database, in_force=wait_for)
    health = Health(
        database, lambda: not (made.workers.policy.fell_behind or made.workers.worker.lost)
    )
    pages = Pages(load_pages)
    proxies = Proxies(config.proxies)
    own = own_files(config)
    calls_only = Door(made.platform, identity, health, None, proxies)
    listeners = [
        (listener(Door(made.platform, identity, health, pages, proxies)), plain),
        (listener(calls_only, own.certificate, own.key), secure),
    ]
    end = partial(end_all, [one for one, _ in listeners])

    def lost() -> None:
        loop.call_soon_threadsafe(end)

    made.workers.worker.on_lost = lost
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await loop.run_in_executor(database, made.start)
    policy.running.append(made.workers.policy)
    try:
        await serve_all(listeners, on_ready, pages.warm_up)
    finally:
        policy.running.clear()
        await loop.run_in_executor(None, made.stop)
        pages.stop()
        identity.stop()
        database.shutdown()
    return not made.workers.worker.lost


def end_all(listeners: Iterable[Listener]) -> None:
    for one in listeners:  # a second signal does not wait for what is under way
        one.force_exit, one.should_exit = one.should_exit, True


async def serve_all(
    listeners: Sequence[tuple[Listener, list[socket.socket]]], *when_ready: Callable[[], None]
) -> None:
    """Serve until every listener has ended; do what is to be done once all of them listen."""
    serving = [asyncio.create_task(one.serve(sockets=given)) for one, given in listeners]
    ready = asyncio.gather(*(one.listening.wait() for one, _ in listeners))
    either: list[asyncio.Future[Any]] = [ready, *serving]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        for do in when_ready:
            do()
    await asyncio.gather(*serving)


def load_pages() -> Any:
    """Return Django's application, once it has made a page and so has all that pages share.

    The collector would visit all of that again and again: 85 ms, in which no call is answered.
    """
    from django.core.wsgi import get_wsgi_application

    application: Any = get_wsgi_application()
    start = {"method": "GET", "path": "/", "query_string": b"", "scheme": "http", "headers": ()}
    application(environ(start | {"server": None, "client": None}, b""), lambda *_: None).close()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return application


def own_files(config: Config) -> tls.Files:
    if config.tls_certificate:
        certificate, key = Path(config.tls_certificate), Path(config.tls_key)
        try:
            tls.context(certificate, key)
        except OSError as error:  # those of TLS are OSErrors
            raise ConfigurationError(
                f"1. SLUIS_TLS_CERTIFICATE and SLUIS_TLS_KEY cannot be used: {error}."
            ) from error
        return tls.Files(certificate, certificate, key)
    return tls.files(config.directory, [urlsplit(config.portal_url).hostname or "localhost"])


@contextlib.contextmanager
def only_server(config: Config) -> Iterator[None]:
    """Hold the data directory's lock: SQLite has one server process. Raises ConfigurationError."""
    config.directory.mkdir(parents=True, exist_ok=True)
    with (config.directory / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                f"1. Another server works on {config.directory}. With SQLite there is one; for"
                " more, set SLUIS_DATABASE_URL to a PostgreSQL database."
            ) from error
        yield
