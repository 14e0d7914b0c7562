"""What Certified Pick up asks to be remembered: containers, and whose ingestion channels there are.

A lane is a container by its number, or a company whose rights are listed.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol
from uuid import UUID

from sluis.apis.certified_pickup.rules.listing import Rights
from sluis.apis.certified_pickup.rules.release import Container
from sluis.core.api import Opening

LISTS = "rights of "  # before the organisation, in the lane of a list


class Ingestion(NamedTuple):
    organisation: str
    message_type: str  # "json"; others are agreed upon beforehand


class Store(Protocol):
    opening: Opening

    def ingestion(self, id_: UUID) -> Ingestion | None:
        """Return whose ingestion channel this is; None when there is none. Asks no database."""

    def states(self, lanes: Collection[str]) -> Mapping[str, Container | Rights]: ...

    def keep(self, states: Mapping[str, Container]) -> None: ...
