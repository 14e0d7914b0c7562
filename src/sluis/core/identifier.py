"""The codes by which registers know a company: how each is written, and which carry a check.

A code that passes is well formed, no more: whose it is, a register says or a service desk sees.
DUNS numbers have had no check digit since 2006.
"""

import re
from enum import StrEnum

PATTERNS = {
    "NxtEntityId": r"NXT\d{8,12}",
    "TIN": r"[A-Z]{2}[A-Z0-9]{2,13}",
    "Eori": r"[A-Z]{2}[A-Z0-9]{1,15}",
    "Duns": r"\d{9}",
    "APCS": r"[A-Z0-9]{2,10}",
    "SCAC": r"[A-Z]{2,4}",
    "CustomerCode": r"[A-Z]{1,6}",
    "CustomerNumber": r"\d{1,8}",
    "CollectionLocation": r"\d{6}",
}
# VAT numbers of the countries round the ports; others have the general form above.
OF_COUNTRIES = {
    "BE": r"[01]\d{9}",
    "NL": r"\d{9}B\d{2}",
    "DE": r"\d{9}",
    "FR": r"[A-Z0-9]{2}\d{9}",
    "LU": r"\d{8}",
}


class Wrong(StrEnum):
    """What is wrong with a code."""

    FORM = "form"
    CHECK = "check"  # written right, and still not one that was ever given out


def normal(type_: str, code: str) -> str:
    """Return a code without the spaces, dots and dashes that people put in to read it.

    An `ExternalId` was made by others, who may compare it letter by letter: it stays.
    """
    if type_ == "ExternalId":
        return code.strip()
    return re.sub(r"[\s.\-]", "", code).upper()


def wrong(type_: str, code: str) -> Wrong | None:
    """Return what is wrong with a code in its normal form; a type without rules has no wrong."""
    pattern = PATTERNS.get(type_)
    if pattern is None:
        return None
    if not re.fullmatch(pattern, code, re.ASCII):
        return Wrong.FORM
    return wrong_vat(code[:2], code[2:]) if type_ == "TIN" else None


def wrong_vat(country: str, number: str) -> Wrong | None:
    pattern = OF_COUNTRIES.get(country)
    if pattern is not None and not re.fullmatch(pattern, number, re.ASCII):
        return Wrong.FORM
    adds_up = {"BE": adds_up_in_belgium, "NL": adds_up_in_the_netherlands, "DE": adds_up_in_germany}
    if country in adds_up and not adds_up[country](number):
        return Wrong.CHECK
    return None


def adds_up_in_belgium(number: str) -> bool:
    return int(number[8:]) == 97 - int(number[:8]) % 97


def adds_up_in_the_netherlands(number: str) -> bool:
    """Return whether either of two checks holds: sole traders got another kind in 2020."""
    weighed = sum(
        weight * int(digit) for weight, digit in zip(range(9, 1, -1), number[:8], strict=True)
    )
    of_a_company = weighed % 11 == int(number[8])
    # ISO 7064 mod 97-10 over the whole, letters as numbers from A = 10: N 23, L 21, B 11.
    of_a_sole_trader = int(f"2321{number[:9]}11{number[10:]}") % 97 == 1
    return of_a_company or of_a_sole_trader


def adds_up_in_germany(number: str) -> bool:
    """Return whether ISO 7064 mod 11,10 holds."""
    product = 10
    for digit in number[:8]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(number[8])) % 10 == 1
