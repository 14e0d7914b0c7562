"""One thread that writes what hot paths leave behind, in batches.

Putting costs the hot path one append. A batch is one transaction; one that fails is tried
again row by row, so that only the guilty row is lost, and said so in the log.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, transaction

logger = logging.getLogger(__name__)
Row = TypeVar("Row")
ROWS_AT_ONCE = 5_000


class Writer(Generic[Row]):
    """Hands what was put to `write`, within `every_seconds`, and what is left at `stop`."""

    def __init__(self, write: Callable[[Sequence[Row]], Any], *, every_seconds: float) -> None:
        self._write = write
        self._every_seconds = every_seconds
        self._rows: deque[Row] = deque()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self.put = self._rows.append  # atomic, and as cheap as it gets

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what is left; when this returns, everything that was put is in the database."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_seconds):
            self._flush()
        self._flush()
        connection.close()

    def _flush(self) -> None:
        while self._rows:
            count = min(len(self._rows), ROWS_AT_ONCE)
            rows = [self._rows.popleft() for _ in range(count)]
            try:
                with transaction.atomic():
                    self._write(rows)
            except Exception:
                # Whatever went wrong, this thread must live: it is the only one that writes.
                logger.exception("batch failed", extra={"rows": count})
                self._one_by_one(rows)

    def _one_by_one(self, rows: Sequence[Row]) -> None:
        connection.close_if_unusable_or_obsolete()
        for row in rows:
            try:
                with transaction.atomic():
                    self._write([row])
            except (DatabaseError, ValueError):
                logger.exception("row failed", extra={"row": repr(row)[:300]})
