"""The closed-loop generator: as many calls as the server takes. For throughput only."""

import re
import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.install import from_debian
from bench.machine import LOADER_CORE
from bench.processes import on_core

CONNECTIONS = 64


class Failed(Exception):
    """Some calls were not answered well: what was measured is something else."""


@dataclass(frozen=True, slots=True)
class Load:
    per_second: float
    requests: int
    own_share: float  # of its core that the generator itself needed
    p99_ms: float  # closed loop: of what the server took, not of what was asked of it


def ready() -> None:
    """Install wrk where it is absent. Raises `NotInstalled`."""
    if shutil.which("wrk") is None:
        from_debian("wrk")


def load(
    url: str,
    headers: Mapping[str, str],
    seconds: float,
    connections: int = CONNECTIONS,
    script: Sequence[object] = (),
) -> Load:
    """Call as often as the server answers; `script` is a Lua file and its arguments."""
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    options = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "--latency"]
    options += ["-s", str(script[0])] if script else []
    arguments = ["--", *map(str, script[1:])] if script else []
    before = cpu_of_children()
    said = subprocess.run(
        on_core(LOADER_CORE, ["wrk", *options, *given, url, *arguments]),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    used = cpu_of_children() - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise Failed(f"{url}:\n{said}")
    per_second = float(found(r"Requests/sec:\s+([\d.]+)", said))
    requests = int(found(r"(\d+) requests in", said))
    return Load(
        per_second, requests, used / seconds, milliseconds(found(r"\n\s+99%\s+(\S+)", said))
    )


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def milliseconds(text: str) -> float:
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]  # wrk prints so
    return float(value) * {"us": 0.001, "ms": 1, "s": 1_000, "m": 60_000}[unit]


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise Failed(f"wrk said:\n{text}")
    return match[1]
