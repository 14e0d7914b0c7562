"""One parent that binds the ports and keeps several serving processes alive on them."""

import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

LOOK_EVERY_SECONDS = 0.1
STOPS_WITHIN_SECONDS = 30.0
PARENT_EVERY_SECONDS = 1.0
PAUSE_SECONDS_AT_MOST = 30.0
STOP_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a child that lived so long had a fresh start: its pauses begin anew


class Place:
    """One of the children: started again when it ends, after a pause that doubles."""

    def __init__(self, command: list[str], handles: list[int]) -> None:
        self.command = command
        self.handles = handles
        self.child: subprocess.Popen[bytes] | None = None
        self.started_at = -math.inf
        self.pause_seconds = 0.0

    def look(self, now: float) -> None:
        if self.child is not None and self.child.poll() is None:
            return
        if now - self.started_at < self.pause_seconds:
            return
        steady = now - self.started_at > STEADY_SECONDS
        self.pause_seconds = 0.5 if steady else min(2 * self.pause_seconds, PAUSE_SECONDS_AT_MOST)
        self.started_at = now
        # In a process group of its own: a Ctrl-C must reach it once, from us, not twice.
        self.child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            self.command, pass_fds=self.handles, env=os.environ, process_group=0
        )

    def end(self) -> None:
        if self.child is not None:
            self.child.terminate()

    def wait(self) -> None:
        if self.child is None:
            return
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()


def supervise(workers: int, plain: list[socket.socket], secure: list[socket.socket]) -> None:
    """Keep so many processes serving these sockets until SIGTERM or SIGINT; then wait for them."""
    handles = [[one.fileno() for one in group] for group in (plain, secure)]
    given = "/".join(",".join(map(str, group)) for group in handles)
    command = [sys.executable, "-m", "sluis.server.cli", "serve"]
    command += ["--sockets", given, "--parent", str(os.getpid())]
    places = [Place(command, [*handles[0], *handles[1]]) for _ in range(workers)]
    stopping = False

    def end(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not stopping:
        for place in places:
            place.look(time.monotonic())
        time.sleep(LOOK_EVERY_SECONDS)
    for place in places:
        place.end()
    for place in places:
        place.wait()


def end_with(parent: int) -> None:
    """See to it that this process ends when its parent is gone, however that ended.

    Otherwise it would hold the ports, and the next parent could not start.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_EVERY_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOPS_WITHIN_SECONDS)
        os._exit(
            1
        )  # without a database, or in the midst of starting, a stop may not come to its end

    threading.Thread(target=look, name="parent", daemon=True).start()


def inherited(given: str) -> tuple[list[socket.socket], list[socket.socket]]:
    """Return the sockets that a parent bound, from their handles as `supervise` writes them."""
    plain, secure = (
        [socket.socket(fileno=int(handle)) for handle in group.split(",")]
        for group in given.split("/")
    )
    return plain, secure
