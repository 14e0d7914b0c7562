"""`sluis demo`: the fictional world of the sandboxes."""

import json
import shlex
from typing import Any

import click

from sluis.server.cli import started


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print actors and credentials as JSON.")
@click.option("--shell", "as_shell", is_flag=True, help="Print those of one company as variables.")
@click.pass_context
def demo_command(context: click.Context, as_json: bool, as_shell: bool) -> None:
    """Load the sandbox's world, or what of it is missing, and tell who lives in it."""
    if context.invoked_subcommand is not None:
        return
    config = started()
    from sluis.server import demo

    world = demo.load(config)
    if as_json:
        click.echo(json.dumps(world, indent=2))
    else:
        click.echo(variables(world) if as_shell else summary(world))


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


def variables(world: dict[str, Any]) -> str:
    """Return what the README's calls need, to be evaluated by a shell."""
    port = world["port"]["uat"]
    company = port["companies"][0]
    values = {
        "BASE_URL": port["base_url"],
        "TOKEN_URL": port["token_url"],
        "API_USER": company["username"],
        "API_PASSWORD": company["password"],
        "CLIENT_ID": company["client_id"],
        "CLIENT_SECRET": company["client_secret"],
        "SUBSCRIPTION_KEY": company["subscription_key"],
        "INGESTION_ID": company["ingestion_id"],
        "ORGANISATION": company["nxt_entity_id"],
    }
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())


def summary(world: dict[str, Any]) -> str:
    companies = [
        f"  {company['name']}  {company['nxt_entity_id']}  {company['role']}"
        for company in world["port"]["uat"]["companies"]
    ]
    return "\n".join(["Companies in port/uat:", *companies, "All of it: sluis demo --json"])
