"""What the parcels APIs ask to be remembered: which numbers of barcodes were issued."""

from typing import Protocol

from sluis.apis.parcels.rules.barcode import Numbers
from sluis.core.api import Opening


class Spent(Exception):
    """Every number of the serie was issued."""


class Store(Protocol):
    opening: Opening

    def next_number(self, wanted: Numbers) -> int:
        """Return a number that was never issued before; raises `Spent` when none is left."""
