"""`sluis hosts`: host names of an environment's own."""

from urllib.parse import urlsplit

import click

from sluis.server.cli import started


@click.command()
@click.option("--provider", required=True)
@click.option("--environment", required=True)
@click.option("--set", "names", multiple=True, help="A name; give it again for another.")
@click.option("--clear", is_flag=True, help="No names: the base URL by path only.")
def hosts_command(provider: str, environment: str, names: tuple[str, ...], clear: bool) -> None:
    """Read or change the names at whose root an environment is served, as api.example.org."""
    if names and clear:
        raise click.UsageError("Choose one of --set and --clear.")
    config = started()
    from sluis.core.provider import environment_key
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.set_hosts import set_hosts
    from sluis.server.models import Environment

    key = environment_key(provider, environment)
    row = Environment.objects.filter(key=key).first()
    if row is None:
        raise click.ClickException(f"There is no environment {key}.")
    if names or clear:
        own = {"localhost", urlsplit(config.portal_url).hostname or "", *config.hosts}
        try:
            set_hosts(actor=COMMAND, environment=row, hosts=names, of_portal=own)
        except Refused as error:
            raise click.ClickException(str(error)) from error
        row.refresh_from_db()
    click.echo("\n".join(row.hosts) or f"{key} has no names of its own.")
