"""The companies of the port's sandbox, each with a party, an API user, a client and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone

from sluis.core.credential import CredentialKind, digest, tail
from sluis.core.subscription import State
from sluis.registry import HOSTED_APIS
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.keys import LABELS, keep_key
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.demo.world import World
from sluis.server.models import (
    Address,
    ApiUser,
    Application,
    Client,
    Credential,
    Environment,
    Identifier,
    Organisation,
    Party,
    Subscription,
    Terminal,
)
from sluis.server.seal import PEPPER


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

    @property
    def apcs(self) -> str:
        return self.slug.replace("-", "").upper()[:8]


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
        "apcs": company.apcs,
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
        "APCS": company.apcs,
        "ExternalId": str(world.id(f"{company.slug} external id")),
    }
    load_identifiers(party, identifiers)
    for code in company.terminals:
        Terminal.objects.get_or_create(
            environment=environment, code=code, defaults={"party": party}
        )
    if created:
        load_addresses(party, company)
        announce(Changed.PARTY, f"{environment.key} {organisation.pk.hex}")


def load_addresses(party: Party, company: Company) -> None:
    """Give a party a main and a billing address: that is what the registry shows."""
    for type_, street in (("1", "Kaai 1"), ("2", "Kaai 2")):
        Address.objects.create(
            party=party,
            type=type_,
            street=street,
            postal_code="2030",
            city="Antwerpen",
            country="BE",
            contact_name=company.name,
            contact_email=f"desk@{company.slug}.example",
        )


def load_identifiers(party: Party, identifiers: Mapping[str, str]) -> None:
    for kind, code in identifiers.items():
        Identifier.objects.get_or_create(
            environment=party.environment, party=party, type=kind, defaults={"code": code}
        )


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
