"""Many rows in one statement: all of them, in few statements, or none."""

import pytest
from django.db import IntegrityError, connection, transaction

from sluis.server.models.job import WakeUp
from sluis.storage.batch import ROWS_A_STATEMENT, insert, statement

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = ("lane", "environment", "at")


def put(numbers):
    rows = [(number, "port/uat", 7 * number) for number in numbers]
    with transaction.atomic():
        insert(connection, "server_wakeup", COLUMNS, rows)
    return rows


def kept():
    return list(WakeUp.objects.order_by("lane").values_list("lane", "environment", "at"))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 31, 63, 64, 65, 127, 128, 200])
def test_all_rows_are_there_once(count):
    rows = put(range(count))
    assert kept() == rows


@pytest.mark.sqlite
def test_few_statements_do_for_every_number_of_rows():
    statement.cache_clear()
    for count in range(200):
        WakeUp.objects.all().delete()
        put(range(count))
    assert statement.cache_info().currsize == ROWS_A_STATEMENT.bit_length()


def test_none_are_there_when_one_is_wrong():
    put([70])
    with pytest.raises(IntegrityError):
        put(range(100))
    assert [lane for lane, _, _ in kept()] == [70]
