"""Add a channel: from the next notification on the organisation is told there."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sluis.registry import HOSTED_APIS
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.jobs import signature
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.secrets import Secrets, closed
from sluis.server.jobs.targets import OWN_HEADERS
from sluis.server.models import Channel, Environment, Organisation
from sluis.server.models.channel import AUTHENTICATIONS, ORDERS

CHANNELS_AT_MOST = 10
HEADERS_AT_MOST = 20
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


class Access(NamedTuple):
    """What it takes to be let in at a channel: nothing, headers, or a token that is fetched."""

    headers: Mapping[str, str] = {}
    authentication: str = "none"
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scopes: str = ""
    username: str = ""
    password: str = ""
    token_headers: Mapping[str, str] = {}


NO_ACCESS = Access()


class Added(NamedTuple):
    channel: Channel
    signing_secret: str | None  # shown this once


@transaction.atomic
def add_channel(
    *,
    actor: Actor,
    environment: Environment,
    organisation: Organisation,
    name: str,
    url: str,
    access: Access = NO_ACCESS,
    events: Iterable[str] = (),
    order: str = "lane",
    signed: bool = False,
) -> Added:
    """Add a channel; `events` are those it wants, none for all. Raises `Refused`."""
    desk = actor.serves(environment.provider_id)
    only(desk or actor.develops(organisation), developers_or_desk_only())
    refuse(url, access, order)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # they are counted
    own = Channel.objects.filter(environment=environment, organisation=organisation)
    if own.count() >= CHANNELS_AT_MOST:
        raise Refused(_("An organisation has ten channels at most."))
    secret = signature.new_secret() if signed else None
    public_id = uuid.uuid4()
    made = Channel.objects.create(
        public_id=public_id,
        environment=environment,
        organisation=organisation,
        events=sorted(wanted(events, environment)),
        **columns(public_id, name, url, access, order, (secret,) if secret else ()),
    )
    audit.write(
        actor.name,
        "channel.add",
        f"channel:{public_id.hex}",
        environment.pk,
        organisation=organisation.pk.hex,
        authentication=access.authentication,
        signed=signed,
    )
    return Added(made, secret)


def wanted(events: Iterable[str], environment: Environment) -> set[str]:
    """Return the events as they are published. Raises `Refused` on one that nobody is told of."""
    published = {
        event.lower(): event
        for api in HOSTED_APIS
        if api.provider == environment.provider_id
        for event in api.events
    }
    found = set()
    for event in events:
        if event.lower() not in published:
            known = ", ".join(sorted(published.values()))
            text = _("There is no event %(event)s. Choose among these: %(events)s.")
            raise Refused(text % {"event": event, "events": known})
        found.add(published[event.lower()])
    return found


def columns(
    public_id: uuid.UUID,
    name: str,
    url: str,
    access: Access,
    order: str,
    signing: tuple[str, ...],
    both_until: float = 0.0,
) -> dict[str, Any]:
    """Return what a channel keeps of where it leads and how one is let in, secrets sealed."""
    secrets = Secrets(
        dict(access.headers),
        access.client_secret,
        access.password,
        dict(access.token_headers),
        signing,
        both_until,
    )
    return {
        "name": name.strip()[:80] or url[:80],
        "url": url,
        "order": order,
        "authentication": access.authentication,
        "token_url": access.token_url,
        "client_id": access.client_id,
        "scopes": access.scopes,
        "username": access.username,
        "sealed": closed(secrets, str(public_id)),
    }


def fault_of(address: str) -> str | None:
    """Return what is wrong with where a channel leads; None when it can be tried."""
    guard = Guard(development=settings.CONFIG.webhooks == "development")
    fault = guard.faults_of(address)
    if fault is not None:
        return _(fault)
    return _("The address is too long.") if len(address) > 2000 else None


def refuse(url: str, access: Access, order: str) -> None:
    for address in (url, access.token_url) if access.authentication != "none" else (url,):
        fault = fault_of(address)
        if fault is not None:
            raise Refused(fault)
    if access.authentication not in AUTHENTICATIONS or order not in ORDERS:
        raise Refused(_("There is no such way to be let in."))
    refuse_headers(access.headers)
    refuse_headers(access.token_headers)
    if access.authentication != "none" and not access.client_id:
        raise Refused(_("A client id is needed to fetch a token."))
    if access.authentication == "password" and not (access.username and access.password):
        raise Refused(_("A user name and a password are needed to fetch a token."))
    if max(len(access.client_id), len(access.username)) > 200 or len(access.scopes) > 500:
        raise Refused(_("This is too long."))


def refuse_headers(headers: Mapping[str, str]) -> None:
    if len(headers) > HEADERS_AT_MOST:
        raise Refused(_("There are too many headers."))
    for name, value in headers.items():
        if name.lower() in OWN_HEADERS or not TOKEN.fullmatch(name):
            raise Refused(_("The header %(name)s cannot be set.") % {"name": name[:100]})
        if not (value.isascii() and value.isprintable() and len(value) <= 4000):
            raise Refused(_("The header %(name)s has no such value.") % {"name": name})
