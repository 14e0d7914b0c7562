"""Passwords are compared in a thread of their own, one at a time: each takes 35 ms and 19 MiB."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from sluis.server.passwords import Argon2


class Busy(Exception):
    """More passwords are waiting than can be answered in a reasonable time."""


class Outcome(NamedTuple):
    matches: bool
    rehashed: str | None  # the same password under today's parameters, where they have changed


class Hashing:
    def __init__(self, waiting_at_most: int) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self.waiting_at_most = waiting_at_most
        self.waiting = 0
        hasher = Argon2()
        # What is compared for a name that nobody has, so that it takes as long.
        self.decoy = hasher.encode("nobody's", hasher.salt())

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place among those that wait, for as long as the block; raises `Busy`."""
        if self.waiting >= self.waiting_at_most:
            raise Busy
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def compare(self, password: str, kept: str | None) -> Outcome:
        """Return whether the password is the kept one; always costs the same."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.thread, compare, password, kept or "", self.decoy)

    def stop(self) -> None:
        self.thread.shutdown()


def compare(password: str, kept: str, decoy: str) -> Outcome:
    hasher = Argon2()
    # Not ours: a name nobody has, or a person who has not chosen a password yet.
    ours = kept.startswith(f"{hasher.algorithm}$")
    matches = hasher.verify(password, kept if ours else decoy) and ours
    outdated = matches and hasher.must_update(kept)
    return Outcome(matches, hasher.encode(password, hasher.salt()) if outdated else None)
