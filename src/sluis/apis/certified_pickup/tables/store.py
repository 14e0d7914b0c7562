"""Containers in the database, in plain SQL over whole batches; ingestion channels in memory."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from sluis.apis.certified_pickup.rules.listing import may_leave
from sluis.apis.certified_pickup.rules.release import (
    ARCHIVED,
    PICKED_UP_AT_MOST,
    SHOWN,
    Container,
    Early,
    Release,
    State,
)
from sluis.apis.certified_pickup.store import LISTS, Ingestion
from sluis.apis.certified_pickup.tables.models import Ingestion as IngestionRow
from sluis.apis.certified_pickup.tables.rights import SqlRights, among
from sluis.core.api import Opening
from sluis.core.moments import microseconds
from sluis.storage.batch import insert, upsert

encode = msgspec.json.Encoder().encode
release_of = msgspec.json.Decoder(Release).decode
early_of = msgspec.json.Decoder(tuple[Early, ...]).decode
FORGOTTEN_AT_ONCE = 500
COLUMNS = (
    "id",
    "environment",
    "equipment",
    "agent",
    "owner",
    "offered",
    "port",
    "terminal",
    "bills",
    '"right"',  # a word of SQL too
    "pending",
    "last_action",
    "commercial_green",
    "terminal_green",
    "may_leave",
    "put_away",
    "released_at",
    "ended_at",
    "listed_until",
    "document",
)


class DjangoStore:
    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.ingestions: dict[int, Ingestion] = {}  # by the number of the id: hashed in C
        self.refresh()

    def refresh(self) -> None:
        """Read the ingestion channels; calls that are under way keep what they had."""
        rows = IngestionRow.objects.filter(environment=self.opening.environment)
        self.ingestions = {
            id_.int: Ingestion(organisation, message_type)
            for id_, organisation, message_type in rows.values_list(
                "id", "organisation", "message_type"
            ).iterator()
        }

    def ingestion(self, id_: UUID) -> Ingestion | None:
        return self.ingestions.get(id_.int)

    def states(self, lanes: Collection[str]) -> dict[str, Any]:
        found: dict[str, Any] = {
            lane: SqlRights(self.opening.environment) for lane in lanes if lane.startswith(LISTS)
        }
        containers = [lane for lane in lanes if lane not in found]
        releases: dict[str, list[Release]] = {}
        early: dict[str, tuple[Early, ...]] = {}
        if containers:
            condition, values = among("equipment", containers)
            where = f"environment = %s AND {condition}"
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT equipment, document FROM certified_pickup_release"
                    f" WHERE {where} AND NOT put_away ORDER BY released_at, id",
                    [self.opening.environment, *values],
                )
                for equipment, document in cursor.fetchall():
                    releases.setdefault(equipment, []).append(release_of(document))
                cursor.execute(
                    f"SELECT equipment, document FROM certified_pickup_waiting WHERE {where}",
                    [self.opening.environment, *values],
                )
                early = {equipment: early_of(document) for equipment, document in cursor.fetchall()}
        for lane in releases.keys() | early.keys():
            found[lane] = Container(tuple(releases.get(lane, ())), early.get(lane, ()))
        return found

    def keep(self, states: Mapping[str, Container]) -> None:
        rows = [
            self.row(one, put_away=one.id in old)
            for container in states.values()
            for old in [long_gone(container)]
            for one in container.releases
        ]
        upsert(connection, "certified_pickup_release", COLUMNS, "id", rows)
        condition, values = among("equipment", list(states))
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM certified_pickup_waiting WHERE environment = %s AND {condition}",
                [self.opening.environment, *values],
            )
        waiting = [
            (self.opening.environment, lane, encode(container.early).decode())
            for lane, container in states.items()
            if container.early
        ]
        insert(
            connection,
            "certified_pickup_waiting",
            ("environment", "equipment", "document"),
            waiting,
        )

    def forget(self, now: datetime) -> None:
        """Delete what ended a year ago, by the clock of the environment; a few at a time."""
        before = microseconds(now - ARCHIVED)
        deleted = FORGOTTEN_AT_ONCE
        while deleted == FORGOTTEN_AT_ONCE:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM certified_pickup_release WHERE id IN"
                    " (SELECT id FROM certified_pickup_release"
                    " WHERE environment = %s AND ended_at <= %s LIMIT %s)",
                    [self.opening.environment, before, FORGOTTEN_AT_ONCE],
                )
                deleted = cursor.rowcount

    def row(self, release: Release, *, put_away: bool) -> tuple[Any, ...]:
        return (
            release.id,
            self.opening.environment,
            release.equipment,
            release.agent,
            release.owner,
            release.offered,
            release.port,
            release.terminal,
            "\n".join(bill.casefold() for bill in release.bills),
            release.status.value,
            release.pending is not None,
            release.last_action,
            release.commercial.colour == "Green",
            release.terminal_light.colour == "Green",
            release.active and may_leave(release),
            put_away or release.state is State.DELETED,
            microseconds(release.released_at),
            None if release.ended_at is None else microseconds(release.ended_at),
            listed_until(release),
            encode(release).decode(),
        )


def long_gone(container: Container) -> set[str]:
    """Return which releases are too old to be loaded with their container again."""
    if len(container.releases) <= PICKED_UP_AT_MOST:
        return set()
    gone = [one for one in container.releases if one.state is State.PICKED_UP]
    gone.sort(key=lambda one: one.ended_at or one.released_at)
    return {one.id for one in gone[:-PICKED_UP_AT_MOST]}


def listed_until(release: Release) -> int | None:
    if release.active:
        return None
    if release.state is State.DELETED or release.ended_at is None:
        return 0
    return microseconds(release.ended_at + SHOWN)


def open_store(opening: Opening) -> DjangoStore:
    return DjangoStore(opening)
