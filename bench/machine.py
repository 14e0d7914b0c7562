"""What the machine is, and how busy others keep it: figures of one run only compare."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOADER_CORE = CORES[0], CORES[-1]
BUSY = 0.5  # load average before the start from which the figures deserve no trust


def described() -> dict[str, Any]:
    return {
        "machine": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": processor(),
        "cores": len(CORES),
        "python": platform.python_version(),
        "sluis": version("sluis"),
        "uvicorn": version("uvicorn"),
        "uvloop": version("uvloop"),
        "load": os.getloadavg()[0],
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return "unknown"


def warnings() -> list[str]:
    found = []
    if os.getloadavg()[0] > BUSY:
        found.append(
            f"The load average is {os.getloadavg()[0]:.1f} before anything was started:"
            " others use these cores, and the figures are noise to that degree."
        )
    if SERVER_CORE == LOADER_CORE:
        found.append("There is one core: server and load generator share it.")
    return found


def stolen_seconds() -> float:
    """Return the time that the hypervisor gave to others so far, over all cores."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")
