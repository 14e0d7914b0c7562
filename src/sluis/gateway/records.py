"""What is kept of each call."""

import itertools
import os
import time
from collections.abc import Callable

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """One call, in the order of the columns of the table `CallRecord`."""

    trace: str
    at: float  # seconds since 1970, real time
    environment: str
    api: str
    operation: str
    application: str | None
    organisation: str | None
    person: str | None
    status: int
    reason: str | None
    microseconds: int
    request_bytes: int
    response_bytes: int


def traces(now: Callable[[], float] = time.time) -> Callable[[], str]:
    """Return a maker of trace ids: 32 hexadecimal digits, as a W3C trace id is.

    They begin with the time in milliseconds, so that they sort by age and their index grows
    at its end; 40 random bits of this process and a counter follow.
    """
    process = int.from_bytes(os.urandom(5)) << 40
    count = itertools.count(int.from_bytes(os.urandom(4)))

    def new_trace() -> str:
        number = int(now() * 1000) << 80 | process | next(count) & 0xFFFFFFFFFF
        return number.to_bytes(16).hex()

    return new_trace
