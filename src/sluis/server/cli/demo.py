"""`sluis demo`: the fictional world of the sandboxes."""

import json
from typing import Any

import click

from sluis.server.cli import started


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print actors and credentials as JSON.")
@click.pass_context
def demo_command(context: click.Context, as_json: bool) -> None:
    """Load the sandbox's world, or what of it is missing, and tell who lives in it."""
    if context.invoked_subcommand is not None:
        return
    config = started()
    from sluis.server import demo

    world = demo.load(config)
    click.echo(json.dumps(world, indent=2) if as_json else summary(world))


@demo_command.command()
@click.argument("environment")
def reset(environment: str) -> None:
    """Delete everything in a sandbox and load it anew; ENVIRONMENT is as port/uat."""
    config = started()
    from sluis.server import demo

    try:
        demo.reset(config, environment)
    except demo.NotASandbox as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{environment} is as it was on the first day.")


def summary(world: dict[str, Any]) -> str:
    companies = [
        f"  {company['name']}  {company['nxt_entity_id']}  {company['role']}"
        for company in world["port"]["uat"]["companies"]
    ]
    return "\n".join(["Companies in port/uat:", *companies, "All of it: sluis demo --json"])
