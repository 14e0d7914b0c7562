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
        self._by_organisation: dict[str, Party] = {}
        self._by_code: dict[tuple[str, str], Party] = {}
        self._by_terminal: dict[str, Party] = {}
        for party in parties:
            self._add(party)

    @property
    def parties(self) -> tuple[Party, ...]:
        return tuple(self._by_organisation.values())

    def of(self, organisation: str | None) -> Party | None:
        return self._by_organisation.get(organisation or "")

    def find(self, type_: str, code: str) -> Party | None:
        return self._by_code.get((type_.lower(), code.strip().lower()))

    def operator_of(self, terminal: str) -> Party | None:
        return self._by_terminal.get(terminal)

    def with_changes(self, changes: Mapping[str, Party | None]) -> "Directory":
        """Return a directory in which these organisations are other parties, or none."""
        made = Directory()
        made._by_organisation = dict(self._by_organisation)
        made._by_code = dict(self._by_code)
        made._by_terminal = dict(self._by_terminal)
        for organisation in changes:
            made._remove(made._by_organisation.pop(organisation, None))
        for party in changes.values():
            if party is not None:
                made._add(party)
        return made

    def _add(self, party: Party) -> None:
        self._by_organisation[party.organisation] = party
        for type_, code in party.identifiers.items():
            self._by_code[type_.lower(), code.lower()] = party
        for code in party.terminals:
            self._by_terminal[code] = party

    def _remove(self, party: Party | None) -> None:
        if party is None:
            return
        for type_, code in party.identifiers.items():
            self._by_code.pop((type_.lower(), code.lower()), None)
        for code in party.terminals:
            self._by_terminal.pop(code, None)


EMPTY = Directory()
