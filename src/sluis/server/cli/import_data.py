"""`sluis import`: an operator's real data in place of made-up data."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import click

from sluis.server.cli import started


@click.command()
@click.option("--api", "slug", help="The API's name in the catalogue, as meteo.")
@click.option("--environment", help="As port/live.")
@click.option("--usage", "provider", help="A provider, as parcels: FILE says who used what before.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(
    slug: str | None, environment: str | None, provider: str | None, file: Path
) -> None:
    """Load FILE (CSV or JSON, with the API's own field names): all of it, or nothing.

    With --usage it is a CSV with the columns company, api, version and last used.
    """
    started()
    if provider is not None and slug is None and environment is None:
        load_usage(provider, file)
    elif provider is None and slug is not None and environment is not None:
        load_data(slug, environment, file)
    else:
        raise click.UsageError("Give --api and --environment, or --usage alone.")


def load_usage(slug: str, file: Path) -> None:
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.import_usage import import_usage
    from sluis.server.answers.versions import PROVIDER
    from sluis.server.models import Provider

    provider = Provider.objects.filter(slug=slug).first()
    if provider is None or slug != PROVIDER:
        raise click.ClickException(
            f"There is no register of versions of '{slug}', only of parcels."
        )
    try:
        done = import_usage(actor=COMMAND, provider=provider, content=file.read_bytes())
    except (OSError, Refused) as error:
        raise click.ClickException(f"Nothing was imported from {file.name}.\n{error}") from error
    click.echo(f"{len(done.rows)} rows of what companies used before are in place.")


def load_data(slug: str, environment: str, file: Path) -> None:
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
