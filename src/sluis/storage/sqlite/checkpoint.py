"""Moves what was written into its place, beside those who write.

SQLite does so within the commit that finds its log long: 32 MB take it 100 ms, in which nobody is
accepted. Here a thread of its own does it a little at a time, so that such a commit finds hardly
anything left to move.
"""

import logging
import threading

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.25
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
                checkpoint()
            except DatabaseError:
                logger.exception("what was written is not moved into its place")
                connection.close_if_unusable_or_obsolete()
                pause = AWAY_SECONDS
        connection.close()


def checkpoint() -> tuple[int, int]:
    """Move what can be moved; return the pages in the log, and how many of them are in place."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, pages, moved = cursor.fetchone()
    return pages, moved
