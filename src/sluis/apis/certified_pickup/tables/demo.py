"""The world of seed 001 in a sandbox: its ingestion channels, and its containers, released."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sluis.apis.certified_pickup.rules import decide
from sluis.apis.certified_pickup.tables.models import Ingestion, Release, Waiting
from sluis.apis.certified_pickup.tables.store import open_store
from sluis.core.api import Opening
from sluis.core.caller import Caller
from sluis.core.directory import Directory
from sluis.core.job import Work

SEED_AGENT, SEED_FORWARDER, SEED_TERMINAL = "NXT220000000", "NXT221111111", "01700"
LONG_FROM_NOW = "2099-12-31T22:00:00+00:00"  # the example can be pasted next year too
# Container, bill of lading and identification of release, as the bulk example prints them.
SEED_CONTAINERS = (
    ("CAIU7654321", "BL1234567", "ReleaseID7654321"),
    ("CAIU1234567", "BL11223344", "ReleaseID1234567"),
)


def load(
    environment: str,
    companies: Mapping[str, str],
    directory: Directory,
    id_of: Callable[[str], UUID],
    now: datetime,
) -> dict[str, Any]:
    """Fill a sandbox with what is missing; return the ingestion ids by company.

    `companies` are organisations by slug, `id_of` makes ids from labels: the same each time.
    `now` is by the environment's clock.
    """
    ingestions = {}
    with transaction.atomic():
        for slug, organisation in companies.items():
            channel, _ = Ingestion.objects.get_or_create(
                environment=environment,
                organisation=organisation,
                message_type="json",
                defaults={"id": id_of(f"{slug} ingestion")},
            )
            ingestions[slug] = str(channel.id)
        load_containers(environment, directory, id_of, now)
    return {"ingestion_ids": ingestions, "containers": [number for number, _, _ in SEED_CONTAINERS]}


def load_containers(
    environment: str, directory: Directory, id_of: Callable[[str], UUID], now: datetime
) -> None:
    """Release the containers of the bulk example, where nothing is known of them yet."""
    agent = directory.find("NxtEntityId", SEED_AGENT)
    if agent is None:
        return
    store = open_store(Opening(environment, fictional=True, secret=b""))
    known = store.states([number for number, _, _ in SEED_CONTAINERS])
    for number, bill, identification in SEED_CONTAINERS:
        if number in known:
            continue
        work = Work(
            environment=environment,
            operation="ingest",
            reference=str(id_of(f"release of {number}")),
            external_reference=None,
            item=0,
            lane=number,
            submission={
                "actionType": "Release",
                "releaseIdentification": identification,
                "equipmentNumber": number,
                "equipmentType": "40HC",
                "billOfLadingNumbers": [bill],
                "portLoCode": "BEANR",
                "terminalCode": SEED_TERMINAL,
                "expirationDateTimeUtc": LONG_FROM_NOW,
            },
            caller=Caller(organisation=agent.organisation),
            accepted_at=now,
            now=now,
            directory=directory,
        )
        decision = decide.of_commercial_release(work, None)
        if decision.container is not None:
            store.keep({number: decision.container})


def clear(environment: str) -> None:
    """Delete all that Certified Pick up knows in a sandbox."""
    for rows in (Ingestion, Release, Waiting):
        rows.objects.filter(environment=environment).delete()
