"""The harness finds the mistakes that such code is often made with: it can fail."""

import pytest

from tests.server.jobs.faulty import (
    CUTS_TO_FIND_A_BUG,
    KILLS_TO_FIND_A_BUG,
    cut_off,
    killed,
    worked,
)
from tests.server.jobs.powercut import PowerCut

pytestmark = pytest.mark.faults


@pytest.mark.parametrize(
    ("bug", "symptom"), [("answer-before-commit", "lost"), ("fan-out-after-commit", "not told")]
)
def test_finds_a_planted_bug(environment, seed, bug, symptom):
    found = killed(environment, seed, KILLS_TO_FIND_A_BUG, bug=bug, until_found=True)
    assert any(fault.startswith(symptom) for fault in found)


@pytest.mark.sqlite
def test_finds_a_commit_that_is_not_flushed(environment, seed, tmp_path):
    """A kill alone would not show it: the operating system writes later what it was given."""
    cut = PowerCut(environment["SLUIS_HOME"], tmp_path)
    found = killed(
        environment, seed, KILLS_TO_FIND_A_BUG, bug="no-flush", cut=cut, until_found=True
    )
    assert any(fault.startswith("lost") for fault in found)


@pytest.mark.postgresql
def test_finds_a_missing_fence(environment, seed):
    found = worked(environment, seed, "no-fence")
    assert any(fault.startswith(("twice", "told", "not told", "lost")) for fault in found)


@pytest.mark.postgresql
def test_finds_a_broken_commit_that_is_believed(environment, seed):
    found = cut_off(environment, seed, CUTS_TO_FIND_A_BUG, after_it=False, bug="believe-commits")
    assert any(fault.startswith("lost") for fault in found)
