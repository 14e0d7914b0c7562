"""An identity endpoint on the database of the test, as a thing to send forms to, or over HTTP."""

import asyncio
import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections

from sluis.core.message import Request, Response
from sluis.gateway.snapshot import Snapshot
from sluis.server.answers.snapshot import Loader
from sluis.server.identity import Identity
from sluis.server.identity.thresholds import Thresholds

URL = "http://localhost:8000"
THREADS = 2
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Clock:
    """Both clocks, which tests move."""

    def __init__(self, start):
        self.start = start
        self.passed = 0.0

    def now(self):
        return self.start + self.passed

    def monotonic(self):
        return self.passed


class Endpoint:
    """Sends requests to the identity of one environment; its policy follows what changes."""

    def __init__(self, clock, thresholds=None, url=URL, **more):
        self.clock = clock
        self.loader = Loader(url, settings.CONFIG.secret)
        self.database = ThreadPoolExecutor(THREADS)
        self.barrier = threading.Barrier(THREADS)
        self.snapshot = Snapshot(revision=-1)
        self.waited_for = []
        self.runner = asyncio.Runner()
        self.identity = Identity(
            config=settings.CONFIG,
            database=self.database,
            in_force=self.in_force,
            now=clock.now,
            monotonic=clock.monotonic,
            thresholds=thresholds or Thresholds(),
            **more,
        )

    async def in_force(self, revision):
        self.waited_for.append(revision)
        await asyncio.get_running_loop().run_in_executor(self.database, self.reload)

    def reload(self):
        loaded = self.snapshot.revision >= 0
        self.snapshot = self.loader.caught_up(self.snapshot) if loaded else self.loader.load()

    async def answer(self, request, environment="port/uat", path=None):
        if self.snapshot.revision < 0:
            await self.in_force(0)
        found = self.snapshot.environments[environment]
        response = await self.identity.answer(request, found, path or request.path)
        return None if response is None else answer_of(response)

    def send(self, request, environment="port/uat"):
        return self.runner.run(self.answer(request, environment))

    def send_together(self, requests):
        async def all_of_them():
            return await asyncio.gather(*(self.answer(request) for request in requests))

        return self.runner.run(all_of_them())

    def post(self, form, *, environment="port/uat", **more):
        return self.send(post(form, **more), environment)

    def get(self, path, environment="port/uat", method="GET"):
        return self.send(Request(method, path), environment)

    def stop(self):
        self.runner.close()
        self.identity.stop()
        for thread in [self.database.submit(self.disconnect) for _ in range(THREADS)]:
            thread.result()
        self.database.shutdown()

    def disconnect(self):
        self.barrier.wait(10)  # so that each thread closes its own
        connections.close_all()


def post(form, *, path="/connect/token", address="192.0.2.1", content_type=FORM, headers=None):
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    made = {b"content-type": (content_type.encode(),)} if content_type else {}
    made.update({name: (value,) for name, value in (headers or {}).items()})
    return Request("POST", path, headers=made, body=body, address=address)


def basic(client_id, secret):
    return {b"authorization": b"Basic " + base64.b64encode(f"{client_id}:{secret}".encode())}


def no_client(form):
    return {name: value for name, value in form.items() if not name.startswith("client_")}


def answer_of(response: Response) -> Answer:
    headers = {name.decode(): value.decode() for name, value in response.headers}
    return Answer(response.status, headers, response.body)


def error(answer):
    return answer.status, answer.json["error"]


@contextmanager
def over_http(endpoint_of):
    """Serve `endpoint_of(url)` on a port of this machine, for clients that speak HTTP only."""
    loop = asyncio.new_event_loop()
    held = SimpleNamespace(endpoint=None)

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("content-length") or 0)
            headers = {}
            for name, value in self.headers.items():
                key = name.lower().encode()
                headers[key] = (*headers.get(key, ()), value.encode("latin-1"))
            request = Request(
                self.command,
                self.path,
                headers=headers,
                body=self.rfile.read(length),
                address=self.client_address[0],
            )
            path = self.path.removeprefix("/port/uat")
            answered = held.endpoint.answer(request, path=path)
            sent = asyncio.run_coroutine_threadsafe(answered, loop)
            found = sent.result(30)
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        do_GET = do_POST = answer  # noqa: N815 - names of the standard library

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.01,)),
        threading.Thread(target=loop.run_forever),
    ]
    for thread in threads:
        thread.start()
    held.endpoint = endpoint_of(f"http://127.0.0.1:{server.server_port}")
    try:
        yield f"http://127.0.0.1:{server.server_port}/port/uat"
    finally:
        server.shutdown()
        server.server_close()
        loop.call_soon_threadsafe(loop.stop)
        for thread in threads:
            thread.join()
        loop.close()
        held.endpoint.stop()
