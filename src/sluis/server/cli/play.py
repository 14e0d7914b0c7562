"""`sluis play`: the counterparties of a container in a sandbox."""

import click

from sluis.server.cli import started


@click.command()
@click.argument("environment")
@click.argument("container")
@click.argument("script")
@click.option("--as", "code", help="NxtEntityId of who plays, and is told of what was refused.")
def play_command(environment: str, container: str, script: str, code: str | None) -> None:
    """Let a SCRIPT be played with a CONTAINER of an ENVIRONMENT, such as port/uat.

    A script has its scenes with commas between them: "discharge, customs green, accept, gate out".
    Each is done by whom it behoves, by the same way as a call.
    """
    started()
    from sluis.server.actions.actor import COMMAND, Refused
    from sluis.server.actions.play import play
    from sluis.server.models import Environment, Identifier

    row = Environment.objects.filter(key=environment).first()
    if row is None:
        raise click.ClickException(f"There is no environment {environment}.")
    player = None
    if code is not None:
        known = Identifier.objects.filter(environment=row, type="NxtEntityId", code=code.upper())
        found = known.select_related("party__organisation").first()
        if found is None:
            raise click.ClickException(f"There is no party {code} in {environment}.")
        player = found.party.organisation
    try:
        reference = play(
            actor=COMMAND,
            environment=row,
            organisation=player,
            equipment=container.upper(),
            script=script,
        )
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Accepted as {reference}.")
