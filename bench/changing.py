"""`sluis serve` that also makes a change of policy each second, as its own portal would.

It suspends and resumes the second company's subscription to the weather, through the same
actions as the pages, and writes when each was committed to the file that is named:
`SLUIS_HOME=… python -m bench.changing FILE`. Send SIGUSR1 to begin.
"""

import json
import signal
import sys
import threading
import time
from pathlib import Path

from bench.world import ENVIRONMENT

CHANGES_EVERY_SECONDS = 1.0


def main(written: Path) -> None:
    from sluis.server.cli import started
    from sluis.server.cli.serve import serve_alone

    config = started()
    begin = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: begin.set())
    told = json.loads((config.directory / "demo.json").read_text())
    company = told["port"]["uat"]["companies"][1]["name"]
    thread = threading.Thread(target=change, args=(company, begin, written), daemon=True)
    serve_alone(config, thread.start)


def change(company: str, begin: threading.Event, written: Path) -> None:
    from sluis.server.actions import subscribe
    from sluis.server.actions.actor import PLATFORM
    from sluis.server.models import Subscription

    begin.wait()
    with written.open("w", buffering=1) as file:
        while True:
            for status in (401, 200):
                time.sleep(CHANGES_EVERY_SECONDS)
                subscription = Subscription.objects.get(
                    environment_id=ENVIRONMENT, organisation__name=company, api="meteo"
                )
                if status == 200:
                    subscribe.resume(actor=PLATFORM, subscription=subscription)
                else:
                    subscribe.suspend(
                        actor=PLATFORM, subscription=subscription, reason="To see how soon."
                    )
                print(json.dumps([time.monotonic(), status]), file=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
