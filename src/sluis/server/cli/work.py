"""`sluis work`: workers alone."""

import signal
import threading

import click

from sluis.server.cli import started
from sluis.server.config import ConfigurationError


@click.command()
def work_command() -> None:
    """Apply and push what is answered later until SIGTERM; PostgreSQL only."""
    config = started()
    if not config.database_url:
        raise ConfigurationError(
            "1. With SQLite there is one process: 'sluis serve' applies and pushes by itself."
            " For workers beside it, set SLUIS_DATABASE_URL to PostgreSQL."
        )
    from sluis.server.cli.serve import refuse_unapplied
    from sluis.server.wiring import workers

    refuse_unapplied()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    made = workers(config)
    made.worker.on_lost = ended.set
    made.start()
    click.echo("Sluis works.", err=True)
    ended.wait()
    made.stop()
