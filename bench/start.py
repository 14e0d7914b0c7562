"""`make run`: how soon it is ready, and what it keeps in memory."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import world
from bench.plan import Plan
from bench.platform import Served
from bench.processes import (
    ROOT,
    answers,
    clean,
    cpu_seconds,
    fetched,
    free_port,
    resident_mb,
    running,
    say,
)
from bench.report import Row, at_most

READY_SECONDS, RESIDENT_MB = 3, 200
PAGES = ("/", "/catalogue/")
PAGES_FETCHED, CALLS = 10, 1_000
CALL = f"/port/uat{world.PATH}?location={world.STATION}"


def measured(plan: Plan) -> Iterator[Row]:
    command = ["make", "--no-print-directory", "run"]
    if not (ROOT / ".venv" / "installed").exists():
        # Not under `make bench`: making it ready is not ours to do, nor to measure.
        command = [ROOT / ".venv" / "bin" / "sluis", "run"]
    first, second, memory = [], [], []  # of the starts: seconds, and seconds of CPU
    for number in range(plan.runs):
        say(f"start: run {number + 1} of {plan.runs}")
        with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
            first.append(ready_after(command, Path(name))[0])
            seconds, resident = ready_after(command, Path(name), used=True)
            second.append(seconds)
            memory.append(resident)
    shown = " ".join(map(str, command[:1]))
    yield middle("ready on an empty data directory", first, shown)
    yield middle("ready the second time", second, shown)
    after_start, after_use = zip(*memory, strict=True)
    yield from weighed("resident after the start", after_start)
    yield from weighed(f"resident after {PAGES_FETCHED} pages and {CALLS:,} calls", after_use)


def middle(what: str, starts: list[tuple[float, float]], command: str) -> Row:
    seconds, cpu = sorted(starts)[len(starts) // 2]
    every = ", ".join(f"{one:.1f}" for one, _ in starts)
    remarks = f"CPU {cpu:.1f} s; with {command}; of {every}"
    return at_most(what, seconds, READY_SECONDS, "s", remarks)


def weighed(what: str, found: tuple[dict[str, float], ...]) -> Iterator[Row]:
    """Yield the server's memory, which is what the bar asks, and name what runs beside it."""
    run = sorted(found, key=lambda one: max(one.values()))[len(found) // 2]
    largest = max(run.values())
    beside = [f"{name.split()[1]} {mb:.0f}" for name, mb in run.items() if mb != largest]
    yield at_most(what, largest, RESIDENT_MB, "MB", f"beside it: {', '.join(beside) or 'nothing'}")


def ready_after(
    command: list[object], home: Path, *, used: bool = False
) -> tuple[tuple[float, float], tuple[dict[str, float], dict[str, float]]]:
    """Return the seconds until it answers, and those of CPU; its memory before and after use."""
    port, tls_port = free_port(), free_port()
    url = f"http://localhost:{port}"
    env = clean(**world.settings(home / "var", port, tls_port))
    began = time.monotonic()
    with running(command, answers(f"{url}/healthz"), home / "log", env=env) as process:
        seconds = (time.monotonic() - began, cpu_seconds(process.pid))
        if not used:
            return seconds, ({}, {})
        time.sleep(3)  # the pages are loaded behind the first answers
        before = resident_mb(process.pid)
        use(url, home / "var", process.pid)
        return seconds, (before, resident_mb(process.pid))


def use(url: str, home: Path, pid: int) -> None:
    import json

    for number in range(PAGES_FETCHED):
        fetched(url + PAGES[number % len(PAGES)])
    told = json.loads((home / "demo.json").read_text())
    companies = told["port"]["uat"]["companies"]
    served = Served(url, pid, companies)
    everyone = [served.headers_of(number) for number in range(len(companies))]
    for number in range(CALLS):  # most of them refused: there are a hundred a day for each
        with contextlib.suppress(OSError):
            fetched(url + CALL, everyone[number % len(everyone)])
