"""The fictional world of the sandboxes: people, companies, their software and their keys.

Secrets are derived from the installation's own secret, ids from their labels: loading twice
changes nothing, and `demo.json` can be made again at any time. Seed 001's own parties are
among the companies, so that what it prints can be pasted.
"""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from sluis.core.provider import EnvironmentKind
from sluis.registry import HOSTED_APIS
from sluis.server.actions.announce import Changed, announce
from sluis.server.config import Config
from sluis.server.demo import parcels, port
from sluis.server.demo.companies import COMPANIES, api_password, username
from sluis.server.demo.people import CUSTOMERS, PEOPLE, email, loaded_person, password
from sluis.server.demo.world import World
from sluis.server.models import ApiUser, Environment, Person
from sluis.storage.jobs import forget_environment


class NotASandbox(Exception):
    """Only a sandbox has a fictional world."""


def load(config: Config) -> dict[str, Any]:
    """Fill the sandboxes with what is missing; return, and write, what `sluis demo --json` says."""
    world, customers = World(config, port.SANDBOX), World(config, parcels.SANDBOX)
    hashes = hashed(newcomers(world, customers))
    with transaction.atomic():
        uat = port.load(world, hashes)
        people = [loaded_person(world, someone, hashes) for someone in PEOPLE]
    with transaction.atomic():
        sandbox = parcels.load(customers)
        people += [loaded_person(customers, someone, hashes) for someone in CUSTOMERS]
    told = {
        "portal": config.portal_url,
        "tls": config.tls_url,
        "ca": str(config.directory / "tls" / "ca.pem"),
        "people": people,
        "port": {"uat": uat},
        "parcels": {"sandbox": sandbox},
    }
    write_private(config, told)
    return told


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


def write_private(config: Config, told: dict[str, Any]) -> None:
    path = config.directory / "demo.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, indent=2)


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
        load(config)  # in the same transaction: nobody meets an empty sandbox


def tables_of_apis() -> Iterator[type[models.Model]]:
    """Return the tables of the hosted APIs: each has the environment as a column."""
    for package in dict.fromkeys(api.package for api in HOSTED_APIS):
        yield from apps.get_app_config(package.rpartition(".")[2]).get_models()


def first_call(world: dict[str, Any]) -> str:
    """Return a call to paste for each of the sandboxes."""
    return f"""{port.first_call(world["port"]["uat"])}
And one for a barcode, of another provider:

{parcels.first_call(world["parcels"]["sandbox"])}
"""
