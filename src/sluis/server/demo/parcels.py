"""The customers of the parcels sandbox: the one that seed 003's samples print, and another."""

import shlex
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sluis.apis.parcels.rules.usage import Used
from sluis.core.credential import CredentialKind
from sluis.core.subscription import State
from sluis.registry import HOSTED_APIS
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.import_usage import keep
from sluis.server.actions.keys import keep_key
from sluis.server.demo.companies import load_identifiers
from sluis.server.demo.world import World
from sluis.server.models import (
    Environment,
    Organisation,
    Party,
    Subscription,
    VersionInUse,
)

SANDBOX = "parcels/sandbox"


@dataclass(frozen=True, slots=True)
class Customer:
    slug: str
    name: str
    code: str
    number: str
    collection_location: str


CUSTOMERS = (
    Customer("devcode", "Devcode Webshop", "DEVC", "11223344", "123456"),
    Customer("vandam", "Bloemen van Dam", "BVDM", "20304050", "234567"),
)
# What the first of them used of the platform before this one.
BEFORE = (
    ("barcode", "1_1"),
    ("labelling", "2_1"),
    ("confirming", "1_8"),
    ("deliverydate", "2_1"),
    ("timeframe", "2_1"),
    ("shippingstatus", "1_6"),
)
LAST_DAY = date(2024, 3, 1)


def load(world: World) -> dict[str, Any]:
    """Fill the sandbox with what is missing; return what `demo --json` says of it."""
    environment = Environment.objects.get(key=SANDBOX)
    keys = [load_customer(world, environment, customer) for customer in CUSTOMERS]
    first = CUSTOMERS[0]
    for api, version in BEFORE:
        used = Used(str(world.id(first.slug)), api, version, LAST_DAY)
        keep(environment.provider_id, used, VersionInUse.Source.LEGACY)
    return {
        "base_url": f"{world.config.portal_url}/{SANDBOX}",
        "apikey": keys[0],
        "customer_code": first.code,
        "customer_number": first.number,
        "collection_location": first.collection_location,
    }


def load_customer(world: World, environment: Environment, customer: Customer) -> str:
    """Return the key of the customer's account."""
    organisation, _ = Organisation.objects.get_or_create(
        id=world.id(customer.slug), defaults={"name": customer.name}
    )
    load_party(world, environment, customer, organisation)
    key = world.secret(f"{customer.slug} api key").hex()  # 32 characters
    for api in HOSTED_APIS:
        if api.provider == environment.provider_id:
            subscription, created = Subscription.objects.get_or_create(
                id=world.id(f"{customer.slug} {api.slug}"),
                defaults={
                    "environment": environment,
                    "organisation": organisation,
                    "api": api.slug,
                    "state": State.ACTIVE,
                },
            )
            if created:
                announce(Changed.SUBSCRIPTION, subscription.pk)
            load_key(subscription, key)
    return key


def load_key(subscription: Subscription, key: str) -> None:
    """Keep the key of an account with the first of its subscriptions; a revoked one stays so."""
    kept = subscription.environment.credentials.filter(
        subscription__organisation=subscription.organisation, kind=CredentialKind.API_KEY
    )
    if not kept.exists():
        made = keep_key(subscription, "primary", CredentialKind.API_KEY, key)
        announce(Changed.CREDENTIAL, made.pk)


def load_party(
    world: World, environment: Environment, customer: Customer, organisation: Organisation
) -> None:
    party, created = Party.objects.get_or_create(
        environment=environment,
        organisation=organisation,
        defaults={"id": world.id(f"{customer.slug} party"), "name": organisation.name},
    )
    identifiers = {
        "CustomerCode": customer.code,
        "CustomerNumber": customer.number,
        "CollectionLocation": customer.collection_location,
    }
    load_identifiers(party, identifiers)
    if created:
        announce(Changed.PARTY, f"{environment.key} {organisation.pk.hex}")


def first_call(sandbox: dict[str, str]) -> str:
    """Return a call to paste: it makes a barcode."""
    query = {
        "CustomerCode": sandbox["customer_code"],
        "CustomerNumber": sandbox["customer_number"],
        "Type": "3S",
    }
    url = f"{sandbox['base_url']}/shipment/v1_1/barcode?{urlencode(query)}"
    return f"curl -s {shlex.quote(url)} \\\n  -H {shlex.quote('apikey: ' + sandbox['apikey'])}"
