"""The policy of 100,000 subscriptions: how long it takes to load, what it weighs, and how soon
one change of it is in force while calls go on.
"""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import world
from bench.calls import CALL, ORGANISATIONS
from bench.machine import SERVER_CORE
from bench.openloop import Generator
from bench.plan import Plan
from bench.platform import served
from bench.processes import PYTHON, ROOT, clean, on_core, say
from bench.report import Row, at_most

RATE = 2_000
CHANGES = 20
LOAD_SECONDS, LOAD_MB = 3, 300
IN_FORCE_SECONDS, P99_MILLISECONDS = 1, 20


def measured(plan: Plan) -> Iterator[Row]:
    from tests.servers.postgresql import postgresql

    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        home = Path(name)
        world.build(ORGANISATIONS, SLUIS_HOME=str(home / "sqlite"))
        yield from loaded(plan, "SQLite", SLUIS_HOME=str(home / "sqlite"))
        yield from changed("SQLite", home / "sqlite", {})
        with postgresql() as url:
            database = {"SLUIS_DATABASE_URL": url}
            settings = {"SLUIS_HOME": str(home / "postgresql")} | database
            world.build(ORGANISATIONS, **settings)
            yield from loaded(plan, "PostgreSQL", **settings)
            yield from changed("PostgreSQL", home / "postgresql", database)


def loaded(plan: Plan, database: str, **settings: str) -> Iterator[Row]:
    runs = []
    for number in range(plan.runs):
        say(f"snapshot: load from {database}, run {number + 1} of {plan.runs}")
        said = subprocess.run(
            on_core(SERVER_CORE, [PYTHON, "-m", "bench.loading"]),
            cwd=ROOT,
            env=clean(**settings),
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        runs.append(json.loads(said))
    seconds, megabytes = (median(run[name] for run in runs) for name in ("seconds", "mb"))
    cpu, peak = (median(run[name] for run in runs) for name in ("cpu_seconds", "peak_mb"))
    holds = f"{runs[0]['subscriptions']:,} subscriptions, {runs[0]['keys']:,} keys; CPU {cpu:.1f} s"
    yield at_most(f"load from {database}", seconds, LOAD_SECONDS, "s", holds)
    yield at_most(
        f"memory of it, from {database}", megabytes, LOAD_MB, "MB", f"peak of the load {peak:.0f}"
    )


def changed(database: str, home: Path, settings: dict[str, str]) -> Iterator[Row]:
    """Measure one change a second: until a call sees it, and the others' latency meanwhile."""
    written = home / "changes"
    module = ("-m", "bench.changing", written)
    with served(home, core=SERVER_CORE, module=module, database=settings) as product:
        say(f"snapshot: {CHANGES} changes, {database}")
        url, seconds = product.url + CALL, CHANGES * 1.05 + 1
        still = latencies(url, product.narrow, seconds)
        with Generator(url, product.narrow, RATE, seconds, watch=product.whole) as generator:
            os.kill(product.pid, signal.SIGUSR1)
            found = generator.result()
    committed = [json.loads(line) for line in written.read_text().splitlines()]
    delays = list(seen(committed, found.watched))
    with contextlib.suppress(ValueError):
        remarks = f"median {median(delays):.2g} s of {len(delays)} changes"
        yield at_most(
            f"one change in force, {database}", max(delays), IN_FORCE_SECONDS, "s", remarks
        )
    times, before = found.milliseconds, still["p99"]
    remarks = (
        f"{RATE:,}/s open loop, {found.not_ok} not ok, p50 {times['p50']:.1f},"
        f" p99.9 {times['p99.9']:.1f}, max {times['max']:.0f}; p99 without changes {before:.1f}"
    )
    what = f"p99 while one change a second is made, {database}"
    yield at_most(what, times["p99"], P99_MILLISECONDS, "ms", remarks)


def latencies(url: str, headers: dict[str, str], seconds: float) -> dict[str, float]:
    with Generator(url, headers, RATE, min(seconds, 10)) as generator:
        return generator.result().milliseconds


def seen(committed: list[tuple[float, int]], watched: list[tuple[float, int]]) -> Iterator[float]:
    """Yield the seconds from each commit to the first answer that knew of it.

    The answer may come before the action returns, which also writes its letters; then it is 0.
    """
    for number, (at, status) in enumerate(committed):
        until = committed[number + 1][0] if number + 1 < len(committed) else float("inf")
        previous = committed[number - 1][0] if number else 0.0
        fitting = [when for when, said in watched if said == status and previous < when < until]
        if fitting:
            yield max(0.0, fitting[0] - at)
        elif number + 1 < len(committed):
            yield until - at  # not seen before it was undone
