"""Threads of one process write one after the other, and wait for each other in peace."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from sluis.server.models import Organisation
from sluis.storage.sqlite.base import WRITING

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]
PATIENCE_S = 30


def in_thread(deed):
    """Run in another thread, which closes its connection; return what came of it."""
    found = []

    def run():
        try:
            found.append(deed())
        except Exception as error:  # noqa: BLE001 - for the test to look at
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE_S)
    assert found, "The thread still waits."
    return found[0]


def write():
    with transaction.atomic():
        Organisation.objects.create(name="Somebody")
    return "written"


def is_free():
    """Return whether another thread could write now."""
    return WRITING.owner is None


def test_nobody_else_writes_during_a_transaction():
    with transaction.atomic():
        assert in_thread(is_free) is False
    assert in_thread(is_free) is True


def test_a_transaction_within_one_gives_nothing_back_too_early():
    with transaction.atomic():
        with transaction.atomic():
            pass
        assert in_thread(is_free) is False


def test_a_transaction_that_fails_gives_way():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert in_thread(write) == "written"


def test_a_transaction_that_the_database_refuses_gives_way():
    one = Organisation.objects.create(name="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(id=one.pk, name="Again")
    assert in_thread(write) == "written"


def test_a_connection_that_is_closed_half_way_gives_way():
    def closes():
        with transaction.atomic():
            connection.close()

    in_thread(closes)
    assert in_thread(write) == "written"


def test_reading_waits_for_nobody():
    with transaction.atomic():
        Organisation.objects.create(name="One")
        assert in_thread(Organisation.objects.count) == 0


def test_many_writers_all_get_their_turn():
    ended = []

    def several():
        ended.extend(write() for _ in range(20))
        connection.close()

    threads = [threading.Thread(target=several) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(ended) == 160
    assert Organisation.objects.count() == 160


def test_every_commit_is_flushed():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
