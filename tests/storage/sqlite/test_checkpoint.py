"""What was written is moved into place beside those who write and read."""

import os
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from sluis.server.models import Organisation
from sluis.storage.sqlite import checkpoint
from sluis.storage.sqlite.base import WRITING

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]
PATIENCE_S = 20


def write(count=500):
    with transaction.atomic():
        Organisation.objects.bulk_create(Organisation(name="x" * 200) for _ in range(count))


def written_at():
    """Return when the database itself was written, without its log."""
    return os.stat(connection.settings_dict["NAME"]).st_mtime_ns


def wait_for(condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(checkpoint, "AWAY_SECONDS", 0.01)
    made = checkpoint.Checkpoints()
    yield made
    made.stop()


def test_moves_all_that_was_written():
    checkpoint.checkpoint()
    before = written_at()
    write()
    assert written_at() == before
    pages, moved = checkpoint.checkpoint()
    assert pages == moved > 0
    assert written_at() > before


def test_waits_for_nobody_who_reads():
    reading, done = threading.Event(), threading.Event()

    def read():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM server_organisation")
            reading.set()
            done.wait(PATIENCE_S)
            cursor.execute("COMMIT")
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert reading.wait(PATIENCE_S)
        write()
        pages, moved = checkpoint.checkpoint()
        assert moved < pages
    finally:
        done.set()
        reader.join()
    pages, moved = checkpoint.checkpoint()
    assert moved == pages


def test_goes_on_by_itself(often):
    checkpoint.checkpoint()
    before = written_at()
    often.start()
    write()
    wait_for(lambda: written_at() > before)


@pytest.mark.parametrize(
    ("pages", "held"),
    [
        pytest.param(99, [False], id="a short log"),
        pytest.param(100, [False, False, False, True], id="a long log"),
    ],
)
def test_keeps_writers_waiting_for_what_is_left_of_a_long_log(monkeypatch, pages, held):
    found = []

    def one_pass():
        found.append(WRITING.is_mine())
        return pages, 0

    monkeypatch.setattr(checkpoint, "LONG_PAGES", 100)
    monkeypatch.setattr(checkpoint, "checkpoint", one_pass)
    checkpoint.move()
    assert found == held


def test_a_log_begins_anew_although_somebody_always_writes(often, monkeypatch):
    monkeypatch.setattr(checkpoint, "LONG_PAGES", 100)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")  # of this connection, which writes
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = f"{connection.settings_dict['NAME']}-wal"
    write(50)
    each = os.stat(log).st_size
    often.start()
    for _ in range(399):
        write(50)
        time.sleep(0.002)  # as one does who has to compute what to write
    connection.close()
    assert os.stat(log).st_size < 400 * each / 2


def test_goes_on_after_a_fault(often, monkeypatch, caplog):
    working, faults = checkpoint.checkpoint, iter([OperationalError("disk full")] * 3)

    def faulty():
        fault = next(faults, None)
        if fault is not None:
            raise fault
        return working()

    working()
    before = written_at()
    write()
    monkeypatch.setattr(checkpoint, "checkpoint", faulty)
    often.start()
    wait_for(lambda: written_at() > before)
    assert [record.message for record in caplog.records] == [
        "what was written is not moved into its place"
    ] * 3


def test_ends_before_it_began(often):
    often.stop()
    assert not often.thread.is_alive()
