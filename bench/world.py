"""A platform with 100,000 subscriptions in a data directory of its own.

The sandbox's companies come through the product's own loading, the many others as bulk rows
beside them, each with a member who asked the desk twice. Runs as a process, since Django reads
its settings once:
`SLUIS_HOME=… python -m bench.world 20000`.
"""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.processes import PYTHON, ROOT, clean, fetched, say

APIS = 5  # that each organisation subscribes to, with two keys
ENVIRONMENT = "port/uat"
TICKETS = 2  # that each organisation asked; one in a hundred waits for the desk
ASKER, ASKED = "Scheldekaai Agency", 20  # one company asked more: people look at its pages
PATH = "/opendata/meteo/v1/readings"
STATION = "Prosperpolder"
HIDDEN = frozenset({"wr_10", "tt_10"})  # fields of a reading that the first company does not get
LIMITS = {"open-data": [["day", 1_000_000_000, 86_400]]}  # too high to be met


def build(organisations: int, *further: str, **settings: str) -> None:
    """Fill a database, and the data directory that belongs to it.

    `further` are environments in which the organisations have as many subscriptions again.
    """
    say(f"a world of {organisations * APIS * (1 + len(further)):,} subscriptions")
    subprocess.run(
        [PYTHON, "-m", "bench.world", str(organisations), *further],
        cwd=ROOT,
        env=clean(**settings),
        check=True,
    )


def keys_like(number: int) -> str:
    """Return a key in the form of the product's, for a peer's table of keys."""
    return sha256(f"key {number}".encode()).hexdigest()[:32]


def settings(home: Path, port: int, tls_port: int, **further: str) -> dict[str, str]:
    """Return the settings of a platform, for `clean`."""
    given = {"SLUIS_HOME": str(home), "SLUIS_PORT": str(port), "SLUIS_TLS_PORT": str(tls_port)}
    return given | further


def session(email: str, **settings: str) -> str:
    """Return the cookie of a person of the world who has logged in."""
    code = f"from bench.world import logged_in; print(logged_in({email!r}))"
    done = subprocess.run(
        [PYTHON, "-c", code],
        cwd=ROOT,
        env=clean(**settings),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return f"sessionid={done.stdout.split()[-1]}"


def credentials(base_url: str, company: dict[str, Any]) -> dict[str, str]:
    """Return the headers of a company's calls: its token comes from the token endpoint."""
    from json import loads
    from urllib.parse import urlencode

    names = ("username", "password", "client_id", "client_secret")
    form = {"grant_type": "password", "scope": "openid"} | {name: company[name] for name in names}
    status, body = fetched(f"{base_url}/connect/token", body=urlencode(form).encode())
    if status != 200:
        raise SystemExit(f"No token: {status} {body.decode(errors='replace')}")
    return {
        "Authorization": f"Bearer {loads(body)['access_token']}",
        "Ocp-Apim-Subscription-Key": company["subscription_key"],
    }


# Within the process of its own


def fill(organisations: int, *further: str) -> None:
    from sluis.server.cli import started

    config = started()  # before anything that has tables is imported
    from sluis.server import demo, install

    install.migrate(config)
    told = demo.load(config)
    narrow(told["port"]["uat"]["companies"][0]["name"])
    insert_others(organisations)
    insert_members(organisations)
    insert_tickets(organisations)
    for environment in further:
        insert_others(organisations, environment)


def logged_in(email: str) -> str:
    from sluis.server.cli import started

    started()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from sluis.server.models import Person

    person = Person.objects.get(email=email)
    made = SessionStore()
    made[SESSION_KEY] = str(person.pk)
    made[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    made[HASH_SESSION_KEY] = person.get_session_auth_hash()
    made.save()
    return str(made.session_key)


def narrow(organisation: str) -> None:
    """Hide two fields of a reading from a company, and set the limits out of reach."""
    from sluis.apis.open_data import METEO
    from sluis.core.access import models_of
    from sluis.server.models import Environment, Subscription

    (operation,) = METEO.operations
    assert operation.returns is not None
    models = models_of(operation.returns)
    assert operation.returns.fields.keys() >= HIDDEN
    grant = {
        "operations": [operation.name],
        "fields": {model.name: [n for n in model.fields if n not in HIDDEN] for model in models},
    }
    mine = {"environment_id": ENVIRONMENT, "organisation__name": organisation, "api": METEO.slug}
    assert Subscription.objects.filter(**mine).update(grant=grant) == 1
    Environment.objects.filter(key=ENVIRONMENT).update(limits=LIMITS)


def insert_others(organisations: int, environment: str = ENVIRONMENT) -> None:
    from django.db import transaction

    from sluis.core.credential import CredentialKind
    from sluis.core.subscription import State
    from sluis.registry import HOSTED_APIS
    from sluis.server.models import Credential, Organisation, Subscription

    apis = [api.slug for api in HOSTED_APIS if api.provider == "port"][:APIS]
    owners = [identifier("organisation", number) for number in range(organisations)]
    pairs = [(owner, api) for owner in owners for api in apis]
    more = "" if environment == ENVIRONMENT else f" {environment}"
    named = {(o, a): identifier("subscription", f"{o} {a}{more}") for o, a in pairs}
    subscription = Subscription(environment_id=environment, state=State.ACTIVE)
    key = Credential(environment_id=environment, kind=CredentialKind.SUBSCRIPTION_KEY)
    with transaction.atomic():
        if not more:
            put(
                Organisation(),
                ({"id": owner, "name": f"Organisation {n}"} for n, owner in enumerate(owners)),
            )
        put(
            subscription,
            ({"id": named[o, a], "organisation_id": o, "api": a} for o, a in pairs),
        )
        put(key, (row for one in named.values() for row in keys_of(one)))


def insert_members(organisations: int) -> None:
    from django.db import transaction

    from sluis.server.models import Membership, Person

    numbers = range(organisations)
    people = [identifier("person", number) for number in numbers]
    owners = [identifier("organisation", number) for number in numbers]
    with transaction.atomic():
        put(
            Person(password="!"),
            (
                {"id": who, "name": f"Person {n}", "email": f"person{n}@organisation{n}.example"}
                for n, who in enumerate(people)
            ),
        )
        put(
            Membership(roles=["administrator"]),
            (
                {"person_id": who, "organisation_id": owner}
                for who, owner in zip(people, owners, strict=True)
            ),
        )


def insert_tickets(organisations: int) -> None:
    """Put questions at the desk, most of them answered."""
    from django.db import transaction

    from sluis.server.models import Organisation, Ticket, TicketMessage

    owners = [identifier("organisation", n) for n in range(organisations) for _ in range(TICKETS)]
    owners += [spelled(Organisation.objects.get(name=ASKER).pk)] * ASKED
    ticket = Ticket(provider_id="port", environment_id=ENVIRONMENT, kind=Ticket.Kind.QUESTION)
    with transaction.atomic():
        put(
            ticket,
            (
                {
                    "organisation_id": owner,
                    "subject": f"Question {n} about a release",
                    "state": Ticket.State.DONE if n % 100 else Ticket.State.OPEN,
                }
                for n, owner in enumerate(owners)
            ),
        )
        numbers = Ticket.objects.order_by("pk").values_list("pk", flat=True)
        put(TicketMessage(text="How is this done?"), ({"ticket_id": n} for n in numbers))


def keys_of(subscription: str) -> Iterator[dict[str, Any]]:
    for label in ("primary", "secondary"):
        name = f"{subscription} {label}"
        yield {
            "id": identifier("key", name),
            "subscription_id": subscription,
            "label": label,
            "digest": sha256(name.encode()).digest(),
            "tail": name[-4:],
        }


def identifier(kind: str, name: object) -> str:
    """Return an id as the database at hand spells it; the same in every world."""
    return spelled(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {name}"))


def spelled(found: uuid.UUID) -> str:
    from django.db import connection

    return found.hex if connection.vendor == "sqlite" else str(found)


def put(example: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows that are as the example but for what they name."""
    from django.db import connection

    from sluis.storage.batch import insert

    columns = {
        field.column: field.get_db_prep_save(field.pre_save(example, add=True), connection)
        for field in example._meta.concrete_fields
        if field.column != "id" or not field.get_internal_type().endswith("AutoField")
    }
    names = [connection.ops.quote_name(name) for name in columns]
    values = [list((columns | row).values()) for row in rows]
    insert(connection, example._meta.db_table, names, values)


if __name__ == "__main__":
    fill(int(sys.argv[1]), *sys.argv[2:])
