"""The check digit of an international item: the last digit before the country (UPU S10)."""

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit(serial: str) -> str:
    """Return the digit that belongs after eight digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, serial, strict=True))
    rest = 11 - total % 11
    return str({10: 0, 11: 5}.get(rest, rest))
