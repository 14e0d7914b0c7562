"""The README's commands, pasted into a shell as they stand."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite  # which is what its `make run` serves from

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
VENV = Path(sys.executable).parents[1]


@pytest.fixture(scope="module")
def printed(sluis, tmp_path_factory):
    """Return the lines that a shell prints when all blocks are pasted, one after the other."""
    clone = tmp_path_factory.mktemp("clone")
    (clone / ".venv").symlink_to(VENV)
    pasted = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(BLOCKS)],
        cwd=clone,
        env=sluis.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert pasted.returncode == 0, pasted.stderr
    return pasted.stdout.splitlines()


def test_there_are_commands_to_paste():
    assert len(BLOCKS) == 3


def test_ship_stays_are_answered(printed):
    stays = json.loads(printed[0])
    assert len(stays) > 5
    assert all(stay["ship"]["imo_number"] and stay["stay_number"] for stay in stays)


def test_one_reading_of_the_weather_is_answered(printed):
    (reading,) = json.loads(printed[1])
    assert reading["location"]["name"] == "Prosperpolder"
    assert 0 <= reading["ws_600"] < 60


def test_the_state_of_the_bridges_is_answered(printed):
    assert {bridge["state"] for bridge in json.loads(printed[2])} <= {
        "GOING_UP",
        "GOING_DOWN",
        "UP",
        "DOWN",
        "NO_DATA",
        "UNKNOWN",
    }


def test_a_hundred_calls_are_answered_and_the_next_is_not(printed):
    counts = [line.split() for line in printed[3:] if re.fullmatch(r"\s*\d+ \d{3}", line)]
    assert {status: int(count) for count, status in counts} == {"200": 99, "429": 1}


def test_the_refusal_says_when_to_come_back(printed):
    refusal = "\n".join(printed[5:])
    assert "HTTP/1.1 429" in refusal
    wait = int(re.search(r"retry-after: (\d+)", refusal)[1])
    assert 86_000 < wait <= 86_400
    assert f"Rate limit is exceeded. Try again in {wait} seconds." in refusal


def test_everything_the_readme_links_to_is_there():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists()


def test_the_readme_fits_a_screen_or_two():
    assert len(README.splitlines()) < 115


def told(printed, container):
    """Return what the agent was told of a container, oldest first."""
    answers = [json.loads(line) for line in printed if line.startswith('[{"nxtEntityId"')]
    (found,) = [rows for rows in answers if rows[0]["equipmentNumber"] == container]
    return [row["event"] for row in reversed(found)]


def test_a_container_is_walked_from_its_release_to_gate_out(printed):
    assert told(printed, "TSTU1000019") == [
        "ReleaseLightChanged",
        "Update",
        "ReleaseLightChanged",
        "ReleaseLightChanged",
        "Transferred",
        "AcceptedByNextParty",
        "ReleaseLightChanged",
        "ReleaseLightChanged",
        "GateOut",
    ]


def test_another_is_revoked_and_deleted(printed):
    events = ["ReleaseLightChanged", "RevokedByPreviousParty", "Delete"]
    assert told(printed, "TSTU1000024") == events
