"""What parties ask of ten million notifications, through the API, while nothing else goes on."""

import contextlib
import json
import os
import random
import sqlite3
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bench import release, world
from bench.machine import SERVER_CORE
from bench.plan import Plan
from bench.platform import Served, served
from bench.processes import say
from bench.report import Row, at_most
from bench.wrk import Failed

ROWS, ROWS_AT_ONCE = 10_000_000, 500_000
ORGANISATIONS = 200  # subscribed; the notifications are of ten times as many
RECEIVERS, CONTAINERS, WINDOW_HOURS = 2_000, 500_000, 168
ROWS_A_CALL = 4  # notifications of one request
QUERIES, P99_MILLISECONDS = 2_000, 50
EVENTS = ("ReleaseLightChanged", "Transferred", "AcceptedByNextParty", "Update", "GateOut")
# Row n: who is told of which container follows from n, so that each question has an answer.
SHAPE = """
WITH RECURSIVE n(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM n WHERE n < :last)
INSERT INTO server_storednotification (id, environment, organisation, lane, lane_seq, reference,
    type, event, subject, object, stored_at, message)
SELECT printf('%08x-0000-5000-8000-%012x', n * 2654435761 % 4294967296, n), 'port/uat',
    CASE WHEN n / :call % 3 = 0 THEN :agent ELSE printf('%032x', n / :call % :receivers) END,
    n / :call % :containers, n / :call / :containers + 1,
    printf('%08x-0000-7000-8000-%012x', n / :call / 65536, n / :call), 'ReleaseLight',
    CASE n % 5 WHEN 0 THEN 'ReleaseLightChanged' WHEN 1 THEN 'Transferred'
        WHEN 2 THEN 'AcceptedByNextParty' WHEN 3 THEN 'Update' ELSE 'GateOut' END,
    printf('BENC%07d', n / :call % :containers),
    printf('%08x-0000-5000-8000-%012x', n / :call * 40503 % 65536, n / :call % :containers),
    :earliest + CAST(n * :apart AS INTEGER), :message FROM n
"""
Ask = Callable[[random.Random], dict[str, object]]


def measured(plan: Plan) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        home = Path(name)
        world.build(ORGANISATIONS, SLUIS_HOME=str(home))
        release.unlimited(home)
        with served(home, core=SERVER_CORE) as product:
            agent = told_to(product)
        began = time.monotonic()
        fill(home, agent)
        seconds, size = time.monotonic() - began, (home / "sluis.sqlite3").stat().st_size
        remarks = f"{size / 1e9:.1f} GB; filled in {seconds:.0f} s"
        yield Row("notifications in the table", f"{ROWS:,}", remarks=remarks)
        with served(home, core=SERVER_CORE) as product:
            yield from asked(product)


def told_to(product: Served) -> str:
    """Return the organisation of the agent, as its token names it."""
    agent = release.agent(product)
    product.companies = [agent]
    return product.organisation


def fill(home: Path, agent: str) -> None:
    """Insert the rows as one statement for each half million, flushed in the end only."""
    now = int(time.time() * 1e6)
    window = (WINDOW_HOURS - 1) * 3_600 * 10**6  # an hour is left to measure in
    fixed = {
        "agent": agent,
        "call": ROWS_A_CALL,
        "receivers": RECEIVERS,
        "containers": CONTAINERS,
        "earliest": now - window,
        "apart": window / ROWS,
        "message": json.dumps({"assetId": "", "body": "x" * 300}),
    }
    with contextlib.closing(sqlite3.connect(home / "sluis.sqlite3")) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -400000")
        for first in range(0, ROWS, ROWS_AT_ONCE):
            say(f"query: {first:,} of {ROWS:,} rows")
            database.execute(SHAPE, fixed | {"first": first, "last": first + ROWS_AT_ONCE - 1})
            database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (home / "sluis.sqlite3").open("rb") as file:
        os.fsync(file)  # else the disk is busy with these while the first are asked for


def calls_of_agent(chance: random.Random) -> int:
    """Return the number of a call of which the agent was told."""
    return chance.randrange(ROWS // ROWS_A_CALL // 3) * 3


def reference(chance: random.Random) -> dict[str, object]:
    number = calls_of_agent(chance)
    return {"publicReferenceId": uuid.UUID(f"{number // 65536:08x}000070008000{number:012x}")}


def of_release(chance: random.Random) -> dict[str, object]:
    number = calls_of_agent(chance)
    least = number % CONTAINERS
    return {"releaseId": uuid.UUID(f"{number * 40503 % 65536:08x}000050008000{least:012x}")}


def container(chance: random.Random) -> dict[str, object]:
    return {"equipmentNumber": f"BENC{calls_of_agent(chance) % CONTAINERS:07d}"}


def container_and_event(chance: random.Random) -> dict[str, object]:
    number = calls_of_agent(chance)
    event = EVENTS[(number * ROWS_A_CALL + chance.randrange(ROWS_A_CALL)) % len(EVENTS)]
    return {"equipmentNumber": f"BENC{number % CONTAINERS:07d}", "notificationEvent": event}


def minute(chance: random.Random) -> dict[str, object]:
    day = datetime.now(UTC) - timedelta(days=chance.randrange(1, 6))
    hour, start = chance.randrange(24), chance.randrange(59)
    window = {
        "timeWindowFrom": f"{hour:02d}:{start:02d}",
        "timeWindowTo": f"{hour:02d}:{start + 1:02d}",
    }
    return {"storedOn": day.date().isoformat()} | window


MIX: dict[str, Ask] = {
    "by reference": reference,
    "by release": of_release,
    "by container": container,
    "by container and event": container_and_event,
    "a minute of a day": minute,
}


def asked(product: Served) -> Iterator[Row]:
    """Ask one after the other over one connection; each answer must hold something."""
    chance = random.Random(1)
    times: dict[str, list[float]] = {name: [] for name in MIX}
    rows: Counter[str] = Counter()
    product.companies = [release.agent(product)]
    headers = product.headers_of(0)
    connection = HTTPConnection(product.url.partition("//")[2], timeout=30)
    with contextlib.closing(connection):
        for number in range(QUERIES):
            name = list(MIX)[number % len(MIX)]
            path = f"/port/uat/certified-pickup/v1/notifications?{urlencode(MIX[name](chance))}"
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            times[name].append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise Failed(f"{path} answers {answer.status} {body[:200]!r}.")
            rows[name] += len(json.loads(body))
    every = [one for found in times.values() for one in found]
    remarks = f"{QUERIES:,} one after the other; p50 {at(every, 0.5):.1f}, max {max(every):.0f}"
    yield at_most("p99 of all", at(every, 0.99), P99_MILLISECONDS, "ms", remarks)
    for name, found in times.items():
        remarks = f"p50 {at(found, 0.5):.1f}; {rows[name] / len(found):.0f} notifications each"
        yield at_most(name, at(found, 0.99), P99_MILLISECONDS, "ms", remarks)


def at(found: list[float], point: float) -> float:
    ordered = sorted(found)
    return ordered[min(int(len(ordered) * point), len(ordered) - 1)]
