"""The parties of one environment: who they are, by which codes, and in which roles.

Part of the snapshot, and never changed: operations and background work look parties up here,
and know nothing of the tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PostalAddress:
    type: str  # "1" main, "2" billing
    street: str
    postal_code: str
    city: str
    country: str
    contact_name: str | None
    contact_email: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as this environment knows it."""

    organisation: str  # the id that a `Caller` carries
    name: str
    roles: frozenset[str] = frozenset()  # as the provider names them: "ShippingAgent"
    identifiers: Mapping[str, str] = field(default_factory=dict)  # by type: "NxtEntityId"
    addresses: tuple[PostalAddress, ...] = ()
    terminals: frozenset[str] = frozenset()  # codes of the terminals that it operates

    def code(self, type_: str) -> str | None:
        return self.identifiers.get(type_)


class Directory:
    """Finds parties by organisation and by type and code; both are compared without case."""

    def __init__(self, parties: Iterable[Party] = ()) -> None:
        self.parties = tuple(parties)
        self._by_organisation = {party.organisation: party for party in self.parties}
        self._by_code = {
            (type_.lower(), code.lower()): party
            for party in self.parties
            for type_, code in party.identifiers.items()
        }
        self._by_terminal = {
            code: party for party in self.parties for code in sorted(party.terminals)
        }

    def of(self, organisation: str | None) -> Party | None:
        return self._by_organisation.get(organisation or "")

    def find(self, type_: str, code: str) -> Party | None:
        return self._by_code.get((type_.lower(), code.strip().lower()))

    def operator_of(self, terminal: str) -> Party | None:
        return self._by_terminal.get(terminal)


EMPTY = Directory()
