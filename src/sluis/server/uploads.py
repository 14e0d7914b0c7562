"""Forms with files: larger than any call may be, and slower; so there is room for few of them.

What is bound is the memory that all of them take together, from the first byte until the page
has answered. Who sends slowly holds only what came, and that not for long.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sluis.core.attachment import FILE_BYTES, FILES
from sluis.core.problem import Problem, Reason

UPLOAD_PATHS = ("/tickets/", "/contact/", "/desk/")
UPLOAD_BYTES = FILES * FILE_BYTES + 1024 * 1024
UPLOAD_SECONDS = 240.0  # the largest form on a line that sends a megabit a second
ALL_BYTES = 4 * UPLOAD_BYTES
Receive = Callable[[], Awaitable[Any]]


def brings_files(scope: Any) -> bool:
    if scope["method"] != "POST" or not scope["path"].startswith(UPLOAD_PATHS):
        return False
    return any(
        name == b"content-type" and value.lower().startswith(b"multipart/form-data")
        for name, value in scope["headers"]
    )


class Uploads:
    """Counts what is held in memory. Used on the loop only, so nothing is locked."""

    def __init__(self) -> None:
        self.held_bytes = 0

    @contextmanager
    def counted(self, receive: Receive) -> Iterator[Receive]:
        """Yield a `receive` that counts, and refuses with `Problem` what there is no room for."""
        own = 0

        async def counting() -> Any:
            nonlocal own
            message = await receive()
            size = len(message.get("body", b""))
            own += size
            self.held_bytes += size
            if self.held_bytes > ALL_BYTES:
                detail = "Too many files are being sent at this moment. Try again in a minute."
                raise Problem(Reason.UNAVAILABLE, detail, wait_seconds=60)
            return message

        try:
            yield counting
        finally:
            self.held_bytes -= own
