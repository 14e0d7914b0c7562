"""What the documentation says is there, and what is there is in the documentation."""

import re
from pathlib import Path

import pytest

from sluis.core.job import QUERIED_HOURS
from sluis.core.moments import HOUR, SECOND
from sluis.core.problem import Reason
from sluis.registry import HOSTED_APIS, PROVIDERS, SCHEMES
from sluis.server.actions import add_channel, replay, rotate_signing
from sluis.server.config import Config
from sluis.server.jobs import (
    accept,
    apply,
    breaker,
    channels,
    deliver,
    push,
    timetable,
    traffic,
    worker,
)
from sluis.server.jobs.pressure import Bounds
from tools.reference import pages

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_the_reference_is_as_the_registry_makes_it(path):
    assert path.read_text() == pages()[path].rstrip() + "\n"


def test_no_page_of_the_reference_is_of_an_api_that_is_gone():
    assert {path.stem for path in (DOCS / "apis").glob("*.md")} == {a.slug for a in HOSTED_APIS}


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_every_operation_is_in_the_reference(api):
    text = (DOCS / "apis" / f"{api.slug}.md").read_text()
    missing = [one.name for one in api.operations if f"`{one.method} {one.path}`" not in text]
    assert not missing


def test_the_reference_asks_for_no_key_that_may_be_left_out():
    text = (DOCS / "apis" / "certified-pickup.md").read_text()
    assert "Asks for `bearer-token`.\nMay be left out: `subscription-key`." in text


def test_every_setting_is_in_the_table_of_settings():
    rows = re.findall(r"^\| `(SLUIS_\w+)`", (DOCS / "configuration.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(f"SLUIS_{name.upper()}" for name in Config.__struct_fields__)


def test_every_default_in_the_table_is_the_real_one():
    text = (DOCS / "configuration.md").read_text()
    for name, default in re.findall(r"^\| `SLUIS_(\w+)` \| `([^`{]+)` \|", text, re.MULTILINE):
        assert str(getattr(Config(), name.lower())) == default


def test_every_reason_is_explained():
    text = (DOCS / "reasons.md").read_text()
    assert [reason for reason in Reason if f"| `{reason}` |" not in text] == []


def test_every_scheme_and_every_open_door_is_named_in_the_divergences_or_the_reference():
    text = "".join(path.read_text() for path in DOCS.rglob("*.md"))
    named = [*SCHEMES, *(door for provider in PROVIDERS for door in provider.doors)]
    assert [name for name in named if name not in text and name.replace("-", " ") not in text] == []


def test_the_words_of_the_glossary_are_those_of_the_code():
    words = re.findall(r"^\| ([A-Z]\w+) \|", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    code = "".join(path.read_text() for path in (ROOT / "src" / "sluis").rglob("*.py"))
    assert len(words) > 15
    assert [word for word in words if not re.search(rf"\b{word.lower()}", code.lower())] == []


def test_the_numbers_of_pushes_are_those_in_force():
    """Each number is that of the requirements, on the page and in the code."""
    rows = dict(
        re.findall(r"^\| (\w.*?) \| (.*) \|$", (DOCS / "pushes.md").read_text(), re.MULTILINE)
    )
    for row, words in {
        "Taken": (f"within {push.TOTAL_SECONDS:.0f} s", f"within {push.CONNECT_SECONDS:.0f} s"),
        "Of the answer": (f"{push.READ_BYTES >> 10} kB", f"{push.KEPT_CHARACTERS >> 10} kB"),
        "Attempts": (f"{timetable.ATTEMPTS}: ", f"{timetable.JITTER:.0%}".replace("%", " %")),
        "Age": (f"{timetable.AGE_AT_MOST // HOUR} h",),
        "429, 502, 503, 504": (
            f"{timetable.SLOWER // SECOND} s",
            f"{timetable.RETRY_AFTER_AT_MOST // HOUR} h",
        ),
        "Breaker": (
            f"of {breaker.ATTEMPTS_AT_LEAST} ",
            f"in {breaker.WINDOW_SECONDS / 60:.0f} min",
            f"{breaker.SHARE_FAILING:.0%}".replace("%", " %"),
            f"of {breaker.PAUSE_SECONDS:.0f} s",
            f"to {breaker.PAUSE_SECONDS_AT_MOST / 60:.0f} min",
        ),
        "Mails": [f"{after // HOUR} h" for after in channels.WARN_AFTER],
        "Disabled": (f"{channels.DISABLE_AFTER // HOUR} h", f" {channels.DISABLE_FOR_FAILED} "),
        "Rate": (
            f"{Config().pushes_per_second} a second",
            f" {traffic.AT_ONCE_PER_CHANNEL} at once",
            f" {deliver.AT_ONCE} at once",
        ),
        "Channels": (f"{add_channel.CHANNELS_AT_MOST} of",),
        "Replay": (f"{QUERIED_HOURS} h", f"at {replay.PER_SECOND} a second"),
        "Signing secret": (f"{rotate_signing.OVERLAP_SECONDS // 3600} h",),
    }.items():
        assert [one for one in words if one not in rows[row]] == [], row
    offsets = rows["Attempts"].split(": ")[1].split(" after")[0].split(", ")
    units = {"s": 1, "m": 60, "h": 3600}
    found = [sum(int(n) * units[u] for n, u in re.findall(r"(\d+) (\w)", one)) for one in offsets]
    assert found == [
        offset - offset % 60 if offset >= 7200 else offset for offset in timetable.OFFSETS
    ]


def test_the_numbers_of_accepting_and_applying_are_those_in_force():
    bounds, pauses = Bounds(), apply.PAUSES_SECONDS
    for page, words in {
        "operations.md": (
            f"waited {bounds.waiting_seconds:.0f} s",
            f"when {bounds.steps} steps",
            f"{bounds.disk_share:.0%}".replace("%", " %"),
            f"{bounds.disk_bytes // 10**9} GB",
            f"after {pauses[0]}, {pauses[1]} and {pauses[2]} s",
        ),
        "divergences/certified-pickup.md": (
            f"of {accept.KEY_CHARACTERS} characters",
            f"for {worker.KEYS_KEPT // HOUR} h",
            f"after {accept.PATIENCE_SECONDS:.0f} s",
        ),
    }.items():
        text = (DOCS / page).read_text()
        assert [one for one in words if one not in text] == []


def test_links_between_pages_lead_somewhere():
    broken = []
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert not broken


def test_decisions_are_numbered_without_gaps_and_fit_a_page():
    paths = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    assert all(len(path.read_text().splitlines()) <= 60 for path in paths)
