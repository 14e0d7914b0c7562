"""Codes of companies, against what another library makes of the same numbers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.be import vat as belgian
from stdnum.de import vat as german
from stdnum.nl import btw as dutch

from sluis.core.identifier import Wrong, normal, wrong


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        ("TIN", "BE0123456749"),  # printed in the guide of Certified Pick up
        ("TIN", "NL004495445B01"),
        ("TIN", "DE136695976"),
        ("TIN", "FR40303265045"),
        ("TIN", "LU15027442"),
        ("TIN", "GB123456789"),
        ("Eori", "BE0123456749"),
        ("Eori", "GB123456789000"),
        ("Duns", "123456789"),
        ("APCS", "EXAMPL1"),
        ("SCAC", "MSCU"),
        ("NxtEntityId", "NXT220000000"),
        ("NxtEntityId", "NXT123456789012"),
        ("ExternalId", "c0ffee00-0000-4000-8000-000000000002"),
    ],
)
def test_knows_what_is_written_right(type_, code):
    assert wrong(type_, code) is None


@pytest.mark.parametrize(
    ("type_", "code", "why"),
    [
        ("TIN", "BE0123456748", Wrong.CHECK),
        ("TIN", "NL004495446B01", Wrong.CHECK),
        ("TIN", "DE136695978", Wrong.CHECK),
        ("TIN", "BE123456749", Wrong.FORM),
        ("TIN", "NL004495445C01", Wrong.FORM),
        ("TIN", "0123456749", Wrong.FORM),
        ("TIN", "BE٠١٢٣٤٥٦٧٤٩", Wrong.FORM),
        ("Eori", "BE", Wrong.FORM),
        ("Eori", "BE1234567890123456", Wrong.FORM),
        ("Duns", "12345678", Wrong.FORM),
        ("APCS", "LONGERTHANTEN", Wrong.FORM),
        ("SCAC", "M", Wrong.FORM),
        ("SCAC", "MSC1", Wrong.FORM),
        ("NxtEntityId", "NXT2200000", Wrong.FORM),
        ("Duns", "123456789\n", Wrong.FORM),
    ],
)
def test_says_what_is_wrong(type_, code, why):
    assert wrong(type_, code) is why


def test_leaves_out_what_only_helps_reading():
    assert normal("TIN", " be 0123.456-749\t") == "BE0123456749"


def test_leaves_a_code_of_others_as_it_was_written():
    code = "c0ffee00-0000-4000-8000-000000000002"
    assert normal("ExternalId", f" {code}\n") == code


@given(st.integers(0, 1_999_999_999))
def test_adds_up_in_belgium_as_elsewhere(number):
    assume(1 <= number % 100 <= 97)  # of others the library looks at the remainder only
    for code in (f"{number:010d}", f"{number // 100:08d}{97 - number // 100 % 97:02d}"):
        assert (wrong("TIN", f"BE{code}") is None) == belgian.is_valid(code)


@given(st.integers(1, 999_999_999), st.integers(1, 99))
def test_adds_up_in_the_netherlands_as_elsewhere(number, of_the_company):
    code = f"{number:09d}B{of_the_company:02d}"
    assert (wrong("TIN", f"NL{code}") is None) == dutch.is_valid(f"NL{code}")


@given(st.integers(100_000_000, 999_999_999))
def test_adds_up_in_germany_as_elsewhere(number):
    assert (wrong("TIN", f"DE{number}") is None) == german.is_valid(str(number))
