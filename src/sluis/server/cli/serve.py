"""`sluis serve` and `sluis run`."""

from collections.abc import Callable
from typing import Any

import click

from sluis.server.cli import started
from sluis.server.config import Config, ConfigurationError


@click.command()
@click.option("--workers", default=1, help="Processes; more than one needs PostgreSQL and Redis.")
@click.option("--sockets", default="", hidden=True)
@click.option("--parent", default=0, hidden=True)
def serve_command(workers: int, sockets: str, parent: int) -> None:
    """Serve gateway and portal until SIGTERM."""
    config = started()
    refuse_unapplied()
    from sluis.server import durable, serve, supervisor

    durable.refuse_unsafe(config)
    if sockets:
        supervisor.end_with(parent)
        serve.serve(config, *supervisor.inherited(sockets))
    elif workers > 1:
        refuse_several(config)
        supervisor.supervise(workers, *serve.sockets(config))
    else:
        serve_alone(config)


@click.command()
def run_command() -> None:
    """Make everything ready (tables, sandbox) and serve: the first run, and every one after."""
    config = started()
    from sluis.server import demo, durable, install

    durable.refuse_unsafe(config)
    if install.unapplied():
        click.echo("Making the tables …")
    install.migrate(config)
    click.echo("Filling the sandbox …")
    world = demo.load(config)
    serve_alone(config, lambda: click.echo(welcome(config, world)))


def serve_alone(config: Config, on_ready: Callable[[], None] = lambda: None) -> None:
    from sluis.server import serve

    if config.database_url:
        serve.serve(config, *serve.sockets(config), on_ready)
        return
    with serve.only_server(config):
        serve.serve(config, *serve.sockets(config), on_ready)


def refuse_unapplied() -> None:
    from sluis.server import install

    missing = install.unapplied()
    if missing:
        raise ConfigurationError(
            f"1. The database misses {len(missing)} migrations, the first is {missing[0]}."
            " Run 'sluis migrate'."
        )


def refuse_several(config: Config) -> None:
    faults = []
    if not config.database_url:
        faults.append("With SQLite there is one process: set SLUIS_DATABASE_URL to PostgreSQL.")
    if not config.redis_url:
        faults.append("Limits of several processes need SLUIS_REDIS_URL to be exact.")
    if faults:
        raise ConfigurationError("\n".join(f"{n}. {text}" for n, text in enumerate(faults, 1)))


def welcome(config: Config, world: dict[str, Any]) -> str:
    """Return where everything is, and a call to paste."""
    from sluis.server.demo import first_call

    return f"""
Sluis serves.

  Portal    {config.portal_url}
  TLS       {config.tls_url}   (curl --cacert {world["ca"]})
  Mailbox   {config.portal_url}/mailbox/
  Sandbox   sluis demo --json   (people, companies, keys; also in {config.directory}/demo.json)

A first call, to paste into another terminal:

{first_call(world)}

Ctrl-C stops.
"""
