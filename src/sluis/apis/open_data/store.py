"""What the open data APIs ask to be remembered: the rows that an operator imported."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from sluis.core.api import Opening


class Dataset(StrEnum):
    """What is imported and served together; an environment has each of its own or none."""

    STAYS = "stays"
    VOYAGES = "voyages"
    READINGS = "readings"
    BRIDGES = "bridges"
    LOCKS = "locks"
    INFRASTRUCTURES = "infrastructures"
    MEASUREMENTS = "measurements"
    VESSELS = "vessels"


class Kept(NamedTuple):
    body: dict[str, Any]  # as it is served
    changed_at: datetime  # UTC, by the environment's clock


class Store(Protocol):
    opening: Opening

    def imported(self, dataset: Dataset) -> tuple[Kept, ...]:
        """Return the imported rows in the order of their keys; () when there are none."""
