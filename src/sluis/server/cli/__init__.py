"""The command `sluis`. Each file holds a few commands; Django starts on their first use."""

import os
import sys
from typing import Any

import click

from sluis.server.config import Config, ConfigurationError, read


def main() -> None:
    """Run a command; what an operator can mend is said in sentences, without a stack trace."""
    try:
        commands()
    except ConfigurationError as error:
        click.echo(f"Sluis cannot start:\n{error}", err=True)
        sys.exit(1)


def started() -> Config:
    """Return the settings, after Django has read them too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sluis.server.settings")
    config = read(os.environ)
    import django

    from sluis.server import log

    log.set_up()
    django.setup()
    return config


class Commands(click.Group):
    """Knows its commands by name and imports the file of the one that is called."""

    files = {
        "audit": "audit",
        "calls": "calls",
        "channel": "channel",
        "check": "check",
        "clock": "clock",
        "demo": "demo",
        "hosts": "hosts",
        "import": "import_data",
        "listen": "listen",
        "migrate": "migrate",
        "play": "play",
        "run": "serve",
        "serve": "serve",
        "work": "work",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.files)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.files:
            return None
        from importlib import import_module

        module: Any = import_module(f"sluis.server.cli.{self.files[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command".replace("-", "_"))
        return command


@click.group(cls=Commands)
@click.version_option(package_name="sluis")
def commands() -> None:
    """Sluis: an open API platform."""
