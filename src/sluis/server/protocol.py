"""HTTP/1.1 on one connection: uvicorn's protocol, with limits, and a short way for short calls.

uvicorn by itself sets no bounds on headers and waits for ever for half a request. And its way
through ASGI (scope, task, events) costs more than a whole call to the gateway; so a GET, or a
POST of some kilobytes, is handed to the gateway within the parser's callback, and answered
there unless the gateway has to wait: 47 µs of CPU in place of 78. Everything else goes
uvicorn's way.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sluis.core.message import Digests, Request, Response
from sluis.core.problem import Problem, Reason
from sluis.gateway.problem_details import ProblemDetails
from sluis.gateway.records import traces
from sluis.server.begin import go_on, start
from sluis.server.equal_heads import HEAD_BYTES, Last, another_body, another_line, kept
from sluis.server.uploads import UPLOAD_SECONDS
from sluis.server.wire import serialised

HEADERS = 100
REQUEST_SECONDS = 15.0  # from the first byte of a request to its last
IDLE_SECONDS = 75.0

FRAMING = (b"content-length", b"transfer-encoding")
LONG_HEADERS = frozenset({b"transfer-encoding", b"upgrade", b"expect"})
SHORT_METHODS = {b"GET": "GET", b"POST": "POST"}
SHORT_BODY_BYTES = 64 * 1024
NO_KIND = [b""]
SLOW = Problem(Reason.MALFORMED, "The request did not arrive in time. Send it again.")
UNREADABLE = Problem(Reason.MALFORMED, "This is not a request of HTTP/1.1.")
HOSTLESS = Problem(Reason.MALFORMED, "A request names one host, in the header 'Host'.")
TOO_LARGE = Problem(Reason.TOO_LARGE, "Headers: at most 100, together at most 32 kB.")
FAULT = Problem(Reason.FAULT, "Something went wrong on our side.")
new_trace = traces()


class Connection(HttpToolsProtocol):
    """One connection. `self.app` is the `Door`: uvicorn hands it over as the application.

    Where a head equals the one before it, the parser is not asked: see `equal_heads.py`.
    """

    url: bytes
    began: float | None = None  # when the first byte of a request came that is not complete
    quiet_since: float = 0.0
    in_head = True
    head_number = 0
    head_bytes = 0
    doubled = 0  # headers whose name had come before
    waiting_bytes = 0  # that came for a head which is not complete
    upload = False  # whether the request at hand brings files, which take their time
    short = False  # whether the request at hand goes the short way
    short_body = b""
    body_follows = False  # behind a head that the parser takes for the end of HTTP
    closing = False
    last: Last | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.quiet_since = self.loop.time()
        self.named: dict[bytes, list[bytes]] = {}
        self.digests: Digests = {}
        self.address = self.client[0] if self.client else ""
        self.secure = self.scheme == "https"
        tls = transport.get_extra_info("ssl_object")
        self.certificate = tls.getpeercert(binary_form=True) if tls is not None else None

    def data_received(self, data: bytes) -> None:
        if self.closing:
            return
        self._unset_keepalive_if_required()
        at_rest = self.at_rest()
        if at_rest and self.last is not None and self.answer_alike(data, self.last):
            return
        head, number = self.head_number if self.in_head else None, self.head_number
        try:
            self.feed(data)
        except httptools.HttpParserError:
            self.refuse(UNREADABLE, 400)
        if at_rest and self.short and self.head_number == number + 1 and self.began is None:
            self.last = kept(data, self.short_request) or self.last
        if self.in_head and head == self.head_number:
            # All of it belongs to one head, whose last line the parser keeps however long it is.
            self.waiting_bytes += len(data)
            if self.waiting_bytes > HEAD_BYTES:
                self.refuse(TOO_LARGE, 431)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes at once
        """Go on with an answer under way: its reader may only have said all there was to say."""
        if self.began is not None or self.scheme == "https" or self.at_rest():
            return False
        self.cycle.keep_alive = False
        return True

    def feed(self, data: bytes) -> None:
        """Parse; who asks for another protocol is answered in HTTP/1.1 (RFC 9110 7.8).

        Java's client asks each server for h2c.
        """
        while data and not self.closing:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                if self.body_follows and not self.closing:
                    self.read_body_anew()

    def read_body_anew(self) -> None:
        """Go on with another parser, which takes what follows for the body that was announced.

        The first takes it for the other protocol, and the next time for the next request: so a
        body could hold calls that nobody before us has seen.
        """
        framing = b"".join(
            b"%s: %s\r\n" % (name, value) for name in FRAMING for value in self.named.get(name, ())
        )
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n")

    def shutdown(self) -> None:
        """Close after what is under way, be it half a request."""
        if self.short and self.began is not None:
            self.leave_short_way()
        super().shutdown()

    def sweep(self, now: float) -> None:
        """Close a connection that is too slow or idle; called for each once a second."""
        within = UPLOAD_SECONDS if self.upload else REQUEST_SECONDS
        if self.began is not None and now - self.began > within:
            self.refuse(SLOW, 408)
        elif self.at_rest() and now - self.quiet_since > IDLE_SECONDS:
            self.transport.close()

    def at_rest(self) -> bool:
        return self.began is None and (self.cycle is None or self.cycle.response_complete)

    # The parser's callbacks

    def on_message_begin(self) -> None:
        if self.body_follows:
            return
        self.url = b""
        self.named = {}
        self.in_head, self.head_bytes, self.doubled = True, 0, 0
        self.short = False
        self.head_number += 1
        self.waiting_bytes = 0
        self.short_body = b""
        self.upload = False
        self.began = self.loop.time()

    def on_url(self, url: bytes) -> None:
        if self.body_follows:
            return
        self.url += url
        self.head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.in_head:
            return  # a trailer, behind a body: nobody reads it, so it does not pile up
        name = name.lower()
        self.head_bytes += len(name) + len(value)
        values = self.named.get(name)
        if values is None:
            self.named[name] = [value]
        else:
            values.append(value)
            self.doubled += 1

    def on_headers_complete(self) -> None:
        if self.closing:
            return
        if self.body_follows:  # what was put before it is read
            self.body_follows = False
            return
        self.in_head = False
        if self.head_bytes > HEAD_BYTES or len(self.named) + self.doubled > HEADERS:
            self.refuse(TOO_LARGE, 431)
            return
        if len(self.named.get(b"host", ())) != 1 and self.parser.get_http_version() == "1.1":
            self.refuse(HOSTLESS, 400)
            return
        framed = not self.named.keys().isdisjoint(FRAMING)
        self.body_follows = framed and self.parser.should_upgrade()
        self.short = self.is_short()
        if not self.short:
            self.long_way()

    def is_short(self) -> bool:
        """Return whether this is a short GET or POST, on a connection with nothing in flight."""
        parser = self.parser
        return (
            parser.get_method() in SHORT_METHODS
            and self.url[:1] == b"/"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and LONG_HEADERS.isdisjoint(self.named)
            and self.has_short_body()
        )

    def has_short_body(self) -> bool:
        """Return whether the body is announced as short, or none is: then there is none.

        Forms with files are for pages; they may take their time, which uvicorn's way gives them.
        """
        length = self.named.get(b"content-length")
        if length is None:
            return True
        kind = self.named.get(b"content-type", NO_KIND)[0]
        return int(length[0]) <= SHORT_BODY_BYTES and not kind.lower().startswith(b"multipart/")

    def long_way(self) -> None:
        """Let uvicorn make the scope of what was read so far, and start the application."""
        url, named = self.url, self.named
        if not url.isascii():
            self.refuse(UNREADABLE, 400)
            return
        super().on_message_begin()
        self.url = url
        for name, values in named.items():
            for value in values:
                super().on_header(name, value)
        self.scope["state"]["certificate"] = self.certificate
        super().on_headers_complete()
        self.upload = self.app.is_upload(self.scope)

    def on_body(self, body: bytes) -> None:
        if self.closing:
            return
        if self.short:
            self.short_body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.closing or self.body_follows:
            return
        self.began = None
        self.quiet_since = self.loop.time()
        if not self.short:
            super().on_message_complete()
            return
        self.answer_short()

    # The short way

    def answer_short(self) -> None:
        try:
            path, _, query = self.url.decode("ascii").partition("?")
        except UnicodeDecodeError:
            path = query = ""  # which nothing is published at; the long way says what is wrong
        self.short_request = Request(
            SHORT_METHODS[self.parser.get_method()],
            path,
            host_of(self.named),
            query,
            self.named,
            self.short_body,
            self.address,
            self.secure,
            self.certificate,
            None,
            self.digests,
        )
        coroutine = self.app.gateway_call(self.short_request)
        if coroutine is None:
            self.leave_short_way()
            if not self.closing:
                super().on_message_complete()
        else:
            self.begin(coroutine)

    def leave_short_way(self) -> None:
        """Hand uvicorn what came of a request so far."""
        self.short = False
        self.long_way()
        if not self.closing:  # an address that is not ASCII was refused there
            super().on_body(self.short_body)

    def answer_alike(self, data: bytes, last: Last) -> bool:
        """Answer a request whose headers are those of the one before; False where they are not.

        And where it is not for the gateway, or cannot be answered at once: the parser is asked.
        """
        if self.flow.write_paused:
            return False
        if data != last.head or last.request.body:
            again = another_body(data, last) or another_line(data, last)
            if again is None:
                return False
            last.request = again
        coroutine = self.app.gateway_call(last.request)
        if coroutine is None:
            return False
        self.quiet_since = self.loop.time()
        self.begin(coroutine)
        return True

    def begin(self, coroutine: Coroutine[Any, Any, Response]) -> None:
        """Answer now, where nothing has to be waited for; else go on as a task."""
        try:
            done, outcome = start(coroutine)
            if done:
                self.server_state.total_requests += 1
                self.transport.write(serialised(outcome, self.server_state.default_headers))
            else:
                self.answer_later(coroutine, outcome)
        except Exception:
            # An exception in a callback of the parser would become a silent 400.
            self.logger.exception("fault on the short way")
            self.refuse(FAULT, 500)

    def answer_later(self, call: Coroutine[Any, Any, Response], awaited: Any) -> None:
        """Go on with a call that has to wait; what comes meanwhile waits behind it."""
        under_way = UnderWay()
        self.cycle = under_way  # type: ignore[assignment]  # what uvicorn asks of one, it has
        go_on(call, awaited, self.tasks, partial(self.answered_later, under_way))

    def answered_later(self, under_way: "UnderWay", outcome: Response | BaseException) -> None:
        self.quiet_since = self.loop.time()
        under_way.response_complete = True
        if under_way.disconnected or self.transport.is_closing():
            return
        if isinstance(outcome, asyncio.CancelledError):  # the process ends
            self.transport.close()
            return
        try:
            if isinstance(outcome, BaseException):
                raise outcome
            self.transport.write(serialised(outcome, self.server_state.default_headers))
        except Exception:
            self.logger.exception("fault on the short way")
            self.refuse(FAULT, 500)
            return
        if not under_way.keep_alive:
            self.transport.close()
        elif self.pipeline:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1

    # Refusals before a route is known

    def send_400_response(self, msg: str) -> None:
        self.refuse(UNREADABLE, 400)

    def refuse(self, problem: Problem, status: int) -> None:
        """Answer and close, unless an answer is under way: then only close."""
        if self.closing:
            return
        self.closing = True
        self.began = None
        if self.cycle is None or self.cycle.response_complete:
            trace = new_trace()
            response = ProblemDetails().refuse(problem, trace)
            response.status = status
            response.headers += [(b"trace-id", trace.encode()), (b"connection", b"close")]
            self.transport.write(serialised(response, self.server_state.default_headers))
        self.transport.close()


class UnderWay:
    """In place of uvicorn's cycle of request and response, with what it looks at from outside."""

    __slots__ = ("disconnected", "keep_alive", "response_complete")

    def __init__(self) -> None:
        self.response_complete = False
        self.keep_alive = True
        self.disconnected = False

    @property
    def message_event(self) -> "UnderWay":
        return self

    def set(self) -> None:
        """Nobody waits for more of the request: it is here."""


def host_of(headers: Mapping[bytes, Sequence[bytes]]) -> str:
    """Return the host that the call names, in lower case and without its port."""
    values = headers.get(b"host")
    return name_of(values[0]) if values else ""


@lru_cache(maxsize=256)
def name_of(header: bytes) -> str:
    host = header.decode("latin-1").lower()
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host
