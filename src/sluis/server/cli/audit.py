"""`sluis audit`."""

import sys
import time
from collections.abc import Callable
from typing import Any

import click

from sluis.server.cli import started

EVERY_SECONDS = 2.0


class Head(click.ParamType[tuple[int, str]]):
    """The number and the hash of an entry."""

    name = "sequence:hash"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        sequence, _, hash_ = str(value).partition(":")
        if not (sequence.isdigit() and len(hash_) == 64):
            self.fail(f"'{value}' is not the head of a chain: write its number, a colon, its hash.")
        return int(sequence), hash_


def told_of() -> Callable[[int], None]:
    """Return what says every two seconds how far it is, so that a short run says nothing."""
    said = time.monotonic()

    def progress(entries: int) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY_SECONDS:
            said = time.monotonic()
            click.echo(f"{entries:,} entries fit …", err=True)

    return progress


@click.group()
def audit_command() -> None:
    """The log of who did what."""


@audit_command.command()
@click.option("--head", type=Head(), help="SEQUENCE:HASH of an entry, from a log kept elsewhere.")
def verify(head: tuple[int, str] | None) -> None:
    """Recompute the chain of hashes; exit 1 at the first entry that does not fit.

    The chain alone cannot tell that its end was cut off; a head from the logs can.
    """
    started()
    from sluis.server import audit

    broken = audit.verify(audit.Head(*head) if head else None, progress=told_of())
    if broken is not None:
        click.echo(f"Entry {broken} is missing, or not as it was written.", err=True)
        sys.exit(1)
    newest = audit.head() or audit.Head(0, audit.BEGINNING)
    click.echo(f"{newest.sequence} entries, unbroken. Head: {newest.sequence}:{newest.hash}")
