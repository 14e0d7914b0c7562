"""Mistakes that the harness has to find: each is a way in which such code is often wrong."""

import time

from django.db import transaction

from sluis.server.jobs import apply, worker
from sluis.storage import jobs as storage
from sluis.storage.sqlite.dialect import SQLite


def plant(name):
    globals()[name.replace("-", "_")]()


def answer_before_commit():
    """Acknowledge what is queued, and store it right after."""

    def accept(self, batch):
        worker.resolve([(waiting.future, None) for waiting in batch])
        time.sleep(0.02)  # as a disk that is slow to flush: a fast one hides the bug for long
        worker.stored([waiting.item for waiting in batch])

    worker.Worker.accept = accept


def no_fence():
    """Advance a lane wherever it was; locks are left out too, which would hide it."""
    from sluis.storage.postgresql.dialect import PostgreSQL

    PostgreSQL.locked = ""

    def advance(lanes):
        for lane in lanes:
            with storage.open_cursor() as cursor:
                cursor.execute(
                    "UPDATE server_lane SET applied_seq = %s, tries = 0,"
                    " waiting_since = CASE WHEN last_seq > %s THEN %s END"
                    " WHERE id = %s",
                    [lane.after, lane.after, lane.since, lane.id],
                )

    storage.advance = advance


def no_locks():
    """Leave the locks out and keep the fence: this must do no harm."""
    from sluis.storage.postgresql.dialect import PostgreSQL

    PostgreSQL.locked = ""


def fan_out_after_commit():
    """Store notifications in a transaction of their own, after the one that applied."""

    def written(self, batch):
        told, batch.told = batch.told, []
        outcome = original(self, batch)
        if told:

            def later():
                time.sleep(0.01)  # as long as a broker takes for a batch
                batch.told = told
                with transaction.atomic():
                    apply.tell(batch, int(self.now() * 1e6))

            transaction.on_commit(later)
        return outcome

    original = apply.Applier.written
    apply.Applier.written = written


def believe_commits():
    """Take a commit that was not answered for one that was done."""
    worker.committed = lambda number: True


def no_flush():
    """Commit without waiting for the disk, and do not look at the start whether that is so."""
    from django.db.backends.signals import connection_created

    from sluis.server import durable

    def hasten(connection, **_):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")

    connection_created.connect(hasten, weak=False)
    durable.flushes_before_answering = lambda: True


assert SQLite  # imported, so that whoever plants on SQLite finds it
