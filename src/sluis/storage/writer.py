"""One thread that writes what hot paths leave behind, in batches.

Putting costs the hot path one append. A batch is one transaction; one that fails is tried
again row by row, so that only the guilty row is lost, and said so in the log. While the
database does not answer, rows wait.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

logger = logging.getLogger(__name__)
Row = TypeVar("Row")
ROWS_AT_ONCE = 5_000
ROWS_WAITING_AT_MOST = 500_000  # some 200 MB; the oldest are dropped


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
        if self._rows:
            logger.error("rows lost", extra={"rows": len(self._rows)})
        connection.close()

    def _flush(self) -> None:
        """Write what is there now: what comes meanwhile waits its turn, to fill a batch too."""
        waiting = len(self._rows)
        while waiting:
            count = min(waiting, ROWS_AT_ONCE)
            waiting -= count
            rows = [self._rows.popleft() for _ in range(count)]
            # Whatever goes wrong, this thread must live: it is the only one that writes.
            try:
                self._store(rows)
            except (InterfaceError, OperationalError):
                # No row is guilty: the database is away, locked or full. Wait for it.
                logger.exception("batch put off", extra={"rows": count})
                connection.close_if_unusable_or_obsolete()
                self._put_back(rows)
                return
            except Exception:
                logger.exception("batch failed", extra={"rows": count})
                self._one_by_one(rows)

    def _store(self, rows: Sequence[Row]) -> None:
        with transaction.atomic():
            self._write(rows)

    def _one_by_one(self, rows: Sequence[Row]) -> None:
        for row in rows:
            try:
                self._store([row])
            except Exception:
                logger.exception("row failed", extra={"row": repr(row)[:300]})

    def _put_back(self, rows: Sequence[Row]) -> None:
        self._rows.extendleft(reversed(rows))
        while len(self._rows) > ROWS_WAITING_AT_MOST:
            self._rows.popleft()
