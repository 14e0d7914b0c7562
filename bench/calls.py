"""Calls a second on one core: the whole path of a call, beside other ways to walk it."""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import world, wrk
from bench.install import NotInstalled
from bench.machine import SERVER_CORE
from bench.peers import servers
from bench.plan import Plan
from bench.platform import Served, served
from bench.processes import NotStarted, cpu_seconds, fetched, say
from bench.report import Row, at_least

ORGANISATIONS = 20_000
PEER_KEYS = 100_000
WARM_UP_SECONDS = 2
CALL = f"/port/uat{world.PATH}?location={world.STATION}"
PRODUCT, HELLO, USUAL = "Sluis", "uvicorn, bare: hello world", "FastAPI + slowapi + PyJWT"
NGINX, FASTIFY = "nginx + Lua, token cache", "fastify + fast-jwt, token cache"
PEERS = {
    HELLO: servers.hello,
    USUAL: servers.usual,
    NGINX: servers.nginx,
    FASTIFY: servers.fastify,
}
REMARKS = {
    PRODUCT: "bearer, key, grant, limit, filter, record",
    HELLO: "no checks",
    USUAL: "RS256 verified each time; counts, no record",
    NGINX: "RS256 verified once, through OpenSSL; counts, no record",
    FASTIFY: "RS256 verified once; counts, no record",
}
ENVOY = Row("Envoy jwt_authn", "-", remarks="in none of these registries: PyPI, npm, Debian 12")


@dataclass(slots=True)
class Runner:
    """One server under measurement and what its runs gave."""

    url: str
    headers: dict[str, str]
    pid: int
    per_second: list[float] = field(default_factory=list)
    server_us: list[float] = field(default_factory=list)
    loader_share: list[float] = field(default_factory=list)
    requests: int = 0

    def run(self, seconds: float) -> None:
        before = cpu_seconds(self.pid)
        load = wrk.load(self.url, self.headers, seconds)
        used = cpu_seconds(self.pid) - before
        self.requests += load.requests
        self.per_second.append(load.per_second)
        self.server_us.append(used / load.requests * 1e6)
        self.loader_share.append(load.own_share)


def measured(plan: Plan) -> Iterator[Row]:
    wrk.ready()
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as name:
        home = Path(name)
        world.build(ORGANISATIONS, SLUIS_HOME=str(home / "var"))
        with contextlib.ExitStack() as running:
            product = running.enter_context(served(home / "var", core=SERVER_CORE))
            runners, absent = started(running, product, home)
            for runner in runners.values():
                runner.run(WARM_UP_SECONDS)
                runner.per_second.clear(), runner.server_us.clear(), runner.loader_share.clear()
            for number in range(plan.runs):
                for peer, runner in runners.items():
                    say(f"calls: {peer}, run {number + 1} of {plan.runs}")
                    runner.run(plan.seconds)
        yield from table(runners)
        yield from absent
        yield ENVOY
        yield recorded(home / "var", runners[PRODUCT].requests)
        yield from verdicts(runners)


def started(
    running: contextlib.ExitStack, product: Served, home: Path
) -> tuple[dict[str, Runner], list[Row]]:
    """Start every peer that can be; each must answer what the product answers."""
    call = product.url + CALL
    full, body = same_minute(product, call)
    given = home / "peer.json"
    given.write_text(json.dumps(for_peers(product, full)))
    refuses(PRODUCT, call, product.narrow)
    runners = {PRODUCT: Runner(call, product.narrow, product.pid)}
    absent = []
    for name, start in PEERS.items():
        try:
            url, pid = running.enter_context(start(given, CALL, product.narrow))
        except (NotInstalled, NotStarted) as error:
            absent.append(Row(name, "-", remarks=str(error)[:160]))
            continue
        runners[name] = Runner(url, product.narrow, pid)
        if name != HELLO:
            status, said = fetched(url, product.narrow)
            if status != 200 or json.loads(said) != body:
                raise wrk.Failed(f"{name} answers {status} {said!r} in place of {body!r}.")
            refuses(name, url, product.narrow)
    return runners, absent


def refuses(name: str, url: str, headers: dict[str, str]) -> None:
    """Raise `Failed` unless a wrong key and a token that was changed are refused."""
    token = headers["Authorization"]
    changed = {"Authorization": f"{token[:-9]}{token[-9:].swapcase()}"}
    for wrong in ({"Ocp-Apim-Subscription-Key": "0" * 32}, changed):
        status, _ = fetched(url, headers | wrong)
        if status != 401:
            raise wrk.Failed(f"{name} answers {status} to wrong {', '.join(wrong)}.")


def same_minute(product: Served, call: str) -> tuple[list[Any], list[Any]]:
    """Return the readings whole and filtered, both of one minute; checks that two fields lack."""
    while True:
        full, body = (json.loads(fetched(call, who)[1]) for who in (product.whole, product.narrow))
        if full[0]["poa_ingest_time_utc"] == body[0]["poa_ingest_time_utc"]:
            break
    lacking = full[0].keys() - body[0].keys()
    if lacking != world.HIDDEN:
        raise wrk.Failed(f"The grant hides {lacking}, not {world.HIDDEN}.")
    return full, body


def for_peers(product: Served, full: list[Any]) -> dict[str, Any]:
    """Return what a peer is given: keys, tokens' key, readings, and what is hidden of them."""
    keys = {world.keys_like(number): f"organisation {number}" for number in range(PEER_KEYS - 1)}
    keys[product.narrow["Ocp-Apim-Subscription-Key"]] = product.organisation
    return {
        "path": CALL.partition("?")[0],
        "issuer": f"{product.url}/port/uat",
        "public_key": product.public_key(),
        "keys": keys,
        "readings": full,
        "hidden": sorted(world.HIDDEN),
        "visible": [name for name in full[0] if name not in world.HIDDEN],
    }


def table(runners: dict[str, Runner]) -> Iterator[Row]:
    for name, runner in runners.items():
        rate = median(runner.per_second)
        spread = (max(runner.per_second) - min(runner.per_second)) / rate
        server_us, loader = median(runner.server_us), median(runner.loader_share)
        remarks = f"±{spread:.0%}; {server_us:.1f} µs CPU a call; generator at {loader:.0%}"
        numbers = {
            "per_second": runner.per_second,
            "server_us": runner.server_us,
            "loader_share": runner.loader_share,
        }
        yield Row(name, f"{rate:,.0f}/s", remarks=f"{remarks}; {REMARKS[name]}", numbers=numbers)


def recorded(home: Path, requests: int) -> Row:
    """Return whether every call that was answered has its record, once the server has stopped."""
    with contextlib.closing(sqlite3.connect(home / "sluis.sqlite3")) as database:
        (count,) = database.execute("SELECT sum(calls) FROM server_callbatch").fetchone()
    what = "calls recorded by Sluis of those answered"
    # A run ends with answers under way that the generator no longer waits for.
    return Row(what, f"{count:,} of {requests:,}", "all", count >= requests)


def verdicts(runners: dict[str, Runner]) -> Iterator[Row]:
    for name, bar, stretch in ((HELLO, 0.8, 1.2), (USUAL, 15, 20), (NGINX, 0, 1), (FASTIFY, 0, 1)):
        if name not in runners:
            continue
        ours, theirs = runners[PRODUCT], runners[name]
        # Of runs side by side: what slows the machine down for a while slows both.
        ratio = middle(ours.per_second, theirs.per_second)
        cpu = middle(theirs.server_us, ours.server_us)
        remarks = f"by CPU time {cpu:.2f}; stretch ≥ {stretch:g}"
        what = f"Sluis / {name}"
        if bar:
            yield at_least(what, ratio, bar, remarks)
        else:
            yield Row(what, f"{ratio:.2f}", remarks=remarks, numbers={"ratio": ratio})


def middle(ours: list[float], theirs: list[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))
