"""`python -m bench [--only NAME]`: measure, print the tables, keep the numbers."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bench import calls, machine, pages, pickup, query, report, snapshot, start
from bench.plan import Plan
from bench.processes import say
from bench.report import Row

SECTIONS: dict[str, tuple[str, Callable[[Plan], Iterable[Row]]]] = {
    "calls": ("One meteo reading: calls a second on one core", calls.measured),
    "snapshot": ("A snapshot of 100,000 subscriptions", snapshot.measured),
    "pickup": ("Releases of containers: accepted, applied, pushed", pickup.measured),
    "query": ("Ten million notifications, asked for through the API", query.measured),
    "start": ("`make run` on an installed checkout", start.measured),
    "pages": ("The gateway beside pages", pages.measured),
}


def main() -> int:
    given = arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    plan = Plan(seconds=given.seconds, runs=given.runs, organisations=given.organisations)
    facts = machine.described()
    print("\n".join(f"{name:>10}  {value}" for name, value in facts.items()))
    for warning in machine.warnings():
        print(f"   WARNING  {warning}")
    stolen = machine.stolen_seconds()
    done = {}
    for name in given.only or SECTIONS:
        title, measured = SECTIONS[name]
        say(f"{name} …")
        done[name] = list(measured(plan))
        print(f"\n{report.table(title, done[name])}")
    facts["stolen_seconds"] = machine.stolen_seconds() - stolen
    path = report.keep(facts, done, {"seconds": plan.seconds, "runs": plan.runs})
    print(f"\nStolen by the hypervisor: {facts['stolen_seconds']:.1f} s. Kept in {path}.")
    return 1 if any(row.meets is False for rows in done.values() for row in rows) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=SECTIONS, help="measure this section")
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="of each run")
    parser.add_argument("--runs", type=int, default=Plan.runs, help="of which the median counts")
    help_text = "in the world whose pages are measured"
    parser.add_argument("--organisations", type=int, default=Plan.organisations, help=help_text)
    return parser.parse_args()


def stop(*_: Any) -> None:
    """End at once but in order: every block that runs a process ends it. Heard once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(130)


if __name__ == "__main__":
    sys.exit(main())
