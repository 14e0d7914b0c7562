"""A lock that threads get in the order in which they asked for it.

Python's own is taken again by the thread that just gave it back, before one that waits for it has
woken up: beside a thread that writes one batch after the other a page waited for eight of them.
"""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """Held by one thread at a time, as often as it likes."""

    def __init__(self) -> None:
        self.guard = threading.Lock()  # of the rest of this; held for a moment
        self.owner: int | None = None
        self.depth = 0
        self.waiting: deque[tuple[int, threading.Lock]] = deque()

    def acquire(self) -> None:
        me = threading.get_ident()
        with self.guard:
            if self.owner is None or self.owner == me:
                self.owner, self.depth = me, self.depth + 1
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append((me, turn))
        try:
            turn.acquire()  # whoever has it hands it over
        except BaseException:
            self.withdraw(me, turn)
            raise

    def release(self) -> None:
        """Hand it to who has waited longest. Raises `RuntimeError` in a thread that has it not."""
        with self.guard:
            if self.owner != threading.get_ident():
                raise RuntimeError("This thread does not have the turn.")
            self.depth -= 1
            if self.depth:
                return
            if not self.waiting:
                self.owner = None
                return
            self.owner, turn = self.waiting.popleft()
            self.depth = 1
        turn.release()

    def withdraw(self, me: int, turn: threading.Lock) -> None:
        """Stop waiting; the turn may have been handed over just then."""
        with self.guard:
            waits = (me, turn) in self.waiting
            if waits:
                self.waiting.remove((me, turn))
        if not waits:
            self.release()

    def is_mine(self) -> bool:
        return self.owner == threading.get_ident()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
