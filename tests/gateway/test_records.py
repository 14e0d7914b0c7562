"""Trace ids sort by age, and no two are equal."""

import re

import pytest

from sluis.gateway.records import began, traces


def test_a_trace_is_thirty_two_hexadecimal_digits():
    assert re.fullmatch(r"[0-9a-f]{32}", traces(lambda: 1_700_000_000.5)())


def test_traces_sort_by_age():
    times = iter(range(1_700_000_000, 1_700_000_050))
    new_trace = traces(lambda: next(times))
    made = [new_trace() for _ in range(50)]
    assert made == sorted(made)


def test_traces_of_one_moment_are_different():
    new_trace = traces(lambda: 1_700_000_000.0)
    assert len({new_trace() for _ in range(10_000)}) == 10_000


def test_traces_of_two_processes_are_different():
    assert traces(lambda: 1.0)()[12:22] != traces(lambda: 1.0)()[12:22]


def test_a_trace_tells_when_its_call_began():
    assert began(traces(lambda: 1_700_000_000.5)()) == 1_700_000_000.5


@pytest.mark.parametrize("text", ["", "4bf92f", "z" * 32, "4BF92F3577B34DA6A3CE929D0E0E4736"])
def test_other_texts_are_no_traces(text):
    assert began(text) is None
