"""Barcodes: samples as the carrier published them, and the rules against a second formulation."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sluis.apis.parcels.rules.barcode import (
    MAIL_ABROAD,
    NATIONAL,
    PARCELS_ABROAD,
    SPAN_AT_LEAST,
    TYPES,
    Refused,
    numbers,
)
from sluis.apis.parcels.rules.check_digit import check_digit


@pytest.mark.parametrize(
    "barcode",
    ["CC123442066NL", "CD111208171NL", "CP112251335NL", "LA599196732NL", "CA400053741NL"],
)
def test_published_samples_have_the_check_digit(barcode):
    assert check_digit(barcode[2:10]) == barcode[10]


def test_two_published_samples_are_no_real_barcodes():
    assert check_digit("59725610") != "0"  # UE597256100NL
    assert check_digit("54349504") != "5"  # RI543495045NL


@given(st.text("0123456789", min_size=8, max_size=8))
def test_check_digit_makes_the_weighted_sum_divide_by_eleven(serial):
    """The rule from its other end, as a reader of barcodes checks it."""
    digit = int(check_digit(serial))
    total = sum(int(d) * w for d, w in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    fitting = next(x for x in range(11) if (total + x) % 11 == 0)
    assert digit == {10: 0, 0: 5}.get(fitting, fitting)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        pytest.param(("3S", "DEVC", "", ""), "3SDEVC0000000", "3SDEVC9999999", id="four letters"),
        pytest.param(
            ("3S", "AB", "", ""), "3SAB00000000000", "3SAB99999999999", id="two letters, 15 long"
        ),
        pytest.param(("3S", "ABC", "", ""), "3SABC10000000", "3SABC20000000", id="three letters"),
        pytest.param(("3S", "A", "", ""), "3SA5210500000", "3SA5210600000", id="one letter"),
        pytest.param(
            ("3S", "DEVC", "", "987000000-987600000"),
            "3SDEVC987000000",
            "3SDEVC987600000",
            id="four letters, 15 long",
        ),
        pytest.param(
            ("3S", "DEVC", "", "000000000-999999999"),
            "3SDEVC000000000",
            "3SDEVC999999999",
            id="as the documented call has it",
        ),
        pytest.param(
            ("3S", "DEVC", "", "8000000"), "3SDEVC8000000", "3SDEVC9999999", id="a single number"
        ),
        pytest.param(
            ("3S", "DEVC", "KADE", ""), "3SKADE0000000", "3SKADE9999999", id="another range"
        ),
        pytest.param(("2S", "DEVC", "", ""), "2SDEVC0000000", "2SDEVC9999999", id="2S"),
        pytest.param(
            ("CC", "DEVC", "1234", "0000-9999"), "CC123400004NL", "CC123499998NL", id="CC"
        ),
        pytest.param(("LA", "DEVC", "NL", ""), "LA000000005NL", "LA999999995NL", id="LA"),
        pytest.param(("UE", "DEVC", "", ""), "UE000000005NL", "UE999999995NL", id="UE"),
    ],
)
def test_first_and_last_barcode(asked, first, last):
    found = numbers(*asked)
    assert (found.written(found.first), found.written(found.last)) == (first, last)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        pytest.param(("XX", "DEVC", "", ""), 6, id="no such type"),
        pytest.param(("3s", "DEVC", "", ""), 6, id="a type in lower case"),
        pytest.param(("3S", "DEVC", "", "000000-999999"), 6, id="12 long"),
        pytest.param(("3S", "DEVC", "", "00000000-99999999"), 6, id="14 long"),
        pytest.param(("3S", "DEVC", "", "0000000000-9999999999"), 8, id="too many digits"),
        pytest.param(("3S", "DEVC", "", "0000000-0099998"), 6, id="one number short of a serie"),
        pytest.param(("3S", "DEVC", "", "9999999-0000000"), 6, id="backwards"),
        pytest.param(("3S", "DEVC", "", "1-9999999"), 5, id="one side without its zeros"),
        pytest.param(("3S", "DEVC", "", "0000000--9999999"), 5, id="two dashes"),
        pytest.param(
            ("3S", "DEVC", "", "０００００００-9999999"), 5, id="digits of another script"
        ),
        pytest.param(("3S", "D3VC", "", ""), 5, id="a range with a digit"),
        pytest.param(("3S", "ABCDE", "", ""), 4, id="a range for which no serie is documented"),
        pytest.param(("CC", "DEVC", "", ""), 5, id="no range abroad"),
        pytest.param(("CC", "DEVC", "123", ""), 5, id="three digits of range"),
        pytest.param(("CC", "DEVC", "1234", "00000000-99999999"), 8, id="serie for mail"),
        pytest.param(("LA", "DEVC", "BE", ""), 6, id="another country"),
        pytest.param(("LA", "DEVC", "NL", "0000-9999"), 6, id="serie for parcels"),
    ],
)
def test_refuses(asked, number):
    with pytest.raises(Refused) as refusal:
        numbers(*asked)
    assert refusal.value.number == number
    assert refusal.value.sentence.endswith(".")


def test_a_serie_of_exactly_a_hundred_thousand_is_enough():
    found = numbers("3S", "DEVC", "", "0000000-0099999")
    assert found.last - found.first + 1 == SPAN_AT_LEAST


SIDES = st.integers(3, 12).flatmap(
    lambda width: st.tuples(*[st.text("0123456789", min_size=width, max_size=width)] * 2)
)
SERIES = st.one_of(SIDES.map("-".join), SIDES.map(lambda sides: sides[0]), st.just(""), st.text())
RANGES = st.one_of(
    st.text("ABCD", max_size=7), st.text("0123456789", max_size=5), st.just("NL"), st.text()
)
FORMS = {
    **dict.fromkeys(NATIONAL, r"{type}[A-Z]{{1,6}}[0-9]{{5,11}}"),
    **dict.fromkeys(PARCELS_ABROAD, r"{type}[0-9]{{9}}NL"),
    **dict.fromkeys(MAIL_ABROAD, r"{type}[0-9]{{9}}NL"),
}


@given(st.sampled_from(TYPES), RANGES, SERIES, st.data())
@example("3S", "DEVC", "0000000-9999999", None)
def test_whatever_is_asked_a_barcode_has_its_form_or_there_is_none(type_, range_, serie, data):
    try:
        found = numbers(type_, "DEVC", range_, serie)
    except Refused:
        return
    number = found.last if data is None else data.draw(st.integers(found.first, found.last))
    written = found.written(number)
    assert re.fullmatch(FORMS[type_].format(type=type_), written, re.ASCII)
    assert len(written) in ((13, 15) if type_ in NATIONAL else (13,))
    if type_ in NATIONAL:
        assert found.last - found.first + 1 >= 100_000
    else:
        assert check_digit(written[2:10]) == written[10]
    if serie:
        low, _, high = serie.partition("-")
        assert int(low) <= number <= int(high or number)


NATIONAL_RANGES = st.text("ABC", min_size=1, max_size=6)


@given(NATIONAL_RANGES, NATIONAL_RANGES, SERIES, SERIES, st.data())
def test_two_numbers_of_two_stems_never_make_one_barcode(one, other, serie, another, data):
    try:
        found = [numbers("3S", "", one, serie), numbers("3S", "", other, another)]
    except Refused:
        return
    drawn = [data.draw(st.integers(n.first, n.last)) for n in found]
    same = (found[0].stem, found[0].digits, drawn[0]) == (found[1].stem, found[1].digits, drawn[1])
    written = [n.written(number) for n, number in zip(found, drawn, strict=True)]
    assert (written[0] == written[1]) == same
