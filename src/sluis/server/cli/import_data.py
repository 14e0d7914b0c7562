"""`sluis import`: an operator's real data in place of made-up data."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import click

from sluis.server.cli import started


@click.command()
@click.option("--api", "slug", required=True, help="The API's name in the catalogue, as meteo.")
@click.option("--environment", required=True, help="As port/live.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(slug: str, environment: str, file: Path) -> None:
    """Load FILE (CSV or JSON, with the API's own field names): all of it, or nothing."""
    started()
    from django.db import transaction

    from sluis.registry import HOSTED_APIS
    from sluis.server.actions.announce import Changed, announce
    from sluis.server.models import Environment

    api = next((api for api in HOSTED_APIS if api.slug == slug), None)
    if api is None:
        names = ", ".join(api.slug for api in HOSTED_APIS)
        raise click.ClickException(f"There is no API '{slug}'. There are: {names}.")
    row = Environment.objects.filter(key=environment, provider_id=api.provider).first()
    if row is None:
        raise click.ClickException(f"{api.provider} has no environment '{environment}'.")
    imports = import_module(f"{api.package}.tables.imports")
    try:
        with transaction.atomic():
            now = datetime.now(UTC) + timedelta(seconds=row.clock_offset_seconds)
            count = imports.load(environment, slug, file, now)
            announce(Changed.DATA, f"{environment} {api.package}")
    except imports.Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} rows of {slug} are served in {environment} from now on.")
