"""The lock around writing transactions: whoever has it gives it back, whatever happens."""

import threading

import pytest
from django.db import connection, transaction

from sluis.server.models import Organisation
from sluis.storage.sqlite.base import WRITING

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]


def somebody_else_can_write():
    """Return whether another thread gets its turn soon; one that does not goes when it does."""
    got = threading.Event()

    def attempt():
        with WRITING:
            got.set()

    threading.Thread(target=attempt, daemon=True).start()
    return got.wait(0.2)


def test_is_free_after_a_transaction():
    with transaction.atomic():
        assert not somebody_else_can_write()
    assert somebody_else_can_write()


def test_is_free_after_a_transaction_within_what_follows_a_commit():
    def write_more():
        with transaction.atomic():
            Organisation.objects.create(name="later")

    with transaction.atomic():
        transaction.on_commit(write_more)
    assert Organisation.objects.filter(name="later").exists()
    assert somebody_else_can_write()


def test_is_free_after_a_fault_in_what_follows_a_commit():
    def fail():
        raise LookupError

    def work():
        with transaction.atomic():
            transaction.on_commit(fail)

    with pytest.raises(LookupError):
        work()
    assert somebody_else_can_write()


def test_is_free_after_a_rollback():
    def work():
        with transaction.atomic():
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert somebody_else_can_write()


def test_is_free_after_the_connection_is_closed_half_way():
    connection.set_autocommit(False)
    connection.close()
    assert somebody_else_can_write()
