"""Which barcodes there are, by type, range and serie; and how a number is written as one.

A barcode is a stem, a number of a fixed width, and for international items a check digit and
the country. Of one stem and width each number is issued once, whatever serie it was asked in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sluis.apis.parcels.rules.check_digit import check_digit

NATIONAL = frozenset({"2S", "3S"})  # no check digit; the range is the customer's
PARCELS_ABROAD = frozenset({"CC", "CD", "CP", "CF"})  # the range is four digits
MAIL_ABROAD = frozenset({"LA", "UE", "RI"})  # the range is the country
TYPES = ("2S", "3S", "CC", "CD", "CP", "CF", "LA", "RI", "UE")
COUNTRY = "NL"
LENGTHS = (13, 15)  # of a national barcode
SPAN_AT_LEAST = 100_000  # of a national serie
# Of a call without a serie: what is documented for a range of so many letters.
NATIONAL_SERIES: Mapping[int, str] = {
    1: "5210500000-5210600000",
    2: "00000000000-99999999999",
    3: "10000000-20000000",
    4: "0000000-9999999",
}
SERIE = re.compile(r"([0-9]{4,11})(?:-([0-9]{4,11}))?", re.ASCII)
SERIE_CHARACTERS = 23


class Refused(Exception):
    """No barcode can be made of this; the number is the carrier's for this kind of mistake."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number
        self.sentence = sentence


MISSING, FORMAT, BOUNDS, NOT_YOURS, TOO_MANY = 4, 5, 6, 2, 8


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that a call may be given one of, and what they are part of."""

    stem: str  # what stands before the number
    digits: int
    first: int
    last: int

    def written(self, number: int) -> str:
        """Return the barcode of a number."""
        text = f"{self.stem}{number:0{self.digits}d}"
        if self.stem[:2] in NATIONAL:
            return text
        return f"{text}{check_digit(text[2:])}{COUNTRY}"


def numbers(type_: str, customer_code: str, range_: str, serie: str) -> Numbers:
    """Return what a call asks for; "" for a range or a serie that it leaves out.

    Raises `Refused`.
    """
    if type_ in NATIONAL:
        return national(type_, range_ or customer_code, serie)
    if type_ in PARCELS_ABROAD:
        if not re.fullmatch(r"[0-9]{4}", range_, re.ASCII):
            raise Refused(FORMAT, f"Range of a barcode {type_} is the four digits you were given.")
        return abroad(type_ + range_, serie, 4)
    if type_ in MAIL_ABROAD:
        if range_ not in ("", COUNTRY):
            raise Refused(BOUNDS, f"Range of a barcode {type_} is {COUNTRY}.")
        return abroad(type_, serie, 8)
    raise Refused(BOUNDS, f"Type is one of {', '.join(TYPES)}.")


def national(type_: str, range_: str, serie: str) -> Numbers:
    # Letters only: with digits in it, two ranges could make the same barcode.
    if not re.fullmatch(r"[A-Z]{1,6}", range_, re.ASCII):
        raise Refused(FORMAT, "Range is the customer code: one to six capital letters.")
    serie = serie or NATIONAL_SERIES.get(len(range_), "")
    if not serie:
        raise Refused(MISSING, "Serie is needed with a range of this length.")
    digits, first, last = read(serie)
    length = len(type_) + len(range_) + digits
    if length > max(LENGTHS):
        raise Refused(TOO_MANY, f"Serie has too many digits: the barcode would have {length}.")
    if length not in LENGTHS:
        raise Refused(BOUNDS, f"A barcode {type_} has 13 or 15 characters; this makes {length}.")
    if last - first < SPAN_AT_LEAST - 1:
        raise Refused(BOUNDS, "Serie holds fewer than 100,000 numbers.")
    return Numbers(type_ + range_, digits, first, last)


def abroad(stem: str, serie: str, digits: int) -> Numbers:
    given, first, last = read(serie or f"{'0' * digits}-{'9' * digits}")
    if given > digits:
        raise Refused(TOO_MANY, f"Serie has too many digits: {given} where there are {digits}.")
    if given < digits:
        raise Refused(BOUNDS, f"Serie has {given} digits where there are {digits}.")
    return Numbers(stem, digits, first, last)


def read(serie: str) -> tuple[int, int, int]:
    """Return width, first and last number; a single number begins a serie to the last there is."""
    found = SERIE.fullmatch(serie)
    if found is None or len(serie) > SERIE_CHARACTERS:
        raise Refused(FORMAT, "Serie is two numbers with a dash between, as 0000000-9999999.")
    low, high = found[1], found[2] or "9" * len(found[1])
    if len(low) != len(high):
        raise Refused(FORMAT, "Both numbers of Serie have the same width: put zeros before one.")
    if int(high) < int(low):
        raise Refused(BOUNDS, "Serie ends before it begins.")
    return len(low), int(low), int(high)
