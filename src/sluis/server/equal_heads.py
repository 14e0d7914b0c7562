"""Requests whose head is, to the byte, that of the one before: only what differs is read.

Clients that keep a connection send the same headers with each request, and those that poll the
same request. Where the headers of a GET are those of the one before, only the first line is read,
and nothing where that is the same too; nor anything but the body behind a head that came before.
The parser would make the same of it, at a quarter of the cost of a call.
"""

import re
from dataclasses import dataclass

from sluis.core.message import Request

HEAD_BYTES = 32 * 1024

# What the parser takes as a path and a query, less what it has further rules for.
FIRST_LINE = re.compile(rb"(GET|POST) (/[!\"$->@-~]*)(?:\?([!\"$-~]*))? HTTP/1\.1")


@dataclass(slots=True)
class Last:
    """The last short request that came in one piece, as bytes and as read."""

    head: bytes  # up to its body
    request: Request
    block: bytes  # all of the head behind its first line


def kept(data: bytes, request: Request) -> Last | None:
    """Return what to keep of a request; None where the bytes are more than it, or unusual."""
    head, end, body = data.partition(b"\r\n\r\n")
    line, _, block = head.partition(b"\r\n")
    if FIRST_LINE.fullmatch(line) and len(body) == len(request.body):
        return Last(head + end, request, block + end)
    return None


def another_body(data: bytes, last: Last) -> Request | None:
    """Return the request with another body, which is announced as as long as the last one."""
    size, before = len(last.head), last.request
    if len(data) != size + len(before.body) or not data.startswith(last.head):
        return None
    return alike(before, before.method, before.path, before.query_text, data[size:])


def another_line(data: bytes, last: Last) -> Request | None:
    """Return the GET with another first line, which is the one to compare with from now on."""
    line, _, block = data.partition(b"\r\n")
    found = FIRST_LINE.fullmatch(line) if block == last.block else None
    if found is None or found[1] != b"GET" or len(data) > HEAD_BYTES:
        return None
    if b"content-length" in last.request.headers:
        return None
    last.head = data
    return alike(last.request, "GET", found[2].decode(), (found[3] or b"").decode(), b"")


def alike(before: Request, method: str, path: str, query: str, body: bytes) -> Request:
    """Return a request of the same client with the same headers, and so to the same host."""
    return Request(
        method,
        path,
        before.host,
        query,
        before.headers,
        body,
        before.address,
        before.secure,
        before.certificate,
        None,
        before.digests,
    )
