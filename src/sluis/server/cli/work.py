"""`sluis work`: workers alone."""

import signal
from queue import SimpleQueue

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
    ended = ending()
    made = workers(config)
    made.worker.on_lost = lambda: ended.put(None)
    made.start()
    click.echo("Sluis works.", err=True)
    ended.get()
    made.stop()


def ending() -> SimpleQueue[None]:
    """Return a queue that SIGTERM and SIGINT put something in: `get` waits for them.

    An Event would do so most of the time: its lock is held by whoever begins to wait, and a
    signal's handler that comes just then, in that same thread, waits for the lock for ever.
    """
    ended: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.put(None))
    return ended
