"""Who publishes APIs, and under which policy: a provider is data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sluis.core.api import Text
from sluis.core.quota import Limit


class EnvironmentKind(StrEnum):
    SANDBOX = "sandbox"  # fictional data and a clock that can be moved
    STAGING = "staging"
    LIVE = "live"


class OldDoor(StrEnum):
    """Habits of the originals that today's standards forbid; see docs/divergences.

    Each is served where the provider's policy opens it, beside a clean twin.
    """

    PASSWORD_GRANT = "password-grant"  # clean: client credentials
    KEY_IN_QUERY = "key-in-query"  # clean: the header


class Registration(StrEnum):
    """How accounts come about."""

    OPEN = "open"  # people register themselves and confirm their e-mail address
    ADMINISTRATOR = "administrator"
    DESK = "desk"  # the service desk ties an address to a company


@dataclass(frozen=True, slots=True)
class EnvironmentPolicy:
    name: str
    kind: EnvironmentKind
    title: Text
    hosts: tuple[str, ...] = ()  # served at the root of these, beside the path that always works
    outgoing_addresses: tuple[str, ...] = ()  # for receivers of pushes to allow
    # By product, in place of what the API publishes; an operator can change them later.
    limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provider:
    slug: str
    name: str
    summary: Text
    registration: Registration
    environments: tuple[EnvironmentPolicy, ...]
    doors: frozenset[OldDoor] = frozenset()
    terms: Mapping[str, str] = field(default_factory=dict)  # version 1 of the terms, by language
    # The codes by which it knows companies, as `core/identifier.py` has them; the first is the
    # one that it gives out itself.
    identifiers: tuple[str, ...] = ()
    support_email: str = ""
    support_telephone: str = ""
    support_address: tuple[str, ...] = ()  # lines of a postal address


def environment_key(provider: str, environment: str) -> str:
    """Return the text form that rows, snapshot keys and credentials carry."""
    return f"{provider}/{environment}"


def in_force(published: Provider, own: Mapping[str, Any]) -> Provider:
    """Return the provider as its desk has it: what `own` names replaces what is published.

    `own` is as it is kept, in JSON. What this release does not know is left out: a policy that
    cannot be read lets nobody in.
    """
    changed: dict[str, Any] = {name: own[name] for name in AS_KEPT if name in own}
    if own.get("registration") in {one.value for one in Registration}:
        changed["registration"] = Registration(own["registration"])
    if "doors" in own:
        changed["doors"] = frozenset(door for door in OldDoor if door in own["doors"])
    if "support_address" in own:
        changed["support_address"] = tuple(own["support_address"])
    return replace(published, **changed)


AS_KEPT = ("name", "summary", "support_email", "support_telephone")
