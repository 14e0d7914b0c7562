"""Numbers of barcodes: taken from the database a block at a time, issued from memory.

A block is committed, in a transaction of its own, before a number of it leaves: after a kill
numbers are missing, and none comes twice. Several processes take blocks of their own.
"""

import threading
from collections.abc import Iterator

from django.db import connection, transaction

from sluis.apis.parcels.rules.barcode import Numbers
from sluis.apis.parcels.store import Spent
from sluis.apis.parcels.tables.models import Stem, Taken
from sluis.core.api import Opening

BLOCK_NUMBERS = 100
BLOCKS_A_SERIE = 1_000  # at least; a short serie is not lost to a few restarts
SERIES_AT_MOST = 10_000  # in memory; beyond these numbers are left unused


class DjangoStore:
    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.at_hand: dict[Numbers, Iterator[int]] = {}
        self.lock = threading.Lock()

    def next_number(self, wanted: Numbers) -> int:
        with self.lock:
            number = next(self.at_hand.get(wanted, iter(())), None)
            if number is None:
                if len(self.at_hand) >= SERIES_AT_MOST:
                    self.at_hand.clear()
                block = self.at_hand[wanted] = iter(self.reserved(wanted))
                number = next(block)
            return number

    def refresh(self) -> None:
        """Begin anew: the sandbox was emptied, or an import changed what is known."""
        with self.lock:
            self.at_hand.clear()

    def reserved(self, wanted: Numbers) -> range:
        """Return numbers that are ours alone from now on. Raises `Spent`."""
        connection.close_if_unusable_or_obsolete()
        with transaction.atomic(durable=True):
            stem, _ = Stem.objects.get_or_create(
                environment=self.opening.environment, stem=wanted.stem, digits=wanted.digits
            )
            Stem.objects.select_for_update().get(pk=stem.pk)
            return taken(stem, wanted)


def taken(stem: Stem, wanted: Numbers) -> range:
    """Take the first numbers of the serie that are free; the stem's row is held."""
    rows = Taken.objects.filter(stem=stem).order_by("first")
    first, before = wanted.first, rows.filter(first__lte=wanted.first).last()
    if before is not None:
        first = max(first, before.last + 1)
    after = rows.filter(first__gte=first).first()
    while after is not None and after.first == first:  # it touches the next one
        first, before = after.last + 1, after
        after = rows.filter(first__gte=first).first()
    if first > wanted.last:
        raise Spent
    size = max(1, min(BLOCK_NUMBERS, (wanted.last - wanted.first + 1) // BLOCKS_A_SERIE))
    last = min(first + size - 1, wanted.last, after.first - 1 if after else wanted.last)
    if before is not None and before.last == first - 1:
        Taken.objects.filter(pk=before.pk).update(last=last)
    else:
        Taken.objects.create(environment=stem.environment, stem=stem, first=first, last=last)
    return range(first, last + 1)


def open_store(opening: Opening) -> DjangoStore:
    return DjangoStore(opening)
