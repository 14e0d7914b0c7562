"""Releases of containers: accepted, applied and pushed, on one core and a file of SQLite."""

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench import backlog, release, slowflush, world, wrk
from bench.backlog import Course
from bench.install import NotInstalled
from bench.machine import LOADER_CORE, SERVER_CORE
from bench.openloop import Generator
from bench.peers import servers
from bench.plan import Plan
from bench.platform import SERVE, Served, served
from bench.processes import PYTHON, cpu_seconds, fetched, free_port, running, say
from bench.report import Row, at_most
from bench.wrk import Load

ORGANISATIONS = 20_000
CONNECTIONS = 128
SECONDS = 20
ACCEPTED_PER_SECOND, P99_MILLISECONDS = 4_000, 60
APPLIED_PER_SECOND, DRAIN_SECONDS = 1_500, 30
SUSTAINED_PER_SECOND, STRETCH_PER_SECOND = 2_000, 3_500
FLAT_SECONDS = 0.5  # of arrivals that may wait at any moment of a flat backlog
LATE_MILLISECONDS = 1_000  # an answer of which the rate was not kept up: calls wait at the door
TIMES_ONE_BY_ONE = 8
PUSHED_PER_SECOND, PUSH_P50, PUSH_P99 = 300, 50, 500
ONE_BY_ONE = ("-m", "bench.onebyone")
# Calls a second of a bare uvicorn on the machine where these bars were set. Beside each bar stands
# what was measured as it would be there: by how fast the same uvicorn is here, in the same minutes.
BESIDE_UVICORN = 37_200
YARDSTICK_RUNS, YARDSTICK_SECONDS = 4, 2


def measured(plan: Plan) -> Iterator[Row]:
    wrk.ready()
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        folder = Path(name)
        world.build(ORGANISATIONS, SLUIS_HOME=str(folder / "built"))
        release.unlimited(folder / "built")
        before = yardstick(folder)
        full = list(at_full_speed(folder))
        speed = max(before, yardstick(folder))
        remarks = f"by CPU time of a bare uvicorn; 1 is {BESIDE_UVICORN:,} calls/s on a core"
        yield Row("speed of this machine", f"{speed:.2f}", remarks=remarks)
        for row in full:
            yield row
            yield from scaled(row, speed)
        for rate in (SUSTAINED_PER_SECOND, STRETCH_PER_SECOND):
            yield sustained(folder, rate)
        yield sustained(folder, round(SUSTAINED_PER_SECOND * speed))
        yield from on_a_slow_disk(folder, plan)
        yield from pushed(folder)


def yardstick(folder: Path) -> float:
    """Return how fast this machine is: 1 is as fast as where the bars were set.

    By CPU time, which a hypervisor that takes it away hardly changes, and the best of some runs:
    a slow moment would flatter whatever is measured beside it.
    """
    say("pickup: a bare uvicorn")
    found = []
    with servers.hello(folder / "nothing", "/", {}) as (url, pid):
        for _ in range(YARDSTICK_RUNS):
            before = cpu_seconds(pid)
            load = wrk.load(url, {}, YARDSTICK_SECONDS)
            found.append(load.requests / (cpu_seconds(pid) - before))
    return max(found) / BESIDE_UVICORN


def scaled(row: Row, speed: float) -> Iterator[Row]:
    """Return a row again as it would be where its bar was set."""
    what = "  at the speed where the bar was set"
    if "per_second" in row.numbers:
        yield rate_row(what, row.numbers["per_second"] / speed, row.numbers["bar"], "")
    elif "unit" in row.numbers:
        yield at_most(what, row.numbers["value"] * speed, row.numbers["bar"], row.numbers["unit"])


@contextlib.contextmanager
def server(
    folder: Path, name: str, module: Sequence[object] = SERVE, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Served, Path]]:
    """Serve a copy of what was built, so that no row has the rows of another."""
    home = folder / name
    shutil.copytree(folder / "built", home)
    try:
        with served(home, core=SERVER_CORE, module=module, database=env) as product:
            yield product, home
    finally:
        shutil.rmtree(home)


def posted(product: Served, prefix: str, folder: Path, seconds: float) -> tuple[Load, float]:
    """Send as many as are accepted; return the load, and CPU of the server for each."""
    before = cpu_seconds(product.pid)
    script = release.script(product, prefix, folder)
    load = wrk.load(product.url, {}, seconds, CONNECTIONS, script)
    return load, (cpu_seconds(product.pid) - before) / load.requests * 1e6


def at_full_speed(folder: Path) -> Iterator[Row]:
    with server(folder, "full") as (product, home):
        refuses(product)
        posted(product, "WARM", folder, 2)
        backlog.course(home, "WARM")
        say(f"pickup: {CONNECTIONS} connections for {SECONDS} s")
        load, cpu_us = posted(product, "FULL", folder, SECONDS)
        course = backlog.course(home, "FULL")
    yield promised(load, course)
    remarks = f"{cpu_us:.0f} µs CPU each, with its share of applying; {share(load)}"
    yield rate_row(
        f"accepted, {CONNECTIONS} connections", load.per_second, ACCEPTED_PER_SECOND, remarks
    )
    yield at_most("p99 of these", load.p99_ms, P99_MILLISECONDS, "ms", "closed loop")
    applied = course.applied_meanwhile() / course.seconds
    remarks = f"{release.TOLD} notifications each"
    yield rate_row("applied meanwhile", applied, APPLIED_PER_SECOND, remarks)
    left = len(course.accepted) - course.applied_meanwhile()
    drained = course.drained_after()
    yield at_most("until the backlog was gone", drained, DRAIN_SECONDS, "s", f"of {left:,} steps")


def refuses(product: Served) -> None:
    """Raise `Failed` unless a changed token and a body without a container are refused."""
    headers = product.headers_of(product.companies.index(release.agent(product)))
    headers = headers | {"Content-Type": "application/json"}
    body = json.dumps(release.BODY).encode()
    token = headers["Authorization"]
    changed = headers | {"Authorization": f"{token[:-9]}{token[-9:].swapcase()}"}
    for given, expected in ((headers, 400), (changed, 401)):
        status, said = fetched(release.url(product), given, body)
        if status != expected:
            raise wrk.Failed(f"Answers {status} {said!r} in place of {expected}.")


def promised(load: Load, course: Course) -> Row:
    """Return whether all that was acknowledged is there, applied once."""
    found = len(course.accepted)
    # A run ends with answers under way that the generator no longer waits for.
    meets = load.requests <= found <= load.requests + CONNECTIONS
    return Row("releases applied of those accepted", f"{found:,}", f"{load.requests:,}", meets)


def rate_row(what: str, rate: float, bar: float, remarks: str) -> Row:
    numbers = {"per_second": rate, "bar": bar}
    return Row(what, f"{rate:,.0f}/s", f"≥ {bar:,.0f}/s", rate >= bar, remarks, numbers)


def share(load: Load) -> str:
    return f"generator at {load.own_share:.0%}"


def sustained(folder: Path, rate: int) -> Row:
    say(f"pickup: {rate:,}/s for {SECONDS} s")
    with server(folder, f"sustained-{rate}") as (product, home):
        posted(product, "WARM", folder, 2)
        backlog.course(home, "WARM")
        request = release.request(product, "EVEN")
        many = {"request": request, "connections": CONNECTIONS}
        with Generator(product.url, {}, rate, SECONDS, **many) as generator:
            found = generator.result()
        course = backlog.course(home, "EVEN")
    most = max(course.waiting(part / 20) for part in range(8, 21))
    remarks = (
        f"{found.not_ok} not ok, p99 {found.milliseconds['p99']:.0f} ms; waiting half way"
        f" {course.waiting(0.5):,}, at the end {course.waiting(1):,}, at most {most:,};"
        f" generator at {found.own_share:.0%}"
    )
    kept_up = found.milliseconds["p99"] <= LATE_MILLISECONDS and not found.not_ok
    flat = kept_up and most <= FLAT_SECONDS * rate
    required = rate <= SUSTAINED_PER_SECOND
    shown = "a flat backlog" if flat else "the backlog grows" if kept_up else "answered late"
    kind = {SUSTAINED_PER_SECOND: "", STRETCH_PER_SECOND: " (stretch)"}
    what = f"{rate:,}/s{kind.get(rate, ' (2,000 at that speed)')}, open loop"
    return Row(what, shown, "flat", flat if required else None, remarks, {"most": most})


def on_a_slow_disk(folder: Path, plan: Plan) -> Iterator[Row]:
    """Compare with a transaction for each request, on a disk that needs 2 ms to flush."""
    try:
        slow = slowflush.variables(folder)
    except NotInstalled as error:
        yield Row("flush of 2 ms", "-", remarks=str(error))
        return
    rates: dict[str, list[float]] = {"together": [], "one by one": []}
    for number in range(plan.runs):
        for name, module in (("together", SERVE), ("one by one", ONE_BY_ONE)):
            say(f"pickup: flush of 2 ms, {name}, run {number + 1} of {plan.runs}")
            with server(folder, "slow", module, slow) as (product, _):
                posted(product, "WARM", folder, 2)
                load, _ = posted(product, "SLOW", folder, plan.seconds)
                rates[name].append(load.per_second)
    ratio = median(a / b for a, b in zip(*rates.values(), strict=True))
    together, alone = (median(each) for each in rates.values())
    yield Row(
        "accepted, a flush takes 2 ms",
        f"{ratio:.1f}",
        f"≥ {TIMES_ONE_BY_ONE}",
        ratio >= TIMES_ONE_BY_ONE,
        f"times one transaction a request: {together:,.0f}/s to {alone:,.0f}/s",
        {"per_second": rates},
    )


def pushed(folder: Path) -> Iterator[Row]:
    """Measure from the arrival of a release to that of its push at a sink on this machine."""
    port, written = free_port(), folder / "pushes"
    release.add_channel(folder / "built", f"http://127.0.0.1:{port}/")
    command = [PYTHON, "-m", "bench.sink", port, written]
    env = {"SLUIS_WEBHOOKS": "development", "SLUIS_PUSHES_PER_SECOND": "5000"}
    listens = running(command, written.exists, folder / "sink.log", core=LOADER_CORE)
    with listens, server(folder, "pushed", env=env) as (product, home):
        say(f"pickup: {PUSHED_PER_SECOND}/s, pushed")
        request = release.request(product, "PUSH")
        url = product.url
        with Generator(url, {}, PUSHED_PER_SECOND, SECONDS, request=request) as generator:
            found = generator.result()
        time.sleep(2)
        rows = backlog.asked(home, "SELECT reference, received_at FROM server_acceptedrequest")
        received: dict[Any, float] = {reference: at / 1e6 for reference, at in rows}
    lines = [line.split() for line in written.read_text().splitlines()]
    delays = sorted((float(at) - received[reference]) * 1000 for at, reference in lines)
    expected = 2 * len(received)  # to the agent: its light, and that the right was transferred
    remarks = f"{len(delays):,} pushes of {expected:,}; {found.not_ok} not ok"
    yield at_most("accept → pushed, p50", delays[len(delays) // 2], PUSH_P50, "ms", remarks)
    p99 = delays[int(len(delays) * 0.99)]
    all_there = len(delays) >= expected
    remarks = f"max {delays[-1]:.0f}" if all_there else "PUSHES ARE MISSING"
    yield at_most("accept → pushed, p99", p99 if all_there else 1e9, PUSH_P99, "ms", remarks)
