"""`sluis check`: can this installation serve?"""

import sys
import time
from datetime import UTC, datetime

import click

from sluis.server.cli import started
from sluis.server.config import Config


@click.command()
def check_command() -> None:
    """Look at configuration, database, certificates, clock and mail; exit 1 with reasons."""
    config = started()
    faults = [*database(config), *certificates(config), *clock(), *mail_server(config)]
    for number, text in enumerate(faults, 1):
        click.echo(f"{number}. {text}", err=True)
    for text in [*warnings(config), *([] if faults else open_doors())]:
        click.echo(f"Note: {text}")
    if faults:
        sys.exit(1)
    click.echo("Everything is in order.")


def database(config: Config) -> list[str]:
    from django.db import DatabaseError

    from sluis.server import durable, install

    try:
        missing = install.unapplied()
        faults = durable.faults(config)
    except DatabaseError as error:
        return [f"The database does not answer: {error}"]
    if missing:
        faults.append(f"The database misses {len(missing)} migrations: run 'sluis migrate'.")
    return faults


def certificates(config: Config) -> list[str]:
    from cryptography import x509

    from sluis.server.serve import own_files

    try:
        path = own_files(config).certificate
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return [f"The server's certificate cannot be read: {error}."]
    days = (ends - datetime.now(UTC)).days
    return [f"The server's certificate {path} ends in {days} days."] if days < 14 else []


def mail_server(config: Config) -> list[str]:
    """Log in where mails go, and send none."""
    import smtplib

    from django.core.mail import get_connection

    from sluis.server.post import BACKEND

    if not config.smtp_url or config.mailbox == "on":
        return []
    try:
        connection = get_connection(BACKEND)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        return [f"The mail server of SLUIS_SMTP_URL cannot be used: {error}."]
    return []


def clock() -> list[str]:
    """Compare with the database's clock, where it has one of its own."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    return [f"This machine and the database are {apart:.1f} s apart."] if apart > 2 else []


def warnings(config: Config) -> list[str]:
    found = []
    if config.limits == "off":
        found.append("SLUIS_LIMITS=off: no call is ever refused for its number.")
    if config.mailbox == "on":
        found.append("SLUIS_MAILBOX=on: mails are shown on a page to anybody, and not sent.")
    elif not config.smtp_url:
        found.append("SLUIS_SMTP_URL is not set: mails go to a relay on this machine, if any.")
    if config.webhooks == "development":
        found.append("SLUIS_WEBHOOKS=development: pushes may go to this machine, without TLS.")
    return found


def open_doors() -> list[str]:
    from sluis.server.answers import policy

    return [
        f"{provider.slug}: the old door '{door}' is open."
        for provider in policy.providers()
        for door in sorted(provider.doors)
    ]
