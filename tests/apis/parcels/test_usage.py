"""The list of what companies used before: read whole, or with every fault named."""

from datetime import date

import pytest

from sluis.apis.parcels.rules import usage
from sluis.apis.parcels.rules.usage import (
    ROWS_AT_MOST,
    Effect,
    Fault,
    Row,
    Unreadable,
    Used,
    Why,
    Wrong,
)

TODAY = date(2024, 6, 1)
HEAD = "company,api,version,last used\n"
COMPANIES = {"Devcode Webshop": "d", "11223344": "d", "Kade": "k"}


def read(text):
    return usage.read(text, COMPANIES.get, TODAY)


def faults(row):
    return read(HEAD + row).faults


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "11223344,Labelling,2_1,2024-03-01\n", id="as documented"),
        pytest.param(
            "Company;API;Version;Last_used\nDevcode Webshop;LabellingWebService;2.1;01-03-2024\n",
            id="as a spreadsheet in Dutch saves it",
        ),
        pytest.param(
            "company\tapi\tversion\tlast used\n11223344\tLabelling\t2_01\t2024-03-01",
            id="tabs, and no end of line at the end",
        ),
        pytest.param(HEAD.strip() + "\r\n11223344,Labelling,2_1,2024-03-01\r\n", id="CRLF"),
        pytest.param(
            'remark,last used,version,api,company\n"a, b",2024-03-01,2_1,labelling,11223344\n\n',
            id="other columns, another order, an empty line",
        ),
    ],
)
def test_reads(text):
    assert read(text) == ([Row(2, Used("d", "labelling", "2_1", date(2024, 3, 1)))], [])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("999,Barcode,1_1,2024-03-01", Fault(2, Wrong.COMPANY, "999")),
        ("=1+1,Barcode,1_1,2024-03-01", Fault(2, Wrong.COMPANY, "=1+1")),
        ("11223344,Barcodes,1_1,2024-03-01", Fault(2, Wrong.API, "Barcodes")),
        ("11223344,Barcode,one,2024-03-01", Fault(2, Wrong.VERSION, "one")),
        ("11223344,Barcode,1_2,2024-03-01", Fault(2, Wrong.NEWER, "1_2", "Barcode", "1_1")),
        ("11223344,Barcode,1_1,2024-06-02", Fault(2, Wrong.DAY, "2024-06-02")),
        ("11223344,Barcode,1_1,2024-02-30", Fault(2, Wrong.DAY, "2024-02-30")),
        ("11223344,Barcode,1_1,", Fault(2, Wrong.DAY, "")),
    ],
)
def test_says_what_is_wrong_and_where(row, fault):
    assert faults(row) == [fault]


def test_names_every_fault_with_its_line():
    found = read(HEAD + "11223344,Barcode,1_1,2024-03-01\n999,Bar,1_1,2024-03-01\n11223344\n")
    assert [(fault.line, fault.wrong) for fault in found.faults] == [
        (3, Wrong.COMPANY),
        (3, Wrong.API),
        (4, Wrong.API),
        (4, Wrong.VERSION),
        (4, Wrong.DAY),
    ]
    assert len(found.rows) == 1


@pytest.mark.parametrize(
    ("text", "why", "about"),
    [
        pytest.param("", Why.COLUMNS, "company, api, version, last used", id="empty"),
        pytest.param("company,api\n", Why.COLUMNS, "version, last used", id="columns missing"),
        pytest.param("api," + HEAD, Why.COLUMNS, "api", id="a column twice"),
        pytest.param(HEAD, Why.NO_ROWS, "", id="no rows"),
        pytest.param(HEAD + '\n"11223344,Barcode\n', Why.NOT_CSV, "3", id="a quote without end"),
        pytest.param(HEAD + "a\n" * (ROWS_AT_MOST + 1), Why.TOO_LONG, "", id="too long"),
        pytest.param(HEAD + "a" * 200_000, Why.NOT_CSV, "2", id="a cell without end"),
    ],
)
def test_refuses_a_list_that_is_none(text, why, about):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert (refusal.value.why, refusal.value.about) == (why, about)


def test_a_mark_before_the_first_letter_is_no_letter():
    assert usage.text_of(b"\xef\xbb\xbfcompany") == "company"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Müller".encode("cp1252"), id="the old code page"),
        pytest.param("company".encode("utf-16"), id="two bytes a letter, with a mark"),
        pytest.param("company".encode("utf-16-le"), id="two bytes a letter"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a picture"),
        pytest.param(b"PK\x03\x04\x00\x00", id="a workbook"),
    ],
)
def test_refuses_what_is_no_text(content):
    with pytest.raises(Unreadable) as refusal:
        usage.text_of(content)
    assert refusal.value.why is Why.NOT_TEXT


def row(line, day, company="d"):
    return Row(line, Used(company, "barcode", "1_1", date(2024, 3, day)))


def test_the_row_with_the_latest_day_counts_and_of_equal_days_the_first():
    found = [row(2, 1), row(3, 5), row(4, 5), row(5, 1, "k")]
    twice, new = Effect.TWICE, Effect.NEW
    assert usage.effects(found, {}) == [twice, new, twice, new]


@pytest.mark.parametrize(
    ("kept", "effect"),
    [(4, Effect.LATER), (5, Effect.KNOWN), (6, Effect.KNOWN)],
)
def test_says_what_becomes_of_a_row_beside_the_day_that_is_kept(kept, effect):
    days = {("d", "barcode", "1_1"): date(2024, 3, kept)}
    assert usage.effects([row(2, 5)], days) == [effect]
