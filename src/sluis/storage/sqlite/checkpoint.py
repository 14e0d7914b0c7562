"""Moves what was written into its place, beside those who write.

SQLite does so within the commit that finds its log long, and flushes all of it there: for 32 MB
nobody is accepted for 50 to 100 ms. Here a thread of its own moves and flushes beside them, and
keeps them waiting only for the little that they wrote meanwhile; then the log begins anew.
"""

import logging
import threading

from django.db import DatabaseError, connection

from sluis.storage.sqlite.base import WRITING

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.25
LONG_PAGES = 2_000  # 8 MB; a shorter log goes on: to begin anew costs a flush of its own
PASSES = 3  # beside those who write: each has a fifth to move and flush of the one before
AWAY_SECONDS = 60.0  # after a fault, as of a full disk: the log keeps everything meanwhile


class Checkpoints:
    """Makes passive checkpoints, which wait for nobody and make nobody wait; from `start` on."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="checkpoints", daemon=True)

    def start(self) -> None:
        if connection.vendor == "sqlite":
            self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread.is_alive():
            self.thread.join()

    def run(self) -> None:
        pause = EVERY_SECONDS
        while not self.stopping.wait(pause):
            pause = EVERY_SECONDS
            try:
                move()
            except DatabaseError:
                logger.exception("what was written is not moved into its place")
                connection.close_if_unusable_or_obsolete()
                pause = AWAY_SECONDS
        connection.close()


def move() -> None:
    """Move what was written; where the log is long, all of it, so that it begins anew."""
    pages, _ = checkpoint()
    if pages >= LONG_PAGES:
        for _ in range(PASSES - 1):
            checkpoint()
        with WRITING:
            checkpoint()


def checkpoint() -> tuple[int, int]:
    """Move what can be moved; return the pages in the log, and how many of them are in place."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, pages, moved = cursor.fetchone()
    return pages, moved
