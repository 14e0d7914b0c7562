"""What the tests need beside Python: PostgreSQL, Redis and a browser, without asking for root.

The first two come out of wheels in the group `test`; Chromium is the machine's own or is
installed once. `python -m tests.servers` starts PostgreSQL and Redis by hand.
"""

import socket
import subprocess
import time
from contextlib import contextmanager

PATIENCE_S = 30


class Refusal(Exception):
    """A program that failed, or a server that did not start; the message holds what it said."""


@contextmanager
def served(command, answers, *, log, farewell, **options):
    """Run `command(port)` as a server until the block ends, which is given its port.

    It runs once `answers(port)` is true. Another port is tried when somebody took the first
    one between the look and the start. `farewell` is the signal that ends it.
    """
    for left in (2, 1, 0):
        port = free_port()
        try:
            process = start(command(port), lambda port=port: answers(port), log, **options)
            break
        except Refusal:
            if not left:
                raise
    try:
        yield port
    finally:
        process.send_signal(farewell)
        process.wait(PATIENCE_S)


def free_port():
    """Return a port of the loopback address that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, answers, log, **options):
    with log.open("w") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, **options
        )
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        if answers():
            return process
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise Refusal(f"{command[0]} did not start:\n{log.read_text()}")


def run(*command, **options):
    """Run a command to its end; raises `Refusal` with what it said when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    if done.returncode:
        raise Refusal(f"{command[0]} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout
