"""Reading a list of what companies used before: every row is right, or all faults are told."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from sluis.apis.parcels.rules.catalogue import named
from sluis.apis.parcels.rules.versions import order

COLUMNS = ("company", "api", "version", "last used")
VERSION = re.compile(r"[vV]?[0-9]{1,2}([._][0-9]{1,2})?", re.ASCII)
DATES = ("%Y-%m-%d", "%d-%m-%Y")
ROWS_AT_MOST = 100_000


class Used(NamedTuple):
    company: str  # as the caller knows it, from what the row says
    api: str
    version: str
    last_used: date


class Unreadable(Exception):
    """The list as a whole cannot be read; the sentence says why."""


class Read(NamedTuple):
    used: list[Used]
    faults: list[str]


def read(text: str, company_of: Callable[[str], str | None], today: date) -> Read:
    """Return what a CSV says, and every fault in it with its line. Raises `Unreadable`.

    `company_of` returns the company that is called so, None for none.
    """
    found = Read([], [])
    for line, row in rows(text):
        faults: list[str] = []
        used = checked(row, company_of, today, faults)
        found.faults.extend(f"line {line}: {fault}" for fault in faults)
        if used is not None:
            found.used.append(used)
    if not found.used and not found.faults:
        raise Unreadable("There are no rows under the first line.")
    return found


def rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Return the rows with their lines; a spreadsheet in Dutch puts semicolons between cells."""
    lines = text.splitlines(keepends=True)
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=";" if ";" in first else ",", strict=True)
    try:
        names = [re.sub(r"[\s_]+", " ", name.strip().casefold()) for name in next(reader, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise Unreadable(f"The first line has no column {' and no '.join(missing)}.")
        for number, cells in enumerate(reader):
            if number >= ROWS_AT_MOST:
                raise Unreadable(f"There are more than {ROWS_AT_MOST:,} rows: split the file.")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise Unreadable(f"This is not CSV: {error}.") from error


def checked(
    row: Mapping[str, str],
    company_of: Callable[[str], str | None],
    today: date,
    faults: list[str],
) -> Used | None:
    company = company_of(row.get("company", ""))
    if company is None:
        faults.append(f"there is no company '{row.get('company', '')}'.")
    api = named(row.get("api", ""))
    if api is None:
        faults.append(f"there is no API '{row.get('api', '')}'.")
    version = row.get("version", "").replace(".", "_").lower()
    if not VERSION.fullmatch(version):
        faults.append(f"'{row.get('version', '')}' is no version: write 1_9, or v2.")
    elif api is not None and order(version) > order(api.newest.number):
        faults.append(f"{api.name} has no version {version}: {api.newest.number} is the newest.")
    last_used = day(row.get("last used", ""))
    if last_used is None or last_used > today:
        faults.append(f"'{row.get('last used', '')}' is no day in the past: write 2024-03-01.")
    if faults or company is None or api is None or last_used is None:
        return None
    return Used(company, api.slug, version, last_used)


def day(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
