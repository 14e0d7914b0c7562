"""The open-loop generator: calls at a fixed rate, whatever the server does. For latencies.

A call's time runs from when it was due, not from when it could be sent: a server that stands
still for a second is late for every call of that second (coordinated omission, corrected).
Runs as a process pinned to the generator's core; one thread, blocking sockets, `select` for
its microseconds.
"""

import itertools
import json
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench.machine import LOADER_CORE
from bench.processes import PYTHON, ROOT, clean, on_core

CONNECTIONS = 32
WATCH_EVERY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Latencies:
    calls: int
    not_ok: int
    milliseconds: dict[str, float]  # by "p50", "p99", "max"
    own_share: float
    watched: list[tuple[float, int]]  # when a watched call was first answered so, monotonic


class Generator:
    """Runs `rate` calls a second until stopped; `measuring` ends with the block."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        rate: float,
        seconds: float,
        watch: Mapping[str, str] | None = None,
        request: str = "",
        connections: int = CONNECTIONS,
    ) -> None:
        """`request` is one to send in place of a GET: whole, with @ where a number stands."""
        spec = {
            "url": url,
            "request": request,
            "headers": dict(headers),
            "rate": rate,
            "seconds": seconds,
            "watch": dict(watch) if watch else None,
            "connections": connections,
        }
        self.process = subprocess.Popen(
            on_core(LOADER_CORE, [PYTHON, "-m", "bench.openloop"]),
            cwd=ROOT,
            env=clean(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(spec).encode())
        self.process.stdin.close()

    def __enter__(self) -> "Generator":
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.kill()
        self.process.wait()

    def result(self) -> Latencies:
        """Wait until its seconds are over and return what it measured."""
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.read())
        return Latencies(**said)


# Within the process of its own


@dataclass(slots=True, eq=False)
class Line:
    """A connection that carries one call at a time."""

    socket: socket.socket
    request: Callable[[], bytes]
    due: float = 0.0
    parts: bytes = b""

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, due: float) -> None:
        self.due = due
        self.parts = b""
        self.socket.sendall(self.request())

    def answered(self) -> int | None:
        """Read what came; return the status once the answer is complete."""
        said = self.socket.recv(65536)
        if not said:
            raise ConnectionError("The server closed a connection.")
        self.parts += said
        head, found, body = self.parts.partition(b"\r\n\r\n")
        if not found:
            return None
        _, _, rest = head.lower().partition(b"\r\ncontent-length: ")
        if len(body) < int(rest.split(b"\r\n", 1)[0]):
            return None
        return int(head[9:12])


@dataclass(slots=True)
class Run:
    rate: float
    idle: deque[Line]
    watcher: Line | None
    times: list[float] = field(default_factory=list)
    not_ok: int = 0
    watched: list[tuple[float, int]] = field(default_factory=list)

    def loop(self, seconds: float) -> None:
        """Send what is due and read what came, until the seconds are over and all is answered."""
        start = due = time.monotonic()
        end, watch_due = start + seconds, start
        busy: set[Line] = set()
        while True:
            now = time.monotonic()
            while due <= now and due < end and self.idle:
                line = self.idle.popleft()
                line.send(due)
                busy.add(line)
                due += 1 / self.rate
            if self.watcher and watch_due <= now < end and self.watcher not in busy:
                self.watcher.send(now)
                busy.add(self.watcher)
                watch_due = now + WATCH_EVERY_SECONDS
            if due >= end and not busy:
                return
            wait = max(0.0, min(due, end) - now) if self.idle else 0.01
            for line in select.select(list(busy), [], [], wait)[0]:
                status = line.answered()
                if status is not None:
                    busy.discard(line)
                    self.note(line, status, time.monotonic())

    def note(self, line: Line, status: int, now: float) -> None:
        if line is self.watcher:
            if not self.watched or self.watched[-1][1] != status:
                self.watched.append((now, status))
            return
        self.idle.append(line)
        self.times.append(now - line.due)
        self.not_ok += status // 100 != 2


def main(spec: dict[str, Any]) -> dict[str, Any]:
    url = urlsplit(spec["url"])
    made = numbered(spec["request"]) if spec["request"] else got(url, spec["headers"])
    lines = deque(line(url, made) for _ in range(spec["connections"]))
    watcher = line(url, got(url, spec["watch"])) if spec["watch"] else None
    warm_up = Run(spec["rate"] / 4, lines, None)
    warm_up.loop(1.0)
    run = Run(spec["rate"], lines, watcher)
    used, began = time.process_time(), time.monotonic()
    run.loop(spec["seconds"])
    share = (time.process_time() - used) / (time.monotonic() - began)
    times = sorted(run.times)
    points = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {
        "calls": len(times),
        "not_ok": run.not_ok,
        "milliseconds": {
            name: times[min(int(len(times) * point), len(times) - 1)] * 1000
            for name, point in points.items()
        },
        "own_share": share,
        "watched": run.watched,
    }


def got(url: Any, headers: Mapping[str, str]) -> Callable[[], bytes]:
    lines = [f"GET {url.path}?{url.query} HTTP/1.1", f"Host: {url.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    request = "\r\n".join((*lines, "", "")).encode()
    return lambda: request


def numbered(request: str) -> Callable[[], bytes]:
    before, _, after = request.encode().partition(b"@")
    numbers = itertools.count(1)
    return lambda: b"%s%07d%s" % (before, next(numbers), after)


def line(url: Any, request: Callable[[], bytes]) -> Line:
    made = socket.create_connection((url.hostname, url.port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(made, request)


if __name__ == "__main__":
    print(json.dumps(main(json.load(sys.stdin))))
