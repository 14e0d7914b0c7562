"""The closed-loop generator: as many calls as the server takes. For throughput only."""

import re
import resource
import shutil
import subprocess
from collections.abc import Mapping
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


def ready() -> None:
    """Install wrk where it is absent. Raises `NotInstalled`."""
    if shutil.which("wrk") is None:
        from_debian("wrk")


def load(url: str, headers: Mapping[str, str], seconds: float) -> Load:
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "30s"]
    before = cpu_of_children()
    said = subprocess.run(
        on_core(LOADER_CORE, ["wrk", *options, *given, url]),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    used = cpu_of_children() - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise Failed(f"{url}:\n{said}")
    per_second = float(found(r"Requests/sec:\s+([\d.]+)", said))
    return Load(per_second, int(found(r"(\d+) requests in", said)), used / seconds)


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise Failed(f"wrk said:\n{text}")
    return match[1]
