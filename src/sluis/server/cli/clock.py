"""`sluis clock`: a sandbox's clock."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from sluis.server.cli import started

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Span(click.ParamType[timedelta]):
    """A length of time such as 3d, 12h or -90m."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        match = re.fullmatch(r"(-?\d+)([smhdw])", value)
        if match is None:
            self.fail(f"'{value}' is not a time: write a number and s, m, h, d or w, as in 3d.")
        try:
            return timedelta(**{UNITS[match[2]]: int(match[1])})
        except (OverflowError, ValueError):  # the second of a number of thousands of digits
            self.fail(f"'{value[:20]}…' is longer than any calendar.")


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or time; without a zone it is UTC."""

    name = "iso"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a time: write it as 2026-03-01T08:00:00Z.")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.option("--provider", required=True)
@click.option("--environment", required=True)
@click.option("--set", "moment", type=Moment(), help="Set it to this time; it runs on from there.")
@click.option("--advance", type=Span(), help="Move it by so much.")
@click.option("--reset", is_flag=True, help="Back to real time.")
def clock_command(
    provider: str,
    environment: str,
    moment: datetime | None,
    advance: timedelta | None,
    reset: bool,
) -> None:
    """Read or move a sandbox's clock; tokens, certificates and limits keep real time."""
    if sum(option is not None and option is not False for option in (moment, advance, reset)) > 1:
        raise click.UsageError("Choose one of --set, --advance and --reset.")
    started()
    from sluis.core.provider import environment_key
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.set_clock import set_clock
    from sluis.server.models import Environment

    key = environment_key(provider, environment)
    row = Environment.objects.filter(key=key).first()
    if row is None:
        raise click.ClickException(f"There is no environment {key}.")
    now = datetime.now(UTC)
    offset = row.clock_offset_seconds
    if moment is not None:
        offset = (moment - now).total_seconds()
    elif advance is not None:
        offset += advance.total_seconds()
    elif reset:
        offset = 0.0
    if offset != row.clock_offset_seconds:
        try:
            set_clock(actor=COMMAND, environment=row, offset_seconds=offset)
        except Refused as error:
            raise click.ClickException(str(error)) from error
    click.echo((now + timedelta(seconds=offset)).isoformat(timespec="seconds"))
