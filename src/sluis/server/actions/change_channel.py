"""Change a channel: from the next push on it goes there, with what is needed to be let in."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.actions.add_channel import Access, columns, refuse
from sluis.server.jobs import signature
from sluis.server.jobs.secrets import Secrets, opened
from sluis.server.models import Channel
from sluis.server.seal import Unsealable

KEPT = "***"  # in place of the value of a header: it stays as it is


@transaction.atomic
def change_channel(
    *,
    actor: Actor,
    channel: Channel,
    name: str,
    url: str,
    access: Access,
    order: str,
    signed: bool,
) -> str | None:
    """Change all of it; return the signing secret if pushes are signed from now on.

    A client secret and a password that are empty stay as they are, a header of which the value
    is `KEPT` too, but nothing secret moves on to another host. Raises `Refused`.
    """
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    known = known_of(channel)
    access = filled(access, channel, known, url)
    refuse(url, access, order)
    signing = known.signing if signed else ()
    fresh = signature.new_secret() if signed and not signing else None
    signers = (fresh,) if fresh else signing
    kept = columns(channel.public_id, name, url, access, order, signers, known.both_until)
    Channel.objects.filter(pk=channel.pk).update(**kept)
    audit.write(
        actor.name,
        "channel.change",
        f"channel:{channel.public_id.hex}",
        channel.environment_id,
        organisation=channel.organisation_id.hex,
        authentication=access.authentication,
        signed=signed,
    )
    return fresh


def known_of(channel: Channel) -> Secrets:
    """Return its secrets; none where the key of the platform does not open them any more."""
    try:
        return opened(bytes(channel.sealed), str(channel.public_id))
    except Unsealable:
        return Secrets()


def filled(access: Access, channel: Channel, known: Secrets, url: str) -> Access:
    """Return what it takes with the secrets that stay. Raises `Refused` where one is lacking."""
    tokens = access.authentication != "none"
    by_password = access.authentication == "password"
    there = known if same_host(url, channel.url) else Secrets()
    asked = known if same_host(access.token_url, channel.token_url) else Secrets()
    headers = with_kept(access.headers, there.headers)
    token_headers = with_kept(access.token_headers, asked.token_headers) if tokens else {}
    secret = (access.client_secret or asked.client_secret) if tokens else ""
    password = (access.password or asked.password) if by_password else ""
    if tokens and not secret:
        raise Refused(_("Enter the client secret: it does not move on to another host."))
    if by_password and not password:
        raise Refused(_("Enter the password: it does not move on to another host."))
    return access._replace(
        headers=headers, token_headers=token_headers, client_secret=secret, password=password
    )


def with_kept(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if value == KEPT and name not in known:
            text = _("Enter the value of %(name)s: none is kept for this host.")
            raise Refused(text % {"name": name[:100]})
    return {name: known[name] if value == KEPT else value for name, value in given.items()}


def same_host(one: str, other: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(other)[:2]
