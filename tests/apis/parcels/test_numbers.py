"""Numbers of barcodes in the database: each once, whoever asks, and in whichever serie."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluis.apis.parcels.rules.barcode import Numbers, numbers
from sluis.apis.parcels.store import Spent
from sluis.apis.parcels.tables.models import Stem, Taken
from sluis.apis.parcels.tables.store import open_store
from sluis.core.api import Opening

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = numbers("3S", "DEVC", "", "")


def store(environment="parcels/sandbox"):
    return open_store(Opening(environment, True, b""))


def some(opened, wanted, count):
    return [opened.next_number(wanted) for _ in range(count)]


def test_begins_at_the_beginning_and_goes_on():
    assert some(store(), WHOLE, 250) == list(range(250))


def test_a_restart_leaves_a_gap_and_repeats_nothing():
    before, after = some(store(), WHOLE, 3), some(store(), WHOLE, 3)
    assert before == [0, 1, 2]
    assert after == [100, 101, 102]


def test_a_block_is_in_the_database_before_a_number_of_it_leaves():
    opened = store()
    for number in some(opened, WHOLE, 101):
        assert Taken.objects.filter(first__lte=number, last__gte=number).exists()


def test_neighbouring_blocks_are_one_row():
    some(store(), WHOLE, 1000)
    assert list(Taken.objects.values_list("first", "last")) == [(0, 999)]


def test_a_short_serie_is_used_to_its_end():
    short = Numbers("CC1234", 4, 50, 199)
    opened = store()
    assert sorted(some(opened, short, 150)) == list(range(50, 200))
    with pytest.raises(Spent):
        opened.next_number(short)


def test_series_that_overlap_share_their_numbers():
    opened = store()
    inner = numbers("3S", "DEVC", "", "0000100-0100099")
    found = some(opened, inner, 150) + some(opened, WHOLE, 300) + some(store(), inner, 10)
    assert len(set(found)) == len(found)


def test_environments_stems_and_widths_have_numbers_of_their_own():
    wide = numbers("3S", "DEVC", "", "000000000-999999999")
    other = numbers("3S", "KADE", "", "")
    assert [
        store().next_number(WHOLE),
        store().next_number(wide),
        store().next_number(other),
        store("parcels/production").next_number(WHOLE),
    ] == [0, 0, 0, 0]


SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 2), SPANS, st.integers(1, 30)), max_size=12))
def test_issues_each_number_once_until_all_are_issued(asked):
    """Against a set of what was issued: stores at random, series that overlap at random."""
    Stem.objects.all().delete()
    stores = [store() for _ in range(3)]
    issued = set()
    for which, (first, last), count in asked:
        wanted = Numbers("3SX", 2, first, last)
        for _ in range(count):
            try:
                number = stores[which].next_number(wanted)
            except Spent:
                # In blocks of one nothing is left with another store.
                assert set(range(first, last + 1)) <= issued
                break
            assert first <= number <= last
            assert number not in issued
            issued.add(number)


def test_threads_of_several_processes_never_get_the_same_number():
    stores = [store() for _ in range(3)]

    def ask(number):
        try:
            return some(stores[number % 3], WHOLE, 120)
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        found = [number for block in pool.map(ask, range(9)) for number in block]
    assert len(set(found)) == len(found) == 9 * 120
