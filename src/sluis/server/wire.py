"""Answers of the gateway: as the bytes of HTTP/1.1, and as the events of ASGI."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from sluis.core.message import Response

# On each answer of the gateway. It shares the portal's host name: nothing it sends may run.
STANDING = (
    b"content-security-policy: default-src 'none'; sandbox\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"cache-control: no-store\r\n"
)


def serialised(response: Response, default_headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return an answer of the gateway as the bytes on the wire."""
    lines = [STATUS_LINE[response.status]]
    for name, value in default_headers:
        lines += (name, b": ", value, b"\r\n")
    for name, value in response.headers:
        if b"\n" in value or b"\r" in value:
            raise ValueError(f"Header {name!r} holds a line break.")
        lines += (name, b": ", value, b"\r\n")
    body = response.body
    lines += (response.lines, STANDING)
    if body:  # of nothing there is no kind: clients would read it as one
        lines += (b"content-type: ", response.content_type, b"\r\n")
    lines += (b"content-length: %d\r\n\r\n" % len(body), body)
    return b"".join(lines)


async def send_response(response: Response, send: Any) -> None:
    """Send an answer of the gateway as ASGI events."""
    lines = (response.lines + STANDING).split(b"\r\n")[:-1]
    own = {name for name, _ in response.headers}  # which may keep an answer for a while
    standing = [(n, v) for n, _, v in (line.partition(b": ") for line in lines) if n not in own]
    kind = [(b"content-type", response.content_type)] if response.body else []
    length = (b"content-length", b"%d" % len(response.body))
    headers = [*response.headers, *standing, *kind, length]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
