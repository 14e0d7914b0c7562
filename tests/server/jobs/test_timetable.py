"""The retry timetable, under a clock that is only a number."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core.moments import HOUR, SECOND
from sluis.server.jobs import timetable
from sluis.server.jobs.timetable import Verdict, next_at, verdict, waiting_asked

OFFSETS = {  # as Standard Webhooks prints them
    1: "0:00:00",
    2: "0:00:05",
    3: "0:05:05",
    4: "0:35:05",
    5: "2:35:05",
    6: "7:35:05",
    7: "17:35:05",
    8: "31:35:05",
    9: "51:35:05",
    10: "75:35:05",
}
chances = st.floats(0, 1, exclude_max=True)


def seconds(text):
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


def attempts(chance, **more):
    """Return when each attempt of a push that always fails begins."""
    at, found = 0, []
    while at is not None:
        found.append(at)
        at = next_at(len(found), 0, at, chance, **more)
    return found


def test_follows_the_table():
    middle = attempts(lambda: 0.5)
    assert [at // SECOND for at in middle] == [seconds(text) for text in OFFSETS.values()]


@given(st.lists(chances, min_size=10, max_size=10))
def test_keeps_each_gap_within_a_fifth(drawn):
    numbers = iter(drawn)
    found = attempts(lambda: next(numbers))
    gaps = [(b - a) / SECOND for a, b in pairwise(found)]
    assert len(found) == timetable.ATTEMPTS
    for gap, planned in zip(gaps, timetable.GAPS, strict=True):
        assert 0.8 * planned - 1 <= gap <= 1.2 * planned + 1


@given(chances, st.integers(0, 10**15))
def test_never_tries_after_four_days(chance, asked):
    found = attempts(lambda: chance, overloaded=True, retry_after=asked)
    assert found[-1] <= 96 * HOUR
    assert len(found) <= timetable.ATTEMPTS


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        pytest.param(None, 60 * SECOND, id="a minute at least"),
        pytest.param(600 * SECOND, 600 * SECOND, id="as long as asked"),
        pytest.param(48 * HOUR, 24 * HOUR, id="no longer than a day"),
    ],
)
def test_leaves_alone_who_is_overloaded(asked, at):
    assert next_at(1, 0, 0, lambda: 0.5, overloaded=True, retry_after=asked) == at


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (299, Verdict.DELIVERED),
        (301, Verdict.FAILED),
        (307, Verdict.FAILED),
        (400, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (408, Verdict.FAILED),
        (409, Verdict.FAILED),
        (410, Verdict.GONE),
        (422, Verdict.REFUSED),
        (425, Verdict.FAILED),
        (429, Verdict.OVERLOADED),
        (500, Verdict.FAILED),
        (502, Verdict.OVERLOADED),
        (503, Verdict.OVERLOADED),
        (504, Verdict.OVERLOADED),
        (None, Verdict.FAILED),
        (999, Verdict.FAILED),
    ],
)
def test_understands_answers(status, meaning):
    assert verdict(status) is meaning


@pytest.mark.parametrize(
    ("header", "microseconds"),
    [
        ("120", 120 * SECOND),
        (" 7 ", 7 * SECOND),
        ("999999999999999999999", 24 * HOUR),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60 * SECOND),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Thu, 01 Jan 2026 00:00:00 +99999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 24 * HOUR),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_reads_retry_after(header, microseconds):
    assert waiting_asked(header, 0) == microseconds
