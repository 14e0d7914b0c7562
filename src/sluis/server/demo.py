"""The fictional world of the sandboxes: people, companies, their software and their keys.

Secrets are derived from the installation's own secret, ids from their labels: loading twice
changes nothing, and `demo.json` can be made again at any time. Seed 001's own parties are
among the companies, so that what it prints can be pasted.
"""

import base64
import json
import os
import shlex
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from sluis.apis import certified_pickup
from sluis.apis.certified_pickup.tables import demo as pickups
from sluis.core.credential import CredentialKind, derived, digest, tail
from sluis.core.directory import Directory
from sluis.core.provider import EnvironmentKind
from sluis.core.subscription import State
from sluis.registry import HOSTED_APIS
from sluis.server import demo_parcels
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.keys import LABELS, keep_key
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.answers.rows import parties
from sluis.server.config import Config
from sluis.server.models import (
    ApiUser,
    Application,
    Client,
    Credential,
    Environment,
    Identifier,
    Membership,
    Organisation,
    Party,
    Person,
    Provider,
    Subscription,
    Terminal,
)
from sluis.server.seal import PEPPER
from sluis.storage.jobs import forget_environment

NAMESPACE = uuid.UUID("6f1c6a0e-6b1d-5d0c-9d5e-51015d3a0001")


class NotASandbox(Exception):
    """Only a sandbox has a fictional world."""


@dataclass(frozen=True, slots=True)
class Company:
    slug: str
    name: str
    role: str
    nxt_entity_id: str
    vat_number: int  # eight digits; two check digits follow
    terminals: tuple[str, ...] = ()  # codes of those that it operates

    @property
    def tin(self) -> str:
        return f"BE{self.vat_number:08d}{97 - self.vat_number % 97:02d}"


COMPANIES = (
    Company("scheldekaai", "Scheldekaai Agency", "ShippingAgent", "NXT230000001", 4_501_227),
    Company("noorderdok", "Noorderdok Maritime", "ShippingAgent", "NXT230000002", 4_618_340),
    Company("vaartkapoen", "Vaartkapoen Forwarding", "ReleaseParty", "NXT230000003", 4_702_551),
    Company("kempenspoor", "Kempenspoor Logistics", "TransportOperator", "NXT230000004", 4_833_016),
    Company(
        "kaai1700", "Terminal Kaai 1700", "TerminalOperator", "NXT230000005", 4_913_728, ("01700",)
    ),
    # The parties that seed 001 prints in its examples.
    Company("seed-agent", "Seed Shipping Agency", "ShippingAgent", "NXT220000000", 4_244_900),
    Company("seed-forwarder", "Seed Forwarding", "ReleaseParty", "NXT221111111", 4_244_901),
)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person; `company` is a company's slug, None for the provider's own desk."""

    slug: str
    name: str
    company: str | None
    roles: tuple[str, ...]
    language: str
    second_factor: bool = False


PEOPLE = (
    Someone("anna", "Anna Verstraete", "scheldekaai", ("administrator", "developer"), "nl"),
    Someone("bram", "Bram Peeters", "kempenspoor", ("administrator",), "nl"),
    Someone("carla", "Carla Schmitz", "vaartkapoen", ("developer",), "de"),
    Someone("dirk", "Dirk Mertens", None, ("administrator", "desk"), "nl", second_factor=True),
)
CUSTOMERS = (
    Someone("emma", "Emma de Wit", "devcode", ("administrator", "developer"), "nl"),
    Someone("floor", "Floor Hendriks", None, ("administrator", "desk"), "nl", second_factor=True),
)


@dataclass(frozen=True, slots=True)
class World:
    """Makes secrets and ids of one sandbox from their labels."""

    config: Config
    environment: str

    @property
    def provider(self) -> str:
        return self.environment.partition("/")[0]

    def secret(self, label: str, length_bytes: int = 16) -> bytes:
        text = f"demo {self.environment} {label}"
        return derived(self.config.secret, text, length_bytes=length_bytes)

    def id(self, label: str) -> uuid.UUID:
        """Return an id that no other installation has for this label."""
        return uuid.uuid5(NAMESPACE, f"{self.secret('ids').hex()} {label}")


def load(config: Config) -> dict[str, Any]:
    """Fill the sandboxes with what is missing; return, and write, what `sluis demo --json` says."""
    world = World(config, "port/uat")
    environment = Environment.objects.get(key=world.environment)
    customers = World(config, demo_parcels.SANDBOX)
    hashes = hashed(newcomers(world, customers))
    with transaction.atomic():
        companies = [loaded_company(world, environment, company, hashes) for company in COMPANIES]
        people = [loaded_person(world, someone, hashes) for someone in PEOPLE]
        ingestion_ids = load_pickups(world, environment)
    for company, made in zip(COMPANIES, companies, strict=True):
        made["ingestion_id"] = ingestion_ids[company.slug]
    base_url = f"{config.portal_url}/{world.environment}"
    told: dict[str, Any] = {
        "portal": config.portal_url,
        "tls": config.tls_url,
        "ca": str(config.directory / "tls" / "ca.pem"),
        "people": people,
        "port": {
            "uat": {
                "base_url": base_url,
                "token_url": f"{base_url}/connect/token",
                "companies": companies,
                "terminals": [
                    {"code": code, "nxt_entity_id": company.nxt_entity_id}
                    for company in COMPANIES
                    for code in company.terminals
                ],
            }
        },
    }
    with transaction.atomic():
        told["parcels"] = {"sandbox": demo_parcels.load(customers)}
        people += [loaded_person(customers, someone, hashes) for someone in CUSTOMERS]
    write_private(config, told)
    return told


def write_private(config: Config, told: dict[str, Any]) -> None:
    path = config.directory / "demo.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, indent=2)


def newcomers(world: World, customers: World) -> list[str]:
    """Return the passwords of those who are to be made."""
    users = {username(one): api_password(world, one) for one in COMPANIES}
    people = {email(world, one): password(world, one) for one in PEOPLE}
    people |= {email(customers, one): password(customers, one) for one in CUSTOMERS}
    there = ApiUser.objects.filter(environment=world.environment, username__in=users)
    known = Person.objects.filter(email__in=people).values_list("email", flat=True)
    present = {*there.values_list("username", flat=True), *known}
    return [secret for name, secret in (users | people).items() if name not in present]


def hashed(passwords: Sequence[str]) -> dict[str, str]:
    """Return the hash of each: at 40 ms a piece on one core, so all cores are used."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(passwords, pool.map(make_password, passwords), strict=True))


def loaded_company(
    world: World, environment: Environment, company: Company, hashes: Mapping[str, str]
) -> dict[str, Any]:
    organisation, _ = Organisation.objects.get_or_create(
        id=world.id(company.slug), defaults={"name": company.name}
    )
    load_party(world, environment, company, organisation)
    load_api_user(world, environment, company, organisation, hashes)
    client_id, client_secret = load_client(world, environment, company, organisation)
    key = load_subscriptions(world, environment, company, organisation)
    return {
        "name": organisation.name,  # the desk may call it otherwise by now
        "role": company.role,
        "nxt_entity_id": company.nxt_entity_id,
        "tin": company.tin,
        "eori": company.tin,
        "apcs": company.slug.replace("-", "").upper()[:8],
        "username": username(company),
        "password": api_password(world, company),
        "client_id": client_id,
        "client_secret": client_secret,
        "subscription_key": key,
        "ingestion_id": None,
    }


def load_party(
    world: World, environment: Environment, company: Company, organisation: Organisation
) -> None:
    party, created = Party.objects.get_or_create(
        environment=environment,
        organisation=organisation,
        defaults={
            "id": world.id(f"{company.slug} party"),
            "name": organisation.name,
            "roles": [company.role],
        },
    )
    identifiers = {
        "NxtEntityId": company.nxt_entity_id,
        "TIN": company.tin,
        "Eori": company.tin,
        "APCS": company.slug.replace("-", "").upper()[:8],
    }
    for kind, code in identifiers.items():
        Identifier.objects.get_or_create(
            environment=environment, party=party, type=kind, defaults={"code": code}
        )
    for code in company.terminals:
        Terminal.objects.get_or_create(
            environment=environment, code=code, defaults={"party": party}
        )
    if created:
        announce(Changed.PARTY, f"{environment.key} {organisation.pk.hex}")


def load_pickups(world: World, environment: Environment) -> dict[str, str]:
    """Fill Certified Pick up's own tables; return the ingestion ids by company."""
    companies = {company.slug: world.id(company.slug).hex for company in COMPANIES}
    now = datetime.now(UTC) + timedelta(seconds=environment.clock_offset_seconds)
    directory = Directory(parties(environment.key))
    loaded = pickups.load(environment.key, companies, directory, world.id, now)
    announce(Changed.DATA, f"{environment.key} {certified_pickup.API.package}")
    ingestion_ids: dict[str, str] = loaded["ingestion_ids"]
    return ingestion_ids


def load_api_user(
    world: World,
    environment: Environment,
    company: Company,
    organisation: Organisation,
    hashes: Mapping[str, str],
) -> None:
    if ApiUser.objects.filter(environment=environment, username=username(company)).exists():
        return
    user = ApiUser.objects.create(
        id=world.id(f"{company.slug} api user"),
        environment=environment,
        organisation=organisation,
        username=username(company),
        password=hashes[api_password(world, company)],
    )
    announce(Changed.PERSON, user.pk)


def username(company: Company) -> str:
    return f"api@{company.slug}.example"


def api_password(world: World, company: Company) -> str:
    return world.secret(f"{company.slug} password").hex()


def load_client(
    world: World, environment: Environment, company: Company, organisation: Organisation
) -> tuple[str, str]:
    """Return the client id and secret of the company's own software."""
    application, _ = Application.objects.get_or_create(
        id=world.id(f"{company.slug} application"),
        defaults={"organisation": organisation, "name": f"{company.name} software"},
    )
    client_id = str(world.id(f"{company.slug} client"))
    secret = world.secret(f"{company.slug} client secret", 32).hex()
    client, created = Client.objects.get_or_create(
        environment=environment, client_id=client_id, defaults={"application": application}
    )
    if created:
        announce(Changed.CLIENT, client.pk)
    if not client.secrets.exists():
        Credential.objects.create(
            environment=environment,
            kind=CredentialKind.CLIENT_SECRET,
            digest=digest(secret, PEPPER),
            tail=tail(secret),
            label="primary",
            client=client,
        )
    return client_id, secret


def load_subscriptions(
    world: World, environment: Environment, company: Company, organisation: Organisation
) -> str:
    """Subscribe the company to all open data; return the primary key of the first one."""
    keys = []
    for api in HOSTED_APIS:
        if api.provider != environment.provider_id:
            continue
        defaults: dict[str, Any] = {
            "environment": environment,
            "organisation": organisation,
            "api": api.slug,
            "role": company.role if company.role in api.roles else "",
            "state": State.ACTIVE,
            "terms": partial(terms_in_force, environment.provider_id, api.slug),
            "terms_accepted_at": timezone.now,
        }
        subscription, created = Subscription.objects.get_or_create(
            id=world.id(f"{company.slug} {api.slug}"), defaults=defaults
        )
        kept = set(subscription.keys.values_list("label", flat=True))
        for label in LABELS:
            key = world.secret(f"{company.slug} {api.slug} {label}").hex()
            if label not in kept:
                keep_key(subscription, label, CredentialKind.SUBSCRIPTION_KEY, key)
            keys.append(key)
        if created:
            announce(Changed.SUBSCRIPTION, subscription.pk)
    return keys[0]


def loaded_person(world: World, someone: Someone, hashes: Mapping[str, str]) -> dict[str, Any]:
    address, secret = email(world, someone), password(world, someone)
    totp = base64.b32encode(world.secret(f"{someone.slug} totp", 20)).decode()
    organisation = organisation_of(world, someone)
    person = Person.objects.filter(email=address).first()
    if person is None:
        person = Person.objects.create(
            id=world.id(someone.slug),
            email=address,
            password=hashes[secret],
            name=someone.name,
            language=someone.language,
        )
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    if someone.second_factor and not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, totp)
    _, created = Membership.objects.get_or_create(
        person=person, organisation=organisation, defaults={"roles": list(someone.roles)}
    )
    if created:
        announce(Changed.PERSON, person.pk)
    return {
        "name": someone.name,
        "email": address,
        "password": secret,
        "totp": totp if someone.second_factor else None,
        "provider": world.provider,
        "organisation": organisation.name,
        "roles": list(someone.roles),
    }


def email(world: World, someone: Someone) -> str:
    return f"{someone.slug}@{someone.company or world.provider}.example"


def password(world: World, someone: Someone) -> str:
    return f"sluis-{world.secret(f'{someone.slug} password', 9).hex()}"


def organisation_of(world: World, someone: Someone) -> Organisation:
    if someone.company is None:
        return Provider.objects.get(slug=world.provider).organisation
    return Organisation.objects.get(id=world.id(someone.company))


def reset(config: Config, key: str) -> None:
    """Delete what a sandbox holds, load its world anew, and set its clock to real time.

    Raises `NotASandbox`.
    """
    environment = Environment.objects.filter(key=key).first()
    if environment is None or environment.kind != EnvironmentKind.SANDBOX:
        raise NotASandbox(f"{key} is not a sandbox: nothing was deleted.")
    with transaction.atomic():
        for rows in (
            environment.credentials,
            environment.subscriptions,
            environment.consent_set,
            environment.clients,
            environment.parties,
            environment.apiuser_set,
            environment.revokedtoken_set,
        ):
            rows.all().delete()
        for model in tables_of_apis():
            model._default_manager.filter(environment=key).delete()
        forget_environment(key)
        environment.clock_offset_seconds = 0
        environment.save()
        announce(Changed.CONTENTS, key)
    load(config)


def tables_of_apis() -> Iterator[type[models.Model]]:
    """Return the tables of the hosted APIs: each has the environment as a column."""
    for package in dict.fromkeys(api.package for api in HOSTED_APIS):
        yield from apps.get_app_config(package.rpartition(".")[2]).get_models()


def first_call(world: dict[str, Any]) -> str:
    """Return a call to paste: the token is fetched, then a bridge answers."""
    port = world["port"]["uat"]
    company = port["companies"][0]
    form = {
        "grant_type": "password",
        "username": company["username"],
        "password": company["password"],
        "client_id": company["client_id"],
        "client_secret": company["client_secret"],
        "scope": "openid",
    }
    fields = " \\\n".join(f"  -d {name}={shlex.quote(value)}" for name, value in form.items())
    return f"""TOKEN=$(curl -s {port["token_url"]} \\
{fields} \\
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

curl -s {port["base_url"]}/opendata/bridgesandlocks/v1/bridges/state \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Ocp-Apim-Subscription-Key: {company["subscription_key"]}"

And one for a barcode, of another provider:

{demo_parcels.first_call(world["parcels"]["sandbox"])}
"""
