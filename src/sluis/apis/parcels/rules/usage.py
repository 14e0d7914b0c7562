"""Reading a list of what companies used before: every row is right, or all faults are told."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sluis.apis.parcels.rules.catalogue import named
from sluis.apis.parcels.rules.versions import PublishedApi, order

COLUMNS = ("company", "api", "version", "last used")
DELIMITERS = (",", ";", "\t")  # a spreadsheet in Dutch puts semicolons between cells
VERSION = re.compile(r"[vV]?[0-9]{1,2}([._][0-9]{1,2})?", re.ASCII)
DATES = ("%Y-%m-%d", "%d-%m-%Y")
ROWS_AT_MOST = 100_000
Key = tuple[str, str, str]


class Used(NamedTuple):
    company: str  # as the caller knows it, from what the row says
    api: str
    version: str
    last_used: date

    @property
    def key(self) -> Key:
        return self.company, self.api, self.version


class Row(NamedTuple):
    line: int
    used: Used


class Wrong(StrEnum):
    """What can be wrong in a row."""

    COMPANY = "company"  # nobody is called so
    API = "api"
    VERSION = "version"  # not written as versions are
    NEWER = "newer"  # than the newest version there is
    DAY = "day"  # no day, or one that is still to come


class Fault(NamedTuple):
    line: int
    wrong: Wrong
    given: str  # what the row has there
    api: str = ""  # of a version that is newer than its newest
    newest: str = ""


class Why(StrEnum):
    """Why a list as a whole cannot be read."""

    NOT_TEXT = "not-text"
    NOT_CSV = "not-csv"
    COLUMNS = "columns"
    NO_ROWS = "no-rows"
    TOO_LONG = "too-long"


class Unreadable(Exception):
    """The list as a whole cannot be read; `about` is what a sentence on it names."""

    def __init__(self, why: Why, about: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.about = about


class Read(NamedTuple):
    rows: list[Row]
    faults: list[Fault]


class Effect(StrEnum):
    """What becomes of a row that is right."""

    NEW = "new"
    LATER = "later"  # than the day that is kept
    KNOWN = "known"  # this day is kept, or a later one
    TWICE = "twice"  # another row has this day, or a later one


def text_of(content: bytes) -> str:
    """Return what a file says. Raises `Unreadable` for what is no text in UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(Why.NOT_TEXT) from error
    if "\0" in text:
        raise Unreadable(Why.NOT_TEXT)
    return text


def read(text: str, company_of: Callable[[str], str | None], today: date) -> Read:
    """Return what a CSV says, and every fault in it with its line. Raises `Unreadable`.

    `company_of` returns the company that is called so, None for none.
    """
    found = Read([], [])
    for line, cells in rows(text):
        used = checked(line, cells, company_of, today, found.faults)
        if used is not None:
            found.rows.append(Row(line, used))
    if not found.rows and not found.faults:
        raise Unreadable(Why.NO_ROWS)
    return found


def rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Return the rows with their lines, as what stands in each column."""
    first = text.partition("\n")[0]
    between = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        names = [re.sub(r"[\s_]+", " ", name.strip().casefold()) for name in next(reader, [])]
        wrong = [name for name in COLUMNS if names.count(name) != 1]
        if wrong:
            raise Unreadable(Why.COLUMNS, ", ".join(wrong))
        for number, cells in enumerate(reader):
            if number >= ROWS_AT_MOST:
                raise Unreadable(Why.TOO_LONG)
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise Unreadable(Why.NOT_CSV, str(reader.line_num)) from error


def checked(
    line: int,
    cells: Mapping[str, str],
    company_of: Callable[[str], str | None],
    today: date,
    faults: list[Fault],
) -> Used | None:
    """Return what a row says; None when it is wrong, and then `faults` has got its faults."""
    name, called, number, last = (cells.get(column, "") for column in COLUMNS)
    company, api, last_used = company_of(name), named(called), day(last)
    wrong = []
    if company is None:
        wrong.append(Fault(line, Wrong.COMPANY, name))
    if api is None:
        wrong.append(Fault(line, Wrong.API, called))
    if not VERSION.fullmatch(number):
        wrong.append(Fault(line, Wrong.VERSION, number))
    elif api is not None and order(number) > order(api.newest.number):
        wrong.append(Fault(line, Wrong.NEWER, number, api.name, api.newest.number))
    if last_used is None or last_used > today:
        wrong.append(Fault(line, Wrong.DAY, last))
    faults.extend(wrong)
    if wrong or company is None or api is None or last_used is None:
        return None
    return Used(company, api.slug, written(api, number), last_used)


def written(api: PublishedApi, number: str) -> str:
    """Return a version as the register writes it, where it has it: 2.1 is 2_1."""
    known = api.version(number)
    return known.number if known else number.replace(".", "_").lower()


@lru_cache(maxsize=1024)  # of 100,000 rows few have a day of their own
def day(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def effects(found: Sequence[Row], kept: Mapping[Key, date]) -> list[Effect]:
    """Return what becomes of each row, beside the days that are kept already."""
    counts: dict[Key, Row] = {}  # of the rows about one version, the one with the latest day
    for row in found:
        other = counts.get(row.used.key)
        if other is None or other.used.last_used < row.used.last_used:
            counts[row.used.key] = row
    return [effect(row, counts[row.used.key], kept.get(row.used.key)) for row in found]


def effect(row: Row, counts: Row, kept: date | None) -> Effect:
    if row is not counts:
        return Effect.TWICE
    if kept is None:
        return Effect.NEW
    return Effect.LATER if kept < row.used.last_used else Effect.KNOWN
