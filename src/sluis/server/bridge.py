"""Pages: Django's WSGI application on a few threads, handed whole bodies.

A general bridge gives a thread to each half-sent upload, and twelve slow clients stop the
portal. Here the loop reads the body first; a thread only computes.
"""

import asyncio
import io
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 4
ANSWER_AT = "sluis.answer_at"  # where a page says when its answer may leave: `time.monotonic`
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class Pages:
    """Answers requests for pages; `load` makes the application, on its first use."""

    def __init__(self, load: Callable[[], Application]) -> None:
        self.load = load
        self.application: Application | None = None
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")

    def warm_up(self) -> None:
        """Load the application in a thread; pages asked for meanwhile wait their turn."""
        self.threads.submit(self.loaded)

    def loaded(self) -> Application:
        if self.application is None:
            self.application = self.load()
        return self.application

    async def __call__(
        self, scope: Any, body: bytes, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        run = asyncio.get_running_loop().run_in_executor
        environment = environ(scope, body)
        status, headers, content = await run(self.threads, self.run, environment)
        if ANSWER_AT in environment:
            await asyncio.sleep(environment[ANSWER_AT] - time.monotonic())
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def run(self, environment: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started[:] = [int(status[:3]), headers]

        result = self.loaded()(environment, start_response)
        try:
            content = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        status, headers = started
        encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        without_body = status in (204, 304)  # of which a length would say something else
        if not without_body and not any(name == b"content-length" for name, _ in encoded):
            encoded.append((b"content-length", b"%d" % len(content)))
        return status, encoded, content

    def stop(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)


def environ(scope: Any, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333)."""
    host, port = scope["server"] or ("localhost", 80)
    client = scope["client"] or ("", 0)
    environment: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name or name == b"content-length":
            continue  # X_Forwarded_For would pass for X-Forwarded-For
        key = "CONTENT_TYPE" if name == b"content-type" else wsgi_name(name)
        text = value.decode("latin-1")
        between = "; " if name == b"cookie" else ","
        environment[key] = f"{environment[key]}{between}{text}" if key in environment else text
    return environment


def wsgi_name(name: bytes) -> str:
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
