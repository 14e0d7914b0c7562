"""Loads a snapshot in a process of its own and prints how long that took, and how much memory.

`SLUIS_HOME=… python -m bench.loading`
"""

import gc
import json
import sys
import time
from pathlib import Path


def main() -> dict[str, float]:
    from sluis.server.cli import started

    config = started()
    from sluis.server import wiring  # what a serving process has imported by then
    from sluis.server.answers.snapshot import Loader

    parts = wiring.parts(config)
    gc.collect()
    before = resident_mb("VmRSS")
    began, used = time.perf_counter(), time.process_time()
    snapshot = Loader(config.portal_url, config.secret).load()
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    parts.pool.shutdown()
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "mb": resident_mb("VmRSS") - before,
        "peak_mb": resident_mb("VmHWM") - before,
        "subscriptions": sum(len(one.access) for one in snapshot.environments.values()),
        "keys": sum(len(one.keys) for one in snapshot.environments.values()),
    }


def resident_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
