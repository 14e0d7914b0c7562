"""The policy, read from the database: whole at the start, then only what changes name."""

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from sluis.core.api import Api, Opening
from sluis.core.credential import derived
from sluis.core.directory import Directory
from sluis.core.provider import EnvironmentKind, OldDoor, Provider
from sluis.core.version import Deprecation
from sluis.gateway.route import routes
from sluis.gateway.snapshot import Environment, Snapshot
from sluis.gateway.tokens import Verified
from sluis.registry import HOSTED_APIS, SCHEMES
from sluis.server.actions.announce import Changed
from sluis.server.answers.deprecations import deprecation_of
from sluis.server.answers.providers import read_providers
from sluis.server.answers.rows import (
    Row,
    access,
    among,
    beside,
    clients,
    consents,
    environment_rows,
    json,
    key_entries,
    members,
    members_among,
    newest_revision,
    own_applications,
    own_limits,
    parties,
    revoked,
    rows,
    signing_keys,
)
from sluis.server.jobs.query import StoredNotifications

Doors = Mapping[str, frozenset[OldDoor]]  # those that stand open, by provider


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads snapshots; `url` and `secret` are the platform's, as in its settings."""

    url: str
    secret: bytes

    def load(self) -> Snapshot:
        revision = newest_revision()  # first: what changes meanwhile is read again
        providers = read_providers()
        doors = doors_of(providers)
        environments = {row[0]: self.environment(row, doors) for row in environment_rows()}
        snapshot = Snapshot(
            revision=revision,
            providers=providers,
            environments=environments,
            by_host=by_host(environments),
            members=members(),
            pepper=derived(self.secret, "pepper"),
        )
        # The collector would visit every object of the snapshot, again and again: 187 ms seen.
        gc.collect()
        gc.freeze()
        return snapshot

    def caught_up(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with all changes since; the same one when there are none."""
        changes = rows(
            "SELECT kind, key, revision FROM server_change WHERE revision > %s ORDER BY revision",
            [snapshot.revision],
        )
        if not changes:
            return snapshot
        by_kind: dict[str, set[str]] = {}
        for kind, key, _ in changes:
            by_kind.setdefault(kind, set()).add(key)
        if not by_kind.keys() <= set(Changed):
            return self.load()  # a newer release is at work beside this one
        for changed in Changed:  # environments first: what is in a new one needs it
            if changed in by_kind:
                snapshot = self.with_changes(snapshot, changed, by_kind[changed])
        return replace(snapshot, revision=changes[-1][2])

    def with_changes(self, snapshot: Snapshot, changed: Changed, keys: set[str]) -> Snapshot:
        environments = dict(snapshot.environments)
        match changed:
            case Changed.ENVIRONMENT | Changed.CONTENTS:
                snapshot = replace(snapshot, providers=read_providers())
                doors = doors_of(snapshot.providers)
                for row in environment_rows():
                    known = environments.get(row[0])
                    if row[0] in keys and known and changed is Changed.ENVIRONMENT:
                        environments[row[0]] = replace(known, **self.settings(row, doors))
                    elif row[0] in keys:
                        environments[row[0]] = self.environment(row, doors)
            case Changed.SUBSCRIPTION:
                update(environments, "access", access(beside(keys)))
                update(environments, "keys", key_entries(among("c.subscription_id", keys)))
            case Changed.CREDENTIAL:
                update(environments, "keys", key_entries(among("c.id", keys)))
            case Changed.CLIENT:
                update(environments, "clients", clients(among("k.id", keys)))
                for key in environments:
                    own = frozenset(own_applications(key))
                    environments[key] = replace(environments[key], own_applications=own)
            case Changed.CONSENT:
                for key in environments:
                    agreed = frozenset(consents(key))
                    environments[key] = replace(environments[key], consents=agreed)
            case Changed.PERSON:
                return replace(snapshot, members={**snapshot.members, **members_among(keys)})
            case Changed.SIGNING_KEYS:
                for key in keys & environments.keys():
                    fresh = signing_keys(key)
                    environments[key] = replace(environments[key], signing_keys=fresh)
                # A key that is gone must not live on in the tokens that it once verified.
                snapshot = replace(snapshot, tokens=Verified())
            case Changed.REVOKED_TOKEN:
                for key in environments:
                    gone = frozenset(revoked(key))
                    environments[key] = replace(environments[key], revoked=gone)
            case Changed.PARTY:
                for key, organisations in by_environment(keys).items():
                    fresh_parties = {p.organisation: p for p in parties(key, organisations)}
                    changes = {name: fresh_parties.get(name) for name in organisations}
                    directory = environments[key].directory.with_changes(changes)
                    environments[key] = replace(environments[key], directory=directory)
            case Changed.DATA:
                for name in keys:
                    key, package = name.split(" ", 1)
                    environments[key].stores[package].refresh()
        return replace(snapshot, environments=environments, by_host=by_host(environments))

    def settings(self, row: Row, doors: Doors) -> dict[str, Any]:
        """Return what follows from an environment's own row."""
        key, provider, name, _, hosts, offset, limits, deprecations = row
        return {
            "key": key,
            "base_url": f"{self.url}/{provider}/{name}",
            "hosts": tuple(json(hosts) or ()),
            "clock_offset_seconds": offset,
            "doors": doors.get(provider, frozenset()),
            "notifications": StoredNotifications(key, offset),
            "routes": routes(
                apis_of(provider),
                SCHEMES,
                own_limits(json(limits) or {}),
                deprecated(apis_of(provider), json(deprecations) or {}),
            ),
        }

    def environment(self, row: Row, doors: Doors) -> Environment:
        key, provider, _, kind, *_ = row
        opening = {
            package: Opening(
                key,
                kind == EnvironmentKind.SANDBOX,
                derived(self.secret, f"store {key} {package}"),
            )
            for package in dict.fromkeys(api.package for api in apis_of(provider))
        }
        where = (" AND {}.environment_id = %s", [key])
        return Environment(
            **self.settings(row, doors),
            stores={package: open_store(package, how) for package, how in opening.items()},
            keys=key_entries(where).get(key, {}),
            clients=clients(where).get(key, {}),
            access=access(where).get(key, {}),
            own_applications=frozenset(own_applications(key)),
            consents=frozenset(consents(key)),
            signing_keys=signing_keys(key),
            revoked=frozenset(revoked(key)),
            directory=Directory(parties(key)),
        )


def doors_of(providers: Iterable[Provider]) -> Doors:
    return {provider.slug: provider.doors for provider in providers}


def apis_of(provider: str) -> list[Api]:
    return [api for api in HOSTED_APIS if api.provider == provider]


def deprecated(apis: Iterable[Api], written: Mapping[str, Any]) -> dict[str, Deprecation]:
    """Return by API what is said of the version that is published, where something is."""
    found = {api.slug: deprecation_of(api, written) for api in apis}
    return {slug: one for slug, one in found.items() if one is not None}


def update(
    environments: dict[str, Environment], name: str, fresh: Mapping[str, Mapping[Any, Any]]
) -> None:
    """Replace one of an environment's tables by a copy with the fresh entries in it."""
    for key, entries in fresh.items():
        merged: dict[str, Any] = {name: {**getattr(environments[key], name), **entries}}
        environments[key] = replace(environments[key], **merged)


def by_environment(keys: set[str]) -> dict[str, set[str]]:
    """Return the organisations that keys of parties name, by environment."""
    found: dict[str, set[str]] = {}
    for key in keys:
        environment, organisation = key.split(" ")
        found.setdefault(environment, set()).add(organisation)
    return found


def open_store(package: str, opening: Opening) -> Any:
    """Return an API's store: the one convention that no import shows; `checks.py` proves it."""
    return import_module(f"{package}.tables.store").open_store(opening)


def by_host(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    return {host.lower(): found for found in environments.values() for host in found.hosts}
