"""Where every request comes in: calls go to the gateway, identity has its own few addresses,
health is answered here, all else is a page.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.gateway.answer import Platform, answer
from sluis.gateway.problem_details import ProblemDetails
from sluis.gateway.snapshot import Environment
from sluis.server.protocol import REQUEST_SECONDS, host_of
from sluis.server.proxies import Proxies
from sluis.server.uploads import UPLOAD_BYTES, UPLOAD_SECONDS, Uploads, brings_files
from sluis.server.wire import send_response

logger = logging.getLogger(__name__)
BODY_BYTES = 1024 * 1024
LINGER_BYTES, LINGER_SECONDS = 16 * 1024 * 1024, 2.0
NO_PROXIES = Proxies(())
IDENTITY_PATHS = ("/connect/", "/.well-known/")
Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]


class Identity(Protocol):
    async def answer(
        self, request: Request, environment: Environment, path: str
    ) -> Response | None: ...

    def unread(self, environment: Environment, path: str, problem: Problem) -> Response | None: ...


class Health(Protocol):
    async def answer(self, request: Request) -> Response | None: ...


class Door:
    """The application that uvicorn calls; `pages` is absent on the TLS listener.

    A browser would ask visitors of pages for a certificate there.
    """

    def __init__(
        self,
        platform: Platform,
        identity: Identity,
        health: Health,
        pages: Callable[[Any, bytes, Send], Awaitable[None]] | None,
        proxies: Proxies = NO_PROXIES,
    ) -> None:
        self.platform = platform
        self.identity = identity
        self.health = health
        self.pages = pages
        self.proxies = proxies
        self.uploads = Uploads()

    def gateway_call(
        self, request: Request, unread: Problem | None = None
    ) -> Coroutine[Any, Any, Response] | None:
        """Return the gateway's answer, not yet begun; None when the request is not a call."""
        located = self.platform.snapshot.locate(request.host, request.path)
        if located is None or located[1].startswith(IDENTITY_PATHS):
            return None
        return answer(request, *located, self.platform, unread)

    def is_upload(self, scope: Any) -> bool:
        """Return whether this is a form with files for a page: it may be larger than a call."""
        if self.pages is None or not brings_files(scope):
            return False
        host = host_of({name: [value] for name, value in scope["headers"] if name == b"host"})
        return self.platform.snapshot.locate(host, scope["path"]) is None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if not self.is_upload(scope):
            await self.answered(scope, read_body(scope, receive), receive, send)
            return
        with self.uploads.counted(receive) as counted:
            body = read_body(scope, counted, UPLOAD_BYTES, UPLOAD_SECONDS)
            await self.answered(scope, body, receive, send)

    async def answered(
        self, scope: Any, reading: Awaitable[bytes], receive: Receive, send: Send
    ) -> None:
        self.proxies.see_through(scope)
        try:
            body = await reading
        except Problem as problem:
            refused = await self.unread(request_of(scope, b""), problem)
            await send_and_linger(refused, receive, send)
            return
        request = request_of(scope, body)
        response = await self.respond(request)
        if response is not None:
            await send_response(response, send)  # of a HEAD uvicorn keeps the body back
        elif self.pages is not None:
            await self.pages(scope, body, send)
        else:
            no_pages = Problem(
                Reason.NO_SUCH_OPERATION,
                "Only calls are answered here; the pages are at the address without TLS.",
            )
            await send_response(refusal(no_pages, self.platform.new_trace()), send)

    async def unread(self, request: Request, problem: Problem) -> Response:
        """Return the refusal of a request whose body is not there, in the words of its API."""
        call = self.gateway_call(request, problem)
        response = self.unread_form(request, problem) if call is None else await call
        if response is None:
            return refusal(problem, self.platform.new_trace())
        response.headers.append((b"connection", b"close"))  # with the rest of the body
        return response

    def unread_form(self, request: Request, problem: Problem) -> Response | None:
        located = self.platform.snapshot.locate(request.host, request.path)
        return None if located is None else self.identity.unread(*located, problem)

    async def respond(self, request: Request) -> Response | None:
        """Return the answer to whatever is not a page."""
        located = self.platform.snapshot.locate(request.host, request.path)
        if located is None:
            return await self.health.answer(request)
        environment, path = located
        if path.startswith(IDENTITY_PATHS):
            response = await self.identified(request, environment, path)
            if response is not None:
                return response
        return await answer(request, environment, path, self.platform)

    async def identified(
        self, request: Request, environment: Environment, path: str
    ) -> Response | None:
        try:
            return await self.identity.answer(request, environment, path)
        except Exception:
            trace = self.platform.new_trace()
            logger.exception("fault", extra={"trace": trace, "path": path})
            detail = f"Something went wrong on our side. Tell the service desk: {trace}."
            detail += f" Status: {environment.status_url}"
            return refusal(Problem(Reason.FAULT, detail), trace)


def refusal(problem: Problem, trace: str) -> Response:
    response = ProblemDetails().refuse(problem, trace)
    response.headers += [(b"trace-id", trace.encode()), (b"connection", b"close")]
    return response


async def read_body(
    scope: Any, receive: Receive, at_most: int = BODY_BYTES, seconds: float | None = None
) -> bytes:
    """Return the whole body; raises `Problem` when it is too large or too slow."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    parts, size = [], 0
    within = REQUEST_SECONDS if seconds is None else seconds
    try:
        async with asyncio.timeout(within):
            while size <= at_most and int(length) <= at_most:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Problem(Reason.MALFORMED, "The connection was closed half way.")
                parts.append(message["body"])
                size += len(message["body"])
                if not message.get("more_body") and size <= at_most:
                    return b"".join(parts)
    except TimeoutError as error:
        detail = f"The body did not arrive within {within:.0f} seconds. Send it again."
        raise Problem(Reason.MALFORMED, detail) from error
    raise Problem(Reason.TOO_LARGE, f"A body may have {at_most} bytes at most.")


async def send_and_linger(response: Response, receive: Receive, send: Send) -> None:
    """Send an answer, and close only after the caller had time to send the rest of a body.

    Who writes all of it before reading would find the connection reset, and never see the
    answer: RFC 9112, 9.6.
    """

    async def hold(event: Any) -> None:
        await send({**event, "more_body": True})

    await send_response(response, hold)
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            await swallow(receive)
    await send({"type": "http.response.body", "body": b""})


async def swallow(receive: Receive) -> None:
    left = LINGER_BYTES
    while left > 0:
        message = await receive()
        if message["type"] == "http.disconnect" or not message["more_body"]:
            return
        left -= len(message["body"])


def request_of(scope: Any, body: bytes) -> Request:
    headers: dict[bytes, tuple[bytes, ...]] = {}
    for name, value in scope["headers"]:
        headers[name] = (*headers.get(name, ()), value)
    client = scope["client"]
    return Request(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        host_of(headers),
        scope["query_string"].decode("latin-1"),
        headers,
        body,
        client[0] if client else "",
        scope["scheme"] == "https",
        scope["state"].get("certificate"),
    )
