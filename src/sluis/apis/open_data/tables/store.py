"""Imported rows, held in memory: calls read them there and wait for no database."""

from collections import defaultdict

from sluis.apis.open_data.store import Dataset, Kept
from sluis.apis.open_data.tables.models import ImportedRow
from sluis.core.api import Opening


class DjangoStore:
    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.rows: dict[Dataset, tuple[Kept, ...]] = {}
        self.refresh()

    def imported(self, dataset: Dataset) -> tuple[Kept, ...]:
        return self.rows.get(dataset, ())

    def refresh(self) -> None:
        """Read what was imported; calls that are under way keep what they had."""
        found = defaultdict(list)
        rows = ImportedRow.objects.filter(environment=self.opening.environment)
        for dataset, key, body, changed_at in rows.values_list(
            "dataset", "key", "body", "changed_at"
        ).iterator():
            found[Dataset(dataset)].append((key, Kept(body, changed_at)))
        # Sorted here: databases differ in how they order text.
        self.rows = {
            dataset: tuple(kept for _, kept in sorted(keyed, key=lambda pair: pair[0]))
            for dataset, keyed in found.items()
        }


def open_store(opening: Opening) -> DjangoStore:
    return DjangoStore(opening)
