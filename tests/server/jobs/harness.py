"""Load, faults and judgement: what callers were promised, held against what is in the database.

Callers append unique values to lanes, some with an Idempotency-Key and again until answered. In
the end each lane is one list; what must hold of it follows from when each value was sent and
acknowledged, and from nothing else.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.server.jobs.database import Database
from tests.server.jobs.toy import ORGANISATION
from tests.servers import free_port

CALLERS = 40
LANES = 60
PUSHED = frozenset(f"lane {number}" for number in range(10))  # their notifications are pushed
OTHER = "0" * 31 + "2"  # somebody without a channel
PATIENCE_S = 120
DRAIN_S = 360  # on PostgreSQL a killed process keeps its claims for 120 s; then 50 go a second
COMMAND = (sys.executable, "-m", "tests.server.jobs.launch")


@dataclass
class Sent:
    """One value on its way."""

    value: int
    lane: str
    sent: float
    acknowledged: float | None = None


@dataclass
class Load:
    """Callers, and what they saw."""

    port: int
    seed: int
    values: dict[int, Sent] = field(default_factory=dict)
    refused: Counter = field(default_factory=Counter)
    stopping: bool = False
    acknowledged: int = 0

    def start(self):
        self.thread = threading.Thread(target=lambda: asyncio.run(self.call()), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        self.stopping = True
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive(), "callers hang"

    async def call(self):
        await asyncio.gather(*(self.caller(number) for number in range(CALLERS)))

    async def caller(self, number):
        chance = random.Random(f"{self.seed} {number}")
        connection = Connection(self.port)
        count = 0
        while not self.stopping:
            steps = []
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                count += 1
                value = number * 1_000_000 + count
                lane = f"lane {chance.randrange(LANES)}"
                self.values[value] = Sent(value, lane, time.monotonic())
                who = ORGANISATION if lane in PUSHED else OTHER
                steps.append({"lane": lane, "value": value, "tell": [who]})
            body = json.dumps({"steps": steps}).encode()
            key = f"{self.seed} {number} {count}" if chance.random() < 0.4 else None
            await self.send(connection, body, key, [step["value"] for step in steps])
        connection.close()

    async def send(self, connection, body, key, values):
        """Send once or, with a key, until it is acknowledged."""
        while True:
            status = await connection.post("/port/uat/toy/v1/steps", body, key)
            if status == 202:
                now = time.monotonic()
                for value in values:
                    self.values[value].acknowledged = now
                self.acknowledged += 1
                return
            self.refused[status] += 1
            await asyncio.sleep(0.02)
            if key is None or (self.stopping and status is None):
                return


class Connection:
    """HTTP/1.1 on one connection, made again when it breaks."""

    def __init__(self, port):
        self.port = port
        self.writer = None

    async def post(self, path, body, key):
        """Return the status; None when nothing was answered."""
        try:
            async with asyncio.timeout(30):
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                head += f"Idempotency-Key: {key}\r\n\r\n" if key else "\r\n"
                self.writer.write(head.encode() + body)
                answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
                length = int(answer.split(b"content-length: ")[1].split(b"\r\n")[0])
                await self.reader.readexactly(length)
                return int(answer.split()[1])
        except (OSError, asyncio.IncompleteReadError, TimeoutError, IndexError):
            self.close()
            return None

    def close(self):
        if self.writer is not None:
            self.writer.close()
            self.writer = None


class Sink:
    """A receiver that is sometimes in a bad mood; notes each push that it took.

    What it refused once it takes the next time: the time after that is five minutes later.
    """

    def __init__(self, seed):
        self.taken = []
        chance = random.Random(f"sink {seed}")
        taken, refused = self.taken, set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                id_ = self.headers["webhook-id"]
                bad = chance.random() < 0.01 and id_ not in refused
                if bad:
                    refused.add(id_)
                else:
                    taken.append((id_, json.loads(body)))
                with suppress(OSError):
                    self.send_response(500 if bad else 200)
                    self.send_header("content-length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Sluis:
    """Processes of the product with the toy API, on a database of their own."""

    def __init__(self, variables, *, bug="", extra=()):
        self.port = free_port()
        self.variables = {
            **variables,
            "SLUIS_PORT": str(self.port),
            "SLUIS_TLS_PORT": str(free_port()),
            "SLUIS_WEBHOOKS": "development",
            "SLUIS_PUSHES_PER_SECOND": "5000",
            "PYTHONFAULTHANDLER": "1",
            "TOY_BUG": bug,
        }
        self.extra = dict(extra)
        self.process = None
        self.database = Database(self.variables)

    def prepare(self):
        subprocess.run(
            [*COMMAND, "prepare"], env=self.variables, check=True, capture_output=True, text=True
        )
        return self

    def start(self, *command):
        path = os.path.join(self.variables["SLUIS_HOME"], "log")
        log = open(path, "a")  # noqa: SIM115 - the process keeps it
        self.process = subprocess.Popen(
            [*COMMAND, *(command or ("serve",))],
            env=self.variables | self.extra,
            stdout=log,
            stderr=log,
        )
        log.close()
        return self

    def wait_until_ready(self):
        asyncio.run(self.listening())
        return self

    async def listening(self):
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            assert self.process.poll() is None, self.said()
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.02)
        raise AssertionError(self.said())

    def said(self):
        with open(os.path.join(self.variables["SLUIS_HOME"], "log")) as log:
            return log.read()[-8000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Return with what it exited; one that does not end says where each thread stands."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(self.said()) from None

    def drain(self, *, pushes=True, patience_s=DRAIN_S):
        """Wait until everything is applied and, where there is a channel, pushed."""
        give_up = time.monotonic() + patience_s
        while self.database.waits(pushes=pushes):
            assert time.monotonic() < give_up, f"{self.database.waits()} wait\n{self.said()}"
            time.sleep(0.1)


def faults(load, database, sink=None):
    """Return everything that breaks a promise, in words; nothing when all were kept."""
    lists = database.lists()
    found = [*lost_or_doubled(load, lists), *out_of_order(load, lists)]
    found += told_otherwise(lists, database.notifications())
    found += database.faults()
    if sink is not None:
        found += pushed_otherwise(database, sink)
    return found


def lost_or_doubled(load, lists):
    held = Counter(value for values in lists.values() for value in values)
    for sent in load.values.values():
        count = held.pop(sent.value, 0)
        if sent.acknowledged is not None and count == 0:
            yield f"lost: {sent.value} was acknowledged"
        if count > 1:
            yield f"twice: {sent.value} is there {count} times"
    if held:
        yield f"never sent: {list(held)[:5]}"


def out_of_order(load, lists):
    """Whatever was acknowledged before another was sent stands before it."""
    for lane, values in lists.items():
        earliest = float("inf")
        for value in reversed(values):
            sent = load.values[value]
            if earliest < sent.sent:
                yield f"order: {value} in {lane} was sent after a later one was acknowledged"
            if sent.acknowledged is not None:
                earliest = min(earliest, sent.acknowledged)


def told_otherwise(lists, notifications):
    """Each entry of each list was told of exactly once, with its place in it."""
    model = Counter(
        (lane, at, v) for lane, values in lists.items() for at, v in enumerate(values, 1)
    )
    said = Counter((one["lane"], one["position"], one["value"]) for one in notifications)
    for missing in (model - said).elements():
        yield f"not told: {missing}"
    for more in (said - model).elements():
        yield f"told too much: {more}"


def pushed_otherwise(database, sink):
    """Each notification arrived at least once, and in each lane first arrivals are in order."""
    arrived = list(dict.fromkeys(message_id for message_id, _ in sink.taken))
    first = {message_id: place for place, message_id in enumerate(arrived)}
    for message_id in sorted(database.notification_ids(ORGANISATION) - set(arrived))[:5]:
        yield f"not pushed: {message_id}"
    positions = defaultdict(list)
    for message_id, body in dict(reversed(sink.taken)).items():
        positions[body["lane"]].append((first[message_id], body["position"]))
    for lane, places in positions.items():
        order = [position for _, position in sorted(places)]
        if order != sorted(order):
            yield f"pushed out of order in {lane}"
