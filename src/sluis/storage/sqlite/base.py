"""Django's SQLite backend, with one lock in the process around each writing transaction.

SQLite lets one connection write and makes the others poll; beside a busy writer a page
waited 1.7 s for its turn. Threads of one process can do better: they wait here, in order of
arrival, and get the database within milliseconds. Other processes still poll, as before.
"""

from typing import Any

from django.db.backends.sqlite3 import base

from sluis.storage.sqlite.turns import Turns

WRITING = Turns()


class DatabaseWrapper(base.DatabaseWrapper):
    holds = False

    def _start_transaction_under_autocommit(self) -> None:
        WRITING.acquire()
        self.holds = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self.release()
            raise

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        super().set_autocommit(autocommit, *args, **kwargs)
        if autocommit:
            self.release()

    def run_and_clear_commit_hooks(self) -> None:
        # The transaction is over: what follows a commit may open one of its own, or fail.
        self.release()
        super().run_and_clear_commit_hooks()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.release()

    def release(self) -> None:
        if self.holds:
            self.holds = False
            WRITING.release()
