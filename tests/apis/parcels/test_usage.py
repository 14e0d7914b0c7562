"""The list of what companies used before: read whole, or with every fault named."""

from datetime import date

import pytest

from sluis.apis.parcels.rules import usage
from sluis.apis.parcels.rules.usage import ROWS_AT_MOST, Unreadable, Used

TODAY = date(2024, 6, 1)
HEAD = "company,api,version,last used\n"
COMPANIES = {"Devcode Webshop": "d", "11223344": "d"}


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
            'remark,last used,version,api,company\n"a, b",2024-03-01,2_1,labelling,11223344\n\n',
            id="other columns, another order, an empty line",
        ),
    ],
)
def test_reads(text):
    assert read(text) == ([Used("d", "labelling", "2_1", date(2024, 3, 1))], [])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("999,Barcode,1_1,2024-03-01", "line 2: there is no company '999'."),
        ("11223344,Barcodes,1_1,2024-03-01", "line 2: there is no API 'Barcodes'."),
        ("11223344,Barcode,one,2024-03-01", "line 2: 'one' is no version: write 1_9, or v2."),
        (
            "11223344,Barcode,1_2,2024-03-01",
            "line 2: Barcode has no version 1_2: 1_1 is the newest.",
        ),
        (
            "11223344,Barcode,1_1,2024-06-02",
            "line 2: '2024-06-02' is no day in the past: write 2024-03-01.",
        ),
        ("11223344,Barcode,1_1,", "line 2: '' is no day in the past: write 2024-03-01."),
    ],
)
def test_says_what_is_wrong_and_where(row, fault):
    assert faults(row) == [fault]


def test_names_every_fault_with_its_line():
    found = read(HEAD + "11223344,Barcode,1_1,2024-03-01\n999,Bar,1_1,2024-03-01\n11223344\n")
    assert [fault.split(":")[0] for fault in found.faults] == ["line 3"] * 2 + ["line 4"] * 3
    assert len(found.used) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "no column company", id="empty"),
        pytest.param("company,api\n", "no column version and no last used", id="columns missing"),
        pytest.param(HEAD, "no rows", id="no rows"),
        pytest.param(HEAD + '"11223344,Barcode\n', "not CSV", id="a quote that never ends"),
        pytest.param(HEAD + "a\n" * (ROWS_AT_MOST + 1), "more than 100,000", id="too long"),
    ],
)
def test_refuses_a_list_that_is_none(text, why):
    with pytest.raises(Unreadable, match=why):
        read(text)
