"""What pages do to calls in the same process, and how long a page takes."""

import contextlib
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from bench import world
from bench.calls import CALL
from bench.machine import SERVER_CORE
from bench.openloop import Generator
from bench.plan import Plan
from bench.platform import served
from bench.processes import fetched, say
from bench.report import Row, at_most

ORGANISATIONS = 200
RATE, SECONDS, AT_ONCE = 1_000, 10, 4
P99_MILLISECONDS = 10
PATHS = {"the start page": "/", "the catalogue": "/catalogue/"}


PAGE_P95_MILLISECONDS, PAGE_KILOBYTES, VIEWS = 50, 100, 40
DESK, DEVELOPER = "dirk@port.example", "anna@scheldekaai.example"
CUSTOMER = "emma@devcode.example"
# A new page takes a line here when people wait for it every day. `{}` stands for the
# number or the id that the page above it links to.
MAIN_PAGES = {
    "the start": (DEVELOPER, "/"),
    "the catalogue": (DEVELOPER, "/catalogue/"),
    "an API": (DEVELOPER, "/catalogue/port/certified-pickup/"),
    "subscribing": (DEVELOPER, "/catalogue/port/certified-pickup/subscribe/"),
    "subscriptions": (DEVELOPER, "/subscriptions/"),
    "a subscription": (DEVELOPER, "/subscriptions/{}/"),
    "applications": (DEVELOPER, "/applications/"),
    "an application": (DEVELOPER, "/applications/{}/"),
    "the references": (DEVELOPER, "/references/"),
    "the containers": (DEVELOPER, "/containers/"),
    "the channels": (DEVELOPER, "/channels/"),
    "tickets": (DEVELOPER, "/tickets/"),
    "a ticket": (DEVELOPER, "/tickets/{}/"),
    "the API Manager": (CUSTOMER, "/api-manager/"),
    "the account": (DEVELOPER, "/accounts/"),
    "an organisation": (DEVELOPER, "/organisations/{}/"),
    "the status page": (DEVELOPER, "/status/port/"),
    "the desk: the queue": (DESK, "/desk/"),
    "the desk: a ticket": (DESK, "/desk/tickets/{}/"),
    "the desk: tickets of a name": (DESK, "/desk/?state=all&q=Scheldekaai"),
    "the desk: organisations": (DESK, "/desk/port/organisations/"),
    "the desk: one found by name": (DESK, "/desk/port/organisations/?q=Scheldekaai"),
    "the desk: an organisation": (DESK, "/desk/port/organisations/{}/"),
    "the desk: many found": (DESK, "/desk/port/organisations/?q=99"),
    "the desk: nothing found": (DESK, "/desk/port/organisations/?q=nobody"),
    "the desk: products": (DESK, "/desk/port/products/"),
    "the desk: a product": (DESK, "/desk/port/products/meteo/"),
    "the desk: status": (DESK, "/desk/status/"),
    "the desk: the audit log": (DESK, "/desk/port/audit/"),
    "the desk: mails": (DESK, "/desk/port/mails/"),
}


def measured(plan: Plan) -> Iterator[Row]:
    yield from main_pages(plan)
    yield from beside_calls(plan)


def main_pages(plan: Plan) -> Iterator[Row]:
    """Measure each main page in a large world, from the request to the last byte."""
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        home = Path(name)
        world.build(plan.organisations, "port/live", SLUIS_HOME=str(home))
        people = (DESK, DEVELOPER, CUSTOMER)
        cookies = {who: world.session(who, SLUIS_HOME=str(home)) for who in people}
        with served(home, core=SERVER_CORE) as product:
            above = ""
            for what, (who, path) in MAIN_PAGES.items():
                headers = {"Cookie": cookies[who]}
                path = linked(path, above)
                above = fetched(product.url + path, headers)[1].decode()
                yield from seen(what, product.url + path, headers)


def linked(path: str, page: str) -> str:
    """Return the path with what a page has in place of `{}`."""
    pattern = re.escape(path).replace(r"\{\}", r"(?:[0-9a-f-]{36}|[0-9]+)")
    found = re.search(pattern, page)
    return found[0] if "{}" in path and found else path


def seen(what: str, url: str, headers: dict[str, str]) -> Iterator[Row]:
    times, body = [], b""
    for _ in range(VIEWS):
        began = time.perf_counter()
        status, body = fetched(url, headers)
        times.append((time.perf_counter() - began) * 1000)
        if status != 200 or b"csrfmiddlewaretoken" not in body:  # in the button that logs out
            yield Row(what, f"answers {status}", meets=False)
            return
    p95 = quantiles(times[5:], n=20)[-1]
    remarks = f"p50 {median(times[5:]):.1f} ms"
    yield at_most(f"{what}, p95", p95, PAGE_P95_MILLISECONDS, "ms", remarks)
    _, packed = fetched(url, headers | {"Accept-Encoding": "gzip"})  # as every browser asks
    remarks = f"over the wire; {len(body) / 1000:.1f} kB unpacked"
    yield at_most(f"{what}, size", len(packed) / 1000, PAGE_KILOBYTES, "kB", remarks)


def beside_calls(plan: Plan) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        home = Path(name)
        world.build(ORGANISATIONS, SLUIS_HOME=str(home))
        with served(home, core=SERVER_CORE) as product:
            for what, path in PATHS.items():
                yield one_page(what, product.url + path)
            url = product.url + CALL
            say("pages: calls without pages, then beside them")
            with Generator(url, product.narrow, RATE, SECONDS) as generator:
                still = generator.result().milliseconds
            rendered: list[float] = []
            urls = [product.url + path for path in PATHS.values()]
            with (
                rendering(urls, rendered),
                Generator(url, product.narrow, RATE, SECONDS) as generator,
            ):
                found = generator.result()
    times = found.milliseconds
    remarks = (
        f"{RATE:,}/s open loop, {found.not_ok} not ok, p50 {times['p50']:.1f},"
        f" max {times['max']:.0f}; {len(rendered) / SECONDS:.0f} pages/s of"
        f" {median(rendered) * 1000:.0f} ms each; p99 without pages {still['p99']:.1f}"
    )
    what = f"p99 of calls while {AT_ONCE} pages render"
    yield at_most(what, times["p99"], P99_MILLISECONDS, "ms", remarks)


def one_page(what: str, url: str) -> Row:
    """Measure a page by itself, over a connection of its own each time."""
    times = []
    for _ in range(30):
        began = time.perf_counter()
        status, body = fetched(url)
        times.append((time.perf_counter() - began) * 1000)
        if status != 200:
            return Row(what, f"answers {status}", meets=False)
    shown = f"{median(times[5:]):.1f} ms"
    numbers = {"milliseconds": times}
    return Row(what, shown, remarks=f"{len(body):,} bytes, one at a time", numbers=numbers)


@contextlib.contextmanager
def rendering(urls: list[str], times: list[float]) -> Iterator[None]:
    """Have so many pages under way at any moment of the block; note how long each took."""
    stopping = threading.Event()

    def fetch(number: int) -> None:
        while not stopping.is_set():
            began = time.perf_counter()
            fetched(urls[number % len(urls)])
            times.append(time.perf_counter() - began)
            number += 1

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
