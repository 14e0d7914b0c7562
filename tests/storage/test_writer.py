"""Rows on their way to the database: in batches, none lost but the guilty."""

import logging
import threading
import time

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from sluis.gateway.records import Record
from sluis.server.answers import records
from sluis.server.answers.calls import each
from sluis.storage.batch import insert
from sluis.storage.writer import Writer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


def record(trace, organisation="org-1", **more):
    values = {
        "at": 1.0,
        "environment": "port/uat",
        "api": "ships",
        "operation": "list-ships",
        "application": None,
        "person": None,
        "status": 200,
        "reason": None,
        "microseconds": 50,
        "request_bytes": 0,
        "response_bytes": 10,
    }
    return Record(trace=trace, organisation=organisation, **values | more)


def written(rows, write=records.write, every_seconds=0.01):
    """Put the rows and stop; return the traces that are in the database."""
    writer = Writer(write, every_seconds=every_seconds)
    writer.start()
    for row in rows:
        writer.put(row)
    writer.stop()
    return stored()


def stored():
    return sorted(call.trace for call in each(0, 2))


def test_stopping_writes_all_that_was_put():
    rows = [record(f"{number:032x}") for number in range(12_000)]
    assert len(written(rows, every_seconds=60)) == 12_000


def test_what_was_put_is_written_before_long():
    writer = Writer(records.write, every_seconds=0.01)
    writer.start()
    writer.put(record("a"))
    until = time.monotonic() + PATIENCE_S
    while not stored() and time.monotonic() < until:
        pass
    assert stored() == ["a"]
    writer.stop()


def test_keeps_every_field():
    whole = record("a", application="app-1", person="p", reason="fault", microseconds=7)
    written([whole])
    assert list(each(0, 2)) == [whole]


POISON = [
    pytest.param(record("bad", "\ud800"), id="half a surrogate pair"),
    pytest.param(record("bad", status=None), id="a column without its value"),
    pytest.param(record("bad", microseconds=2**70), id="a number that no column holds"),
]
ON_POSTGRESQL = [
    pytest.param(record("bad", "a\0b"), id="a NUL"),
    pytest.param(record("bad", "x" * 33), id="a text that is too long"),
]


def mixed(poison):
    return [record("a"), record("b"), poison, record("c")]


@pytest.mark.parametrize("poison", POISON)
def test_loses_the_guilty_row_only(poison, caplog):
    assert written(mixed(poison)) == ["a", "b", "c"]
    assert any("bad" in getattr(logged, "row", "") for logged in caplog.records)


@pytest.mark.parametrize("poison", ON_POSTGRESQL)
def test_loses_only_the_row_that_postgresql_refuses(poison):
    refused = ["bad"] if connection.vendor == "sqlite" else []  # which keeps anything
    assert written(mixed(poison)) == sorted(["a", "b", "c", *refused])


def test_goes_on_after_a_guilty_row():
    writer = Writer(records.write, every_seconds=0.01)
    writer.start()
    writer.put(record("bad", "\ud800"))
    until = time.monotonic() + PATIENCE_S
    while writer._rows and time.monotonic() < until:
        pass
    writer.put(record("a"))
    writer.stop()
    assert stored() == ["a"]


def test_rows_wait_in_their_order_for_a_database_that_is_away(caplog):
    caplog.set_level(logging.CRITICAL)
    away, order = [True] * 3, []

    def write(rows):
        if away:
            away.pop()
            raise OperationalError("the database is away")
        order.extend(row.trace for row in rows)
        records.write(rows)

    writer = Writer(write, every_seconds=0.001)
    for trace in "abc":
        writer.put(record(trace))
    writer.start()
    until = time.monotonic() + PATIENCE_S
    while not order and time.monotonic() < until:
        pass
    writer.stop()
    assert order == ["a", "b", "c"]
    assert stored() == ["a", "b", "c"]


def test_says_what_it_could_not_write_before_it_stopped(caplog):
    def write(rows):
        raise OperationalError("the database is away")

    written([record("a"), record("b")], write)
    assert caplog.records[-1].getMessage() == "rows lost"
    assert caplog.records[-1].rows == 2


def test_a_batch_is_all_or_nothing():
    calls = []

    def write(rows):
        calls.append(len(rows))
        records.write(rows)
        if len(rows) > 1:
            raise ValueError("after it was written")

    assert written([record("a"), record("b")], write) == ["a", "b"]
    assert calls == [2, 1, 1]


def test_an_error_of_a_batch_is_one_that_django_knows():
    columns = ("first_at", "last_at", "calls", "packed")
    with pytest.raises(DatabaseError), transaction.atomic():
        insert(connection, "server_callbatch", columns, [(1.0, 1.0, None, b"")])


def test_the_thread_takes_its_connection_along_when_it_ends():
    before = threading.active_count()
    written([record("a")])
    assert threading.active_count() == before
