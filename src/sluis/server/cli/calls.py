"""`sluis calls`: what was called, one JSON object a line."""

from datetime import UTC, datetime, timedelta

import click
import msgspec

from sluis.server.cli import started
from sluis.server.cli.clock import Moment


@click.command()
@click.option("--trace", help="The one call that was answered under this trace.")
@click.option("--since", type=Moment(), help="From this time on; without it, the last hour.")
@click.option("--until", type=Moment(), help="Up to this time; without it, now.")
@click.option("--environment", help="Those of one environment, as port/uat.")
def calls_command(
    trace: str | None, since: datetime | None, until: datetime | None, environment: str | None
) -> None:
    """Print the records of calls: who asked what, when, and what became of it."""
    started()
    from sluis.server.answers import calls

    if trace is not None:
        found = calls.call(trace)
        if found is None:
            raise click.ClickException(f"No call was answered under trace {trace}.")
        show(found)
        return
    now = datetime.now(UTC)
    first, last = since or now - timedelta(hours=1), until or now
    for record in calls.each(first.timestamp(), last.timestamp()):
        if environment in (None, record.environment):
            show(record)


def show(record: msgspec.Struct) -> None:
    click.echo(msgspec.json.encode(msgspec.structs.asdict(record)))
