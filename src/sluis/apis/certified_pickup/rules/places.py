"""Terminals and parties, found in the directory as messages write them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sluis.apis.certified_pickup.rules.refusals import Code, refused
from sluis.core.directory import Directory, Party

PORTS = ("BEANR",)  # "for now always Antwerp"
ROLES = SHIPPING_AGENT, RELEASE_PARTY, TRANSPORT_OPERATOR, TERMINAL_OPERATOR = (
    "ShippingAgent",
    "ReleaseParty",
    "TransportOperator",
    "TerminalOperator",
)


@lru_cache(maxsize=10_000)
def plain(code: str) -> str:
    """Return what the spellings `1700`, `K1700`, `01700` and `Kaai1700` have in common."""
    return re.sub(r"^(KAAI|K)?0*", "", code.strip().upper())


@lru_cache(maxsize=16)  # by identity: a directory never changes, a few of them live at a time
def terminals(directory: Directory) -> Mapping[str, tuple[str, Party]]:
    """Return the code as it is written here and the operator, by plain code."""
    return {
        plain(code): (code, party)
        for party in directory.parties
        for code in sorted(party.terminals)
    }


def terminal(directory: Directory, port: str, code: str) -> str:
    """Return the code as the directory writes it. Raises `Refused`."""
    found = terminals(directory).get(plain(code))
    if found is None or port not in PORTS:
        raise refused(Code.UNKNOWN_TERMINAL, code=code, port=port)
    return found[0]


def first(directory: Directory) -> tuple[str, Party] | None:
    """Return the code and the operator of the terminal that stands for any."""
    return min(terminals(directory).values(), default=None, key=lambda one: one[0])


def operator(directory: Directory, code: str) -> str | None:
    """Return the organisation that operates a terminal."""
    found = terminals(directory).get(plain(code))
    return found[1].organisation if found else None


def named(directory: Directory, given: Mapping[str, Any]) -> str:
    """Return the organisation that `{identificationType, identificationCode}` names.

    Raises `Refused` when it takes no part in Certified Pick up.
    """
    type_, code = given["identificationType"], given["identificationCode"]
    party = directory.find(type_, code)
    if party is None or party.roles.isdisjoint(ROLES):
        raise refused(Code.UNKNOWN_PARTY, type=type_, code=code)
    return party.organisation
