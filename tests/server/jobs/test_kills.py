"""Processes are killed, and worked beside: no promise is broken."""

import pytest

from tests.server.jobs.faulty import KILLS, killed, worked
from tests.server.jobs.harness import Sink

pytestmark = pytest.mark.faults


def test_a_kill_loses_nothing(environment, seed):
    sink = Sink(seed)
    try:
        assert killed(environment, seed, KILLS, sink=sink) == []
    finally:
        sink.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("bug", ["", "no-locks"])
def test_several_processes_apply_each_step_once(environment, seed, bug):
    """Also without the locks that keep them apart: what decides is the fence."""
    assert worked(environment, seed, bug) == []
