"""Processes of the bench: pinned to a core, waited for, measured, and ended whatever happens."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 60.0
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[1]
PYTHON = sys.executable


class NotStarted(Exception):
    """A program ended or kept silent; the message holds what it said."""


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def clean(**added: str) -> dict[str, str]:
    """Return the environment for a child: without settings of a platform that runs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUIS_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | added


def on_core(core: int, command: Sequence[object]) -> list[str]:
    return ["taskset", "-c", str(core), *map(str, command)]


@contextlib.contextmanager
def running(
    command: Sequence[object],
    ready: Callable[[], bool],
    log: Path,
    *,
    core: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a session of its own until the block ends. Raises `NotStarted`."""
    words = [str(word) for word in command] if core is None else on_core(core, command)
    with log.open("wb") as said:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=dict(env) if env is not None else clean(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C reaches the bench, which ends its children itself
        )
    try:
        wait_until(ready, process, log)
        yield process
    finally:
        end(process)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            raise NotStarted(f"{process.args} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes]) -> None:
    """End the whole session: first politely."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
            return


def session(pid: int) -> list[int]:
    """Return the processes of the session that this one leads."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat_fields(path)[3]) == pid:
                found.append(int(path.parent.name))
    return found


def stat_fields(path: Path) -> list[str]:
    """Return the fields behind the name: state, parent, group, session and so on."""
    return path.read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that the session used so far."""
    used = 0.0
    for one in session(pid):
        for thread in Path(f"/proc/{one}/task").glob("*"):
            with contextlib.suppress(OSError):
                used += thread_seconds(thread)
    return used


def thread_seconds(thread: Path) -> float:
    """Return the CPU time of a thread, as the scheduler knows it.

    Where it does not say, by the clock's ticks: threads that these wake are overcharged.
    """
    try:
        return int((thread / "schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        fields = stat_fields(thread / "stat")
        return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> dict[str, float]:
    """Return the resident memory of each process of the session, by what it runs."""
    found: dict[str, float] = {}
    for one in session(pid):
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{one}/status").read_text()
            pages = next((line for line in status.splitlines() if line.startswith("VmRSS")), "")
            if pages:
                found[f"{one} {Path(f'/proc/{one}/comm').read_text().strip()}"] = (
                    int(pages.split()[1]) / 1024
                )
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fetched(
    url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[int, bytes]:
    """Return status and body; status 0 when nobody answers."""
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def answers(url: str, headers: Mapping[str, str] | None = None) -> Callable[[], bool]:
    return lambda: fetched(url, headers)[0] == 200
