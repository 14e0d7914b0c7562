"""Brings a database up to date: its tables, and the rows that follow the registry."""

import contextlib
import fcntl
from collections.abc import Iterator

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sluis.core.provider import Provider as Publisher
from sluis.core.provider import environment_key
from sluis.registry import PROVIDERS
from sluis.server.actions.announce import Changed, announce
from sluis.server.config import Config
from sluis.server.models import Environment, Organisation, Provider, Terms


def migrate(config: Config) -> None:
    """Apply what is missing; of several that try at once one does it and the others wait."""
    with alone(config):
        if not connection.introspection.table_names():
            make_tables()
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            for provider in PROVIDERS:
                follow(provider)


def make_tables() -> None:
    """Make the tables as the models are now, in an empty database.

    One by one the migrations come to the same (a test compares them), and take 2 s longer.
    """
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(connection).disk_migrations:
            recorder.record_applied(app, name)


def unapplied() -> list[str]:
    """Return the migrations that this code has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


@contextlib.contextmanager
def alone(config: Config) -> Iterator[None]:
    config.directory.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7364855)")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(7364855)")
        return
    with (config.directory / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def follow(publisher: Publisher) -> None:
    """Make the rows of a provider and its environments; what an operator changed stays."""
    provider = Provider.objects.filter(slug=publisher.slug).first()
    if provider is None:
        organisation = Organisation.objects.create(name=publisher.name)
        provider = Provider.objects.create(
            slug=publisher.slug, name=publisher.name, organisation=organisation
        )
    for policy in publisher.environments:
        key = environment_key(publisher.slug, policy.name)
        _, created = Environment.objects.get_or_create(
            key=key,
            defaults={
                "provider": provider,
                "name": policy.name,
                "kind": policy.kind,
                "hosts": list(policy.hosts),
                "limits": {name: list(limits) for name, limits in policy.limits.items()},
            },
        )
        if created:
            announce(Changed.ENVIRONMENT, key)
    if publisher.terms:
        Terms.objects.get_or_create(
            provider=provider, api="", version=1, defaults={"text": dict(publisher.terms)}
        )
