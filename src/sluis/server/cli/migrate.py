"""`sluis migrate`."""

import click

from sluis.server.cli import started


@click.command()
def migrate_command() -> None:
    """Bring the database up to date."""
    config = started()
    from sluis.server import install

    missing = install.unapplied()
    install.migrate(config)
    click.echo(f"Applied {len(missing)} migrations." if missing else "Nothing to apply.")
