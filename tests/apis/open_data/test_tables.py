"""Importing an operator's own data, and serving it from memory."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from sluis.apis.open_data import APIS
from sluis.apis.open_data.store import Dataset
from sluis.apis.open_data.tables.imports import Refused, load
from sluis.apis.open_data.tables.models import ImportedRow
from sluis.apis.open_data.tables.store import open_store
from sluis.core.api import Opening

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
EXAMPLES = {
    operation.name: operation.example
    for api in APIS
    for operation in api.operations
    if operation.returns
}
[STAY] = EXAMPLES["list-stays"]
[LOCK] = EXAMPLES["list-locks"]
[VESSEL] = EXAMPLES["list-vessels"]


def served(dataset, environment="port/live"):
    store = open_store(Opening(environment, fictional=False, secret=b""))
    return [row.body for row in store.imported(dataset)]


@pytest.fixture
def write(tmp_path):
    def written(content, name="rows.json"):
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refused(path, api="port-stays"):
    with pytest.raises(Refused) as refusal:
        load("port/live", api, path, NOW)
    assert not ImportedRow.objects.exists()
    return str(refusal.value)


def flat(row, prefix=""):
    """Return a row as a line of CSV has it."""
    cells = {}
    pairs = row.items() if isinstance(row, dict) else enumerate(row)
    for name, value in pairs:
        if isinstance(value, dict | list):
            cells |= flat(value, f"{prefix}{name}.")
        else:
            cells[f"{prefix}{name}"] = value
    return cells


@pytest.mark.parametrize(
    ("api", "operation", "dataset"),
    [
        ("port-stays", "list-stays", Dataset.STAYS),
        ("port-voyages", "list-voyages", Dataset.VOYAGES),
        ("meteo", "list-readings", Dataset.READINGS),
        ("bridges-and-locks", "list-bridges", Dataset.BRIDGES),
        ("bridges-and-locks", "list-locks", Dataset.LOCKS),
        ("bathymetric-survey", "list-infrastructures", Dataset.INFRASTRUCTURES),
        ("eta-terminal", "list-vessels", Dataset.VESSELS),
    ],
)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_serves_a_row_as_it_was_imported(api, operation, dataset, form, tmp_path):
    [row] = EXAMPLES[operation]
    path = tmp_path / f"rows.{form}"
    if form == "json":
        path.write_text(json.dumps([row]), encoding="utf-8-sig")
    else:
        with path.open("w", newline="") as file:
            lines = csv.DictWriter(file, flat(row))
            lines.writeheader()
            lines.writerow(flat(row))
    assert load("port/live", api, path, NOW) == 1
    assert served(dataset) == [row]


def test_measurements_are_told_from_infrastructures(write):
    rows = [{"code": "DGD", "description": None}, {"code": "DGD", "path": "https://f.example/1"}]
    assert load("port/live", "bathymetric-survey", write(rows), NOW) == 2
    assert served(Dataset.INFRASTRUCTURES) == rows[:1]
    assert served(Dataset.MEASUREMENTS) == rows[1:]


def test_environments_share_nothing(write):
    load("port/live", "port-stays", write([STAY]), NOW)
    assert served(Dataset.STAYS, "port/uat") == []
    load("port/uat", "port-stays", write([STAY]), NOW)
    assert served(Dataset.STAYS, "port/uat") == served(Dataset.STAYS) == [STAY]


def test_times_are_kept_in_utc_and_members_left_out_as_null(write):
    row = {
        "stay_number": "1",
        "etd": "2026-06-03T14:00:00.5+02:00",
        "ship": {"imo_number": "9074729"},
    }
    row["ship"] |= {"call_sign": "ÉÉN"}
    load("port/live", "port-stays", write([row]), NOW)
    [found] = served(Dataset.STAYS)
    assert found["etd"] == "2026-06-03T12:00:00Z"
    assert found["stay_start"] is None
    assert found["ship"]["call_sign"] == "ÉÉN"
    assert set(found) == set(STAY)  # the filter puts them in order; PostgreSQL has its own


def test_later_import_replaces_by_key_and_marks_what_changed(write):
    other = STAY | {"stay_number": "2"}
    load("port/live", "port-stays", write([STAY, other]), NOW)
    changed = other | {"next_port_of_call": "NLRTM"}
    load("port/live", "port-stays", write([STAY, changed]), NOW + timedelta(hours=1))
    times = dict(ImportedRow.objects.values_list("key", "changed_at"))
    assert times == {STAY["stay_number"]: NOW, "2": NOW + timedelta(hours=1)}
    assert changed in served(Dataset.STAYS)


def test_readings_come_by_station_and_time(write):
    [reading] = EXAMPLES["list-readings"]

    def row(name, hour):
        place = reading["location"] | {"name": name}
        return reading | {"location": place, "poa_ingest_time_utc": f"2026-06-03T{hour:02}:00:00Z"}

    rows = [row("Doel (oost)", 1), row("Doel", 2), row("doel", 1), row("Doel", 11)]
    load("port/live", "meteo", write(rows), NOW)
    found = [
        (row["location"]["name"], row["poa_ingest_time_utc"][11:13])
        for row in served(Dataset.READINGS)
    ]
    assert found == [("doel", "01"), ("Doel", "02"), ("Doel", "11"), ("Doel (oost)", "01")]


def test_local_times_may_be_given_in_utc(write):
    load("port/live", "eta-terminal", write([VESSEL | {"eta": "2026-06-03T12:00:00Z"}]), NOW)
    assert served(Dataset.VESSELS)[0]["eta"] == "2026-06-03T14:00:00"


@pytest.mark.parametrize(
    ("api", "row", "why"),
    [
        (
            "port-stays",
            STAY | {"colour": "red"},
            "1. rows.json, row 1: colour is no member of Stay.",
        ),
        ("port-stays", STAY | {"ship": None}, "1. rows.json, row 1: ship is missing."),
        ("port-stays", STAY | {"ship": 7}, "1. rows.json, row 1: ship is no object."),
        (
            "port-stays",
            STAY | {"ship": STAY["ship"] | {"imo_number": 9074729}},
            "1. rows.json, row 1: ship.imo_number is 9074729 and no text.",
        ),
        (
            "port-stays",
            STAY | {"etd": "2026-06-03T12:00:00"},
            "1. rows.json, row 1: etd is '2026-06-03T12:00:00' and no time with a zone,"
            " such as 2024-03-01T05:10:00Z.",
        ),
        ("port-stays", {"stay": "1"}, "1. rows.json, row 1: it needs stay_number."),
        ("port-stays", 7, "1. rows.json, row 1: this is no object."),
        (
            "port-stays",
            STAY | {"etd": "x\0"},
            "1. rows.json, row 1: etd is no plain text of at most 2000 characters.",
        ),
        (
            "bridges-and-locks",
            LOCK | {"lock_doors": [LOCK["lock_doors"][0] | {"state": "AJAR"}]},
            "1. rows.json, row 1: lock_doors.0.state is 'AJAR' and not one of"
            " OPENING, CLOSING, OPEN, CLOSED, UNKNOWN, NO_DATA.",
        ),
        ("bridges-and-locks", {"id": 1}, "1. rows.json, row 1: it needs bridge_id or lock_id."),
        (
            "bridges-and-locks",
            LOCK | {"latitude_wgs84": True},
            "1. rows.json, row 1: latitude_wgs84 is True and no number.",
        ),
        (
            "eta-terminal",
            VESSEL | {"eta": "tomorrow"},
            "1. rows.json, row 1: eta is 'tomorrow' and no local time yyyy-MM-ddTHH:mm:ss.",
        ),
        (
            "bathymetric-survey",
            {"code": "DGD", "path": "file:///etc/passwd"},
            "1. rows.json, row 1: path is 'file:///etc/passwd' and no http address.",
        ),
    ],
)
def test_says_what_is_wrong_with_a_row(api, row, why, write):
    assert refused(write([row]), api) == why


def test_stores_nothing_when_one_row_is_wrong_and_numbers_what_is(write):
    bad = {"stay_number": "9"}
    assert refused(write([STAY, bad, STAY, bad | {"etd": "soon"}])).splitlines() == [
        "1. rows.json, row 2: ship is missing.",
        "2. rows.json, row 3: the same stays row stands above it.",
        "3. rows.json, row 4: etd is 'soon' and no time with a zone, such as 2024-03-01T05:10:00Z.",
        "4. rows.json, row 4: ship is missing.",
    ]


def test_shows_twenty_faults_at_most(write):
    lines = refused(write([{}] * 50)).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "And 30 more."


def test_names_the_line_of_a_csv_file(write):
    text = "stay_number,ship.imo_number,etd\n1,9074729,\n2,9074729,soon\n"
    assert refused(write(text, "stays.csv")).startswith("1. stays.csv, line 3: etd is 'soon'")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("rows.txt", "", "neither .csv nor .json"),
        ("rows.json", "{", "is not JSON"),
        ("rows.json", "[" * 100_000, "is not JSON"),
        ("rows.json", "{}", "holds no array"),
        ("rows.csv", 'stay_number,etd\n"1,2', "is not CSV"),
        ("rows.csv", "stay_number\n1,2\n", "(a cell without a name)"),
        ("rows.csv", "stay_number,ship,ship.imo_number\n1,x,9\n", "ship is no object"),
        ("rows.csv", "stay_number,ship.imo_number,ship\n1,9,x\n", "ship is no object"),
    ],
)
def test_says_what_is_wrong_with_a_file(name, text, why, write):
    assert why in refused(write(text, name))


def test_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    path = tmp_path / "rows.json"
    assert "cannot be read" in refused(path)
    path.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in refused(path)


def test_unknown_api_is_refused(write):
    assert "only for: port-stays, port-voyages, meteo" in refused(write([STAY]), "tides")


def test_store_has_what_was_there_until_it_is_refreshed(write):
    store = open_store(Opening("port/live", fictional=False, secret=b""))
    load("port/live", "port-stays", write([STAY]), NOW)
    assert store.imported(Dataset.STAYS) == ()
    store.refresh()
    [row] = store.imported(Dataset.STAYS)
    assert (row.body, row.changed_at) == (STAY, NOW)
