"""Reading files of an operator's own port data: every row is right, or nothing is kept.

Members are named as in the API. In CSV a nested member has a dotted name (`ship.imo_number`,
`lock_doors.0.state`) and an empty cell is null.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from django.db import transaction

from sluis.apis.open_data import wire
from sluis.apis.open_data.rules import shapes
from sluis.apis.open_data.rules.clock import written
from sluis.apis.open_data.store import Dataset
from sluis.apis.open_data.tables.models import ImportedRow
from sluis.core.api import Field, Kind, Model
from sluis.core.problem import Problem

ROWS_AT_MOST = 100_000
FAULTS_SHOWN = 20
TEXT_AT_MOST, KEY_AT_MOST = 2000, 1000
LOCAL_TIMES = frozenset({"eta", "ata", "etd", "cargoOpening", "cargoOpeningReefers"})


class Form(NamedTuple):
    """What the rows of a dataset look like, and which members tell them apart."""

    dataset: Dataset
    model: Model
    key: tuple[str, ...]


# Where an API has two, a row is of the first whose key it has.
FORMS = {
    "port-stays": (Form(Dataset.STAYS, shapes.STAY, ("stay_number",)),),
    "port-voyages": (Form(Dataset.VOYAGES, shapes.VOYAGE, ("voyage_number",)),),
    "meteo": (Form(Dataset.READINGS, shapes.READING, ("location.name", "poa_ingest_time_utc")),),
    "bridges-and-locks": (
        Form(Dataset.BRIDGES, shapes.BRIDGE, ("bridge_id",)),
        Form(Dataset.LOCKS, shapes.LOCK, ("lock_id",)),
    ),
    "bathymetric-survey": (
        Form(Dataset.MEASUREMENTS, shapes.MEASUREMENT, ("path",)),
        Form(Dataset.INFRASTRUCTURES, shapes.INFRASTRUCTURE, ("code",)),
    ),
    "eta-terminal": (Form(Dataset.VESSELS, shapes.VESSEL, ("terminalCode", "voyageOut")),),
}


class Refused(Exception):
    """The file cannot be imported; the message lists what is wrong, numbered."""


class Faulty(Exception):
    """One value is not what its member needs."""


def load(environment: str, api_slug: str, path: Path, now: datetime | None = None) -> int:
    """Import a file of rows and return how many it held.

    A row replaces the one with the same key; a row that is as it was has not changed. `now` is
    the time by the environment's clock. Raises `Refused`, and then nothing was stored.
    """
    forms = FORMS.get(api_slug)
    if forms is None:
        raise Refused(f"1. No data can be imported for '{api_slug}', only for: {', '.join(FORMS)}.")
    given = rows_of(path)
    faults: list[str] = []
    found: dict[tuple[Dataset, str], dict[str, Any]] = {}
    for place, row in given:
        taken = read(row, forms, f"{path.name}, {place}", faults)
        if taken is None:
            continue
        dataset, key, body = taken
        if (dataset, key) in found:
            faults.append(f"{path.name}, {place}: the same {dataset} row stands above it.")
        found[dataset, key] = body
    if faults:
        raise Refused(numbered(faults))
    store(environment, found, now or datetime.now(UTC))
    return len(found)


def rows_of(path: Path) -> list[tuple[str, Any]]:
    """Return the rows of a file, each with its place in it. Raises `Refused`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"1. {path.name} cannot be read as UTF-8 text: {error}.") from error
    suffix = path.suffix.lower()
    if suffix == ".csv":
        rows = list(csv_rows(text, path.name))
    elif suffix == ".json":
        rows = json_rows(text, path.name)
    else:
        raise Refused(f"1. {path.name} is neither .csv nor .json.")
    if len(rows) > ROWS_AT_MOST:
        raise Refused(f"1. {path.name} has more than {ROWS_AT_MOST:,} rows: split it.")
    return rows


def json_rows(text: str, name: str) -> list[tuple[str, Any]]:
    try:
        rows = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"1. {name} is not JSON: {error}.") from error
    if not isinstance(rows, list):
        raise Refused(f"1. {name} holds no array: put the rows in [ and ].")
    return [(f"row {number}", row) for number, row in enumerate(rows, 1)]


def csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
        for cells in reader:
            yield f"line {reader.line_num}", nested(cells)
    except csv.Error as error:
        raise Refused(f"1. {name} is not CSV: {error}.") from error


def nested(cells: dict[str, Any]) -> dict[str, Any]:
    """Return the row that dotted names describe; cells that are empty are left out."""
    row: dict[str, Any] = {}
    for name, value in cells.items():
        if name is None:  # more cells than the first line names
            row["(a cell without a name)"] = value
        elif value:
            *path, last = name.split(".")
            at = row
            for part in path:
                deeper = at.setdefault(part, {})
                at = deeper if isinstance(deeper, dict) else {}
            at[last] = value
    return row


def read(
    row: Any, forms: tuple[Form, ...], where: str, faults: list[str]
) -> tuple[Dataset, str, dict[str, Any]] | None:
    """Return where a row belongs, its key and its body; None when it has faults, now added."""
    if not isinstance(row, dict):
        faults.append(f"{where}: this is no object.")
        return None
    form = next((f for f in forms if all(name.split(".")[0] in row for name in f.key)), None)
    if form is None:
        keys = " or ".join(" and ".join(form.key) for form in forms)
        faults.append(f"{where}: it needs {keys}.")
        return None
    found: list[str] = []
    body = checked(row, form.model, "", found)
    faults.extend(f"{where}: {fault}" for fault in found)
    if found:
        return None
    key = "\n".join(key_part(body, name) for name in form.key)
    if len(key.encode()) > KEY_AT_MOST:
        names = " and ".join(form.key)
        faults.append(f"{where}: {names} may take {KEY_AT_MOST} bytes, not {len(key.encode())}.")
        return None
    return form.dataset, key, body


def key_part(body: dict[str, Any], name: str) -> str:
    value: Any = body
    for part in name.split("."):
        value = value[part]
    return str(value).lower()


def checked(row: Any, model: Model, where: str, faults: list[str]) -> dict[str, Any]:
    """Return a row with exactly the members of a model; what is wrong is added to faults."""
    if not isinstance(row, dict):
        faults.append(f"{where.rstrip('.')} is no object.")
        return {}
    for name in row:
        if name not in model.fields:
            faults.append(f"{where}{name} is no member of {model.name}.")
    body = {}
    for name, item in model.fields.items():
        try:
            body[name] = member(row.get(name), item, f"{where}{name}", faults)
            if model is shapes.VESSEL and name in LOCAL_TIMES and body[name] is not None:
                body[name] = local_time(body[name])
        except Faulty as fault:
            faults.append(f"{where}{name} {fault}")
    return body


def member(value: Any, item: Field, where: str, faults: list[str]) -> Any:
    """Return a value as its member has it. Raises `Faulty`."""
    if isinstance(item.kind, Model) and item.many:
        if isinstance(value, dict):  # numbered in CSV: lock_doors.0, lock_doors.1
            value = [value[n] for n in sorted(value, key=lambda n: (len(n), n))]
        if not isinstance(value, list | None):
            raise Faulty("is no array.")
        rows = enumerate(value or [])
        return [checked(row, item.kind, f"{where}.{n}.", faults) for n, row in rows]
    if value is None:
        if not item.nullable:
            raise Faulty("is missing.")
        return None
    if isinstance(item.kind, Model):
        return checked(value, item.kind, f"{where}.", faults)
    found = plain(value, item.kind)
    if item.values and found not in item.values:
        raise Faulty(f"is '{found}' and not one of {', '.join(item.values)}.")
    return found


def plain(value: Any, kind: Kind) -> Any:
    """Return a plain value of a kind. Raises `Faulty`."""
    if kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
        return counted(value, kind)
    if not isinstance(value, str):
        raise Faulty(f"is {value!r} and no text.")
    if len(value) > TEXT_AT_MOST or "\0" in value or not value.isprintable():
        raise Faulty(f"is no plain text of at most {TEXT_AT_MOST} characters.")
    if kind is Kind.DATE_TIME:
        return utc_time(value)
    if kind is Kind.URI and not value.startswith(("https://", "http://")):
        raise Faulty(f"is '{value}' and no http address.")
    return value


def counted(value: Any, kind: Kind) -> Any:
    if isinstance(value, str):  # all that CSV has
        try:
            value = msgspec.json.decode(value.strip().lower())
        except msgspec.DecodeError:
            raise Faulty(f"is '{value}' and no {kind}.") from None
    if kind is Kind.BOOLEAN:
        right = isinstance(value, bool)
    else:
        accepted = int if kind is Kind.INTEGER else int | float
        right = isinstance(value, accepted) and not isinstance(value, bool)
    if not right:
        raise Faulty(f"is {value!r} and no {kind}.")
    return value


def utc_time(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Faulty(f"is '{value}' and no time with a zone, such as 2024-03-01T05:10:00Z.")
    return written(found)


def local_time(value: str) -> str:
    try:
        return wire.local_moment("", value)
    except Problem:
        raise Faulty(f"is '{value}' and no local time {wire.LOCAL_FORM}.") from None


def numbered(faults: list[str]) -> str:
    shown = [f"{number}. {fault}" for number, fault in enumerate(faults[:FAULTS_SHOWN], 1)]
    if len(faults) > FAULTS_SHOWN:
        shown.append(f"And {len(faults) - FAULTS_SHOWN} more.")
    return "\n".join(shown)


def store(
    environment: str, found: dict[tuple[Dataset, str], dict[str, Any]], now: datetime
) -> None:
    """Keep what is new or other than it was, in one transaction."""
    with transaction.atomic():
        known = ImportedRow.objects.filter(environment=environment)
        before = {
            (dataset, key): body
            for dataset, key, body in known.values_list("dataset", "key", "body").iterator()
        }
        ImportedRow.objects.bulk_create(
            [
                ImportedRow(
                    environment=environment, dataset=dataset, key=key, changed_at=now, body=body
                )
                for (dataset, key), body in found.items()
                if before.get((dataset, key)) != body
            ],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["environment", "dataset", "key"],
            update_fields=["changed_at", "body"],
        )
