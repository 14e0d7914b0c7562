"""`sluis audit`."""

import sys

import click

from sluis.server.cli import started


@click.group()
def audit_command() -> None:
    """The log of who did what."""


@audit_command.command()
def verify() -> None:
    """Recompute the chain of hashes; exit 1 at the first entry that does not fit."""
    started()
    from sluis.server import audit
    from sluis.server.models import AuditEntry

    broken = audit.verify()
    if broken is not None:
        click.echo(f"Entry {broken} does not follow from the one before it.", err=True)
        sys.exit(1)
    click.echo(f"{AuditEntry.objects.count()} entries, unbroken.")
