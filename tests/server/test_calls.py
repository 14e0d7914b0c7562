"""Past calls: found by their trace, counted by the hour, forgotten after 400 days."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from sluis.gateway.records import Record, traces
from sluis.server import chores
from sluis.server.answers import calls, records
from sluis.server.models import CallBatch, CallCount

pytestmark = pytest.mark.django_db(transaction=True)
NOON = 1_700_000_000 // 3600 * 3600


def record(at=float(NOON), trace=None, **more):
    values = {
        "environment": "port/uat",
        "api": "ships",
        "operation": "list-ships",
        "application": None,
        "organisation": "a" * 32,
        "person": None,
        "status": 200,
        "reason": None,
        "microseconds": 50,
        "request_bytes": 1,
        "response_bytes": 10,
    }
    return Record(trace=trace or traces(lambda: at)(), at=at, **values | more)


def write(*batch):
    with transaction.atomic():
        records.write(batch)


def counted(since=NOON):
    return calls.counts("port/uat", "a" * 32, since)


def test_a_call_is_found_by_its_trace():
    some = [record(NOON + number / 10) for number in range(100)]
    for start in range(0, 100, 7):
        write(*some[start : start + 7])
    assert [calls.call(one.trace) for one in some] == some


def test_a_call_that_took_long_is_found_among_those_that_ended_with_it():
    late = record(NOON)
    write(record(NOON + 500), late)
    assert calls.call(late.trace) == late


@pytest.mark.parametrize("trace", ["", "no trace", "0" * 32, f"{NOON * 1000:012x}" + "0" * 20])
def test_of_other_traces_nothing_is_known(trace):
    write(record())
    assert calls.call(trace) is None


def test_calls_are_counted_by_what_became_of_them():
    write(record(), record(NOON + 5), record(status=429, reason="quota-spent"))
    write(record(NOON + 3), record(organisation="b" * 32), record(environment="port/live"))
    assert counted() == {
        ("ships", "list-ships", 200, None): (3, NOON + 5),
        ("ships", "list-ships", 429, "quota-spent"): (1, NOON),
    }


def test_counts_begin_at_an_hour():
    write(record(NOON - 1), record(NOON), record(NOON + 3600))
    assert counted(NOON + 1800) == {
        ("ships", "list-ships", 200, None): (2, NOON + 3600),
    }


def test_an_hour_adds_up():
    write(record(microseconds=5), record(microseconds=7))
    write(record(microseconds=11, response_bytes=0))
    row = CallCount.objects.get()
    assert (row.calls, row.microseconds, row.request_bytes, row.response_bytes) == (3, 23, 3, 20)


@given(
    st.lists(
        st.builds(
            record,
            at=st.floats(1.6e9, 1.7e9),
            person=st.none() | st.text("0123456789abcdef", max_size=32),
            reason=st.none() | st.just("fault"),
            microseconds=st.integers(0, 2**31),
        ),
        min_size=1,
        max_size=50,
    )
)
def test_what_is_packed_comes_out_as_it_went_in(some):
    assert records.unpack(records.pack(some)) == some
    assert sum(map(len, records.grouped(some).values())) == len(some)


def test_calls_are_forgotten_after_400_days():
    now = datetime.fromtimestamp(NOON, UTC)
    old = (now - timedelta(days=400, hours=1)).timestamp()
    kept = (now - timedelta(days=400)).timestamp() + 1
    for _ in range(3):
        write(record(old))
    write(record(kept))
    chores.forget(now)
    assert [batch.last_at for batch in CallBatch.objects.all()] == [kept]
    assert CallCount.objects.count() == 1
