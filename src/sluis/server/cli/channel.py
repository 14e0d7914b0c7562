"""`sluis channel`: where organisations are told, without the portal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from sluis.server.cli import started


@click.group()
def channel_command() -> None:
    """Where an organisation is told: notification channels."""


def place(command: Any) -> Any:
    command = click.option("--organisation", required=True, help="One of its codes: NXT…")(command)
    command = click.option("--environment", required=True)(command)
    return click.option("--provider", required=True)(command)


@channel_command.command()
@place
@click.option("--url", required=True, help="Where to POST: https://…")
@click.option("--name", default="")
@click.option("--header", "headers", multiple=True, help="'Name: value', on each push.")
@click.option("--event", "events", multiple=True, help="Only these events; all without.")
@click.option("--sign", is_flag=True, help="Sign as Standard Webhooks; prints the secret once.")
@click.option("--unordered", is_flag=True, help="Let a push not wait for the one before.")
@click.option("--token-url", default="", help="Fetch a token here (OAuth 2).")
@click.option("--client-id", default="")
@click.option("--client-secret", default="")
@click.option("--scopes", default="", help="Separated by spaces.")
@click.option("--username", default="", help="With a password: the password grant.")
@click.option("--password", default="")
@click.option("--token-header", "token_headers", multiple=True, help="On the request for a token.")
def add(
    provider: str,
    environment: str,
    organisation: str,
    url: str,
    name: str,
    headers: tuple[str, ...],
    events: tuple[str, ...],
    sign: bool,
    unordered: bool,
    token_headers: tuple[str, ...],
    **token: str,
) -> None:
    """Add a channel; from the next notification on it is pushed to."""
    started()
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.add_channel import Access, add_channel

    authentication = "none"
    if not token["token_url"] and (token_headers or any(token.values())):
        raise click.UsageError("What a token is fetched with needs --token-url.")
    if token["token_url"]:
        authentication = "password" if token["username"] else "client-credentials"
    environment_row, organisation_row = found(provider, environment, organisation)
    try:
        added = add_channel(
            actor=COMMAND,
            environment=environment_row,
            organisation=organisation_row,
            name=name,
            url=url,
            access=Access(
                pairs(headers),
                authentication=authentication,
                token_headers=pairs(token_headers),
                **token,
            ),
            events=events,
            order="none" if unordered else "lane",
            signed=sign,
        )
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Channel {added.channel.pk} pushes to {url}.")
    if added.signing_secret:
        click.echo(f"Its signing secret, shown this once: {added.signing_secret}")


@channel_command.command("list")
@place
def list_channels(provider: str, environment: str, organisation: str) -> None:
    """List the channels of an organisation."""
    started()
    channels = channels_of(provider, environment, organisation)
    for channel in channels:
        state = f"disabled: {channel.disabled_because}" if channel.disabled_at else "open"
        click.echo(f"{channel.pk}\t{channel.name}\t{channel.url}\t{state}")
    if not channels:
        click.echo("There are no channels.")


@channel_command.command()
@place
@click.argument("number", type=int)
def remove(provider: str, environment: str, organisation: str, number: int) -> None:
    """Remove a channel, by its number in the list."""
    started()
    from sluis.server.actions.actor import COMMAND
    from sluis.server.actions.remove_channel import remove_channel

    remove_channel(actor=COMMAND, channel=numbered(provider, environment, organisation, number))
    click.echo(f"Channel {number} is removed.")


@channel_command.command()
@place
@click.argument("number", type=int)
def rotate(provider: str, environment: str, organisation: str, number: int) -> None:
    """Print a new signing secret; for 24 hours the one before signs too."""
    started()
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.rotate_signing import rotate_signing

    channel = numbered(provider, environment, organisation, number)
    try:
        secret = rotate_signing(actor=COMMAND, channel=channel)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Its new signing secret, shown this once: {secret}")


@channel_command.command()
@place
@click.argument("number", type=int)
@click.option("--hours", default=168, show_default=True, type=click.IntRange(1, 168))
@click.option("--all", "every", is_flag=True, help="Also what arrived.")
def replay(
    provider: str, environment: str, organisation: str, number: int, hours: int, every: bool
) -> None:
    """Push again what failed in the last hours, under the ids that it had."""
    started()
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.replay import replay_since

    channel = numbered(provider, environment, organisation, number)
    offset = timedelta(seconds=channel.environment.clock_offset_seconds)
    now = datetime.now(UTC) + offset
    since = now - timedelta(hours=hours)
    try:
        count = replay_since(
            actor=COMMAND, channel=channel, since=since, now=now, failed_only=not every
        )
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Pushed again: {count}.")


def numbered(provider: str, environment: str, organisation: str, number: int) -> Any:
    for channel in channels_of(provider, environment, organisation):
        if channel.pk == number:
            return channel
    raise click.ClickException(f"There is no channel {number} of this organisation.")


def channels_of(provider: str, environment: str, organisation: str) -> list[Any]:
    from sluis.server.models import Channel

    environment_row, organisation_row = found(provider, environment, organisation)
    owned = Channel.objects.filter(environment=environment_row, organisation=organisation_row)
    return list(owned.order_by("pk"))


def found(provider: str, environment: str, code: str) -> tuple[Any, Any]:
    """Return the rows of an environment and of an organisation, by one of its codes there."""
    from sluis.core.provider import environment_key
    from sluis.server.models import Environment, Identifier

    key = environment_key(provider, environment)
    row = Environment.objects.filter(key=key).first()
    if row is None:
        raise click.ClickException(f"There is no environment {key}.")
    identifiers = Identifier.objects.filter(environment=row, code__iexact=code.strip())
    organisations = {one.party.organisation for one in identifiers.select_related("party")}
    if len(organisations) != 1:
        known = "Nobody has" if not organisations else "Several have"
        raise click.ClickException(f"{known} the code {code} in {key}.")
    return row, organisations.pop()


def pairs(headers: tuple[str, ...]) -> dict[str, str]:
    """Return headers by name; each is written as 'Name: value'."""
    given = {}
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon:
            raise click.UsageError(f"'{header}' is no header: write it as 'Name: value'.")
        given[name.strip()] = value.strip()
    return given
