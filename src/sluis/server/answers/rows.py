"""The questions to the database behind a snapshot, in plain SQL.

100,000 subscriptions as objects of the ORM take seconds. Ids come as 32 hexadecimal digits
on both databases; equal strings are kept once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection
from joserfc.jwk import RSAKey

from sluis.core.access import Grant
from sluis.core.directory import Party, PostalAddress
from sluis.core.quota import Limit
from sluis.core.subscription import State
from sluis.gateway.snapshot import Access, Client, Key

Row = Sequence[Any]
FOREVER = float("inf")
Where = tuple[str, list[Any]]  # a condition with the alias of the table left open, its values


def among(column: str, keys: Iterable[str]) -> Where:
    """Return the condition that a column is one of these ids, as their rows spell them."""
    values = [str(key) for key in keys]
    if connection.vendor == "sqlite":
        values = [value.replace("-", "") for value in values]
    return f" AND {column} IN ({', '.join(['%s'] * len(values))})", values


def beside(keys: Iterable[str]) -> Where:
    """Return the condition that a subscription, or another to the same API, is one of these."""
    condition, values = among("one.id", keys)
    return (
        " AND EXISTS (SELECT 1 FROM server_subscription one WHERE"
        " one.environment_id = {0}.environment_id AND one.organisation_id = {0}.organisation_id"
        f" AND one.api = {{0}}.api {condition})",
        values,
    )


def rows(sql: str, values: Sequence[Any] = ()) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
    return found


def hexadecimal(column: str) -> str:
    """Return the SQL of an id as 32 hexadecimal digits: as SQLite keeps it anyway."""
    return column if connection.vendor == "sqlite" else f"replace({column}::text, '-', '')"


def json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value


def newest_revision() -> int:
    return int(rows("SELECT coalesce(max(revision), 0) FROM server_change")[0][0])


def environment_rows() -> list[Row]:
    return rows(
        "SELECT key, provider_id, name, kind, hosts, clock_offset_seconds, limits, deprecations"
        " FROM server_environment"
    )


def access(where: Where) -> dict[str, dict[tuple[str, str], Access]]:
    """Return the subscriptions by organisation and API.

    Of several the one that lives counts, and of dead ones the newest.
    """
    condition, values = where
    found: dict[str, dict[tuple[str, str], Access]] = {}
    once: dict[Any, Any] = {}
    for environment, organisation, api, subscription, state, grant in rows(
        f"SELECT s.environment_id, {hexadecimal('s.organisation_id')}, s.api,"
        f' {hexadecimal("s.id")}, s.state, s."grant" FROM server_subscription s'
        f" WHERE 1 = 1 {condition.format('s')} ORDER BY s.state NOT IN (%s, %s), s.requested_at",
        [*values, State.ENDED.value, State.REJECTED.value],
    ):
        pair: Any = (once.setdefault(organisation, organisation), once.setdefault(api, api))
        entry = Access(subscription, STATES[state], shared_grant(grant, once))
        found.setdefault(environment, {})[pair] = entry
    return found


STATES = {state.value: state for state in State}


def shared_grant(written: Any, once: dict[Any, Any]) -> Grant | None:
    """Return the grant that a subscription narrows its API to; equal ones are one object."""
    if written is None or written == "null":
        return None
    text = written if isinstance(written, str) else msgspec.json.encode(written)
    if text not in once:
        narrowed = json(written)
        fields = {model: frozenset(names) for model, names in narrowed.get("fields", {}).items()}
        once[text] = Grant(frozenset(narrowed.get("operations", ())), fields)
    grant: Grant = once[text]
    return grant


def key_entries(where: Where) -> dict[str, dict[tuple[str, bytes], Key]]:
    """Return the keys by kind and digest; those of a subscription that ended are disabled."""
    condition, values = where
    found: dict[str, dict[tuple[str, bytes], Key]] = {}
    once: dict[Any, Any] = {}
    for environment, kind, digest, organisation, state, disabled_at, expires_at in rows(
        f"SELECT c.environment_id, c.kind, c.digest, {hexadecimal('s.organisation_id')}, s.state,"
        " c.disabled_at, c.expires_at FROM server_credential c"
        " JOIN server_subscription s ON s.id = c.subscription_id"
        f" WHERE 1 = 1 {condition.format('c')}",
        values,
    ):
        dead = disabled_at is not None or state != State.ACTIVE
        key = Key(organisation, dead, FOREVER if expires_at is None else seconds(expires_at))
        entry: Any = (once.setdefault(kind, kind), bytes(digest))
        found.setdefault(environment, {})[entry] = once.setdefault(key, key)
    return found


def seconds(moment: Any) -> float:
    """Return seconds since 1970 of a time as the database gives it: SQLite gives text."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return float(moment.timestamp())


def clients(where: Where) -> dict[str, dict[str, Client]]:
    condition, values = where
    found: dict[str, dict[str, Client]] = {}
    for environment, client_id, application, disabled_at in rows(
        f"SELECT k.environment_id, k.client_id, {hexadecimal('k.application_id')}, k.disabled_at"
        f" FROM server_client k WHERE 1 = 1 {condition.format('k')}",
        values,
    ):
        client = Client(application, disabled_at is not None)
        found.setdefault(environment, {})[client_id] = client
    return found


def own_applications(environment: str) -> Iterable[tuple[str, str]]:
    """Return each application with the organisation that built it."""
    found = rows(
        f"SELECT DISTINCT {hexadecimal('a.id')}, {hexadecimal('a.organisation_id')}"
        " FROM server_application a JOIN server_client k ON k.application_id = a.id"
        " WHERE k.environment_id = %s",
        [environment],
    )
    return ((application, organisation) for application, organisation in found)


def consents(environment: str) -> Iterable[tuple[str, str]]:
    found = rows(
        f"SELECT {hexadecimal('application_id')}, {hexadecimal('organisation_id')}"
        " FROM server_consent WHERE environment_id = %s AND withdrawn_at IS NULL",
        [environment],
    )
    return ((application, organisation) for application, organisation in found)


def members(where: str = "", values: Sequence[Any] = ()) -> dict[str, tuple[str, ...]]:
    """Return the organisations of every person and API user that may act."""
    found: dict[str, tuple[str, ...]] = {}
    people = rows(
        f"SELECT {hexadecimal('p.id')}, {hexadecimal('m.organisation_id')}"
        " FROM server_person p JOIN server_membership m ON m.person_id = p.id"
        f" WHERE p.is_active {where.format('p')}",
        values,
    )
    users = rows(
        f"SELECT {hexadecimal('u.id')}, {hexadecimal('u.organisation_id')}"
        f" FROM server_apiuser u WHERE u.disabled_at IS NULL {where.format('u')}",
        values,
    )
    for person, organisation in (*people, *users):
        found[person] = (*found.get(person, ()), organisation)
    return found


def members_among(keys: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the same of these only; one who may act no more has no organisations."""
    condition, values = among("{}.id", keys)
    gone: dict[str, tuple[str, ...]] = {key.replace("-", ""): () for key in keys}
    return gone | members(condition, values)


def signing_keys(environment: str) -> dict[str, RSAKey]:
    found = rows(
        "SELECT kid, public FROM server_signingkey WHERE environment_id = %s", [environment]
    )
    return {kid: RSAKey.import_key(public) for kid, public in found}


def revoked(environment: str) -> Iterable[str]:
    found = rows("SELECT jti FROM server_revokedtoken WHERE environment_id = %s", [environment])
    return (jti for (jti,) in found)


def own_limits(written: Mapping[str, Sequence[Row]]) -> dict[str, tuple[Limit, ...]]:
    return {
        product: tuple(Limit(name, calls, seconds) for name, calls, seconds in limits)
        for product, limits in written.items()
    }


def parties(environment: str, organisations: Iterable[str] | None = None) -> list[Party]:
    """Return the parties of an environment: all, or those of these organisations."""
    condition, among_these = "", list[Any]()
    if organisations is not None:
        condition, among_these = among("p.organisation_id", organisations)
    where = f"WHERE p.environment_id = %s {condition}"
    values = [environment, *among_these]
    identifiers = identifiers_of(where, values)
    addresses = addresses_of(where, values)
    terminals = terminals_of(where, values)
    found = rows(
        f"SELECT {hexadecimal('p.id')}, {hexadecimal('p.organisation_id')}, p.name, p.roles"
        f" FROM server_party p {where} ORDER BY p.name, p.id",
        values,
    )
    return [
        Party(
            organisation,
            name,
            frozenset(json(roles)),
            identifiers.get(party, {}),
            tuple(addresses.get(party, ())),
            frozenset(terminals.get(party, ())),
        )
        for party, organisation, name, roles in found
    ]


def identifiers_of(where: str, values: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Return the codes of these parties by type."""
    found: dict[str, dict[str, str]] = {}
    for party, type_, code in rows(
        f"SELECT {hexadecimal('p.id')}, i.type, i.code FROM server_identifier i"
        f" JOIN server_party p ON p.id = i.party_id {where}",
        values,
    ):
        found.setdefault(party, {})[type_] = code
    return found


def addresses_of(where: str, values: Sequence[Any]) -> dict[str, list[PostalAddress]]:
    found: dict[str, list[PostalAddress]] = {}
    for party, *address, name, email in rows(
        f"SELECT {hexadecimal('p.id')}, a.type, a.street, a.postal_code, a.city, a.country,"
        " a.contact_name, a.contact_email FROM server_address a"
        f" JOIN server_party p ON p.id = a.party_id {where} ORDER BY a.type",
        values,
    ):
        found.setdefault(party, []).append(PostalAddress(*[*address, name or None, email or None]))
    return found


def terminals_of(where: str, values: Sequence[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for party, code in rows(
        f"SELECT {hexadecimal('p.id')}, t.code FROM server_terminal t"
        f" JOIN server_party p ON p.id = t.party_id {where}",
        values,
    ):
        found.setdefault(party, set()).add(code)
    return found
