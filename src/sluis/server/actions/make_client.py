"""Give an application a client id and a secret in one environment."""

import secrets
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.credential import CredentialKind, digest, new_client_secret, tail
from sluis.core.provider import EnvironmentKind
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, developers_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Application, Client, Credential, Environment
from sluis.server.seal import PEPPER

SECRETS_AT_ONCE = 2  # the old one works until it is disabled, so that software can change over


class MadeClient(NamedTuple):
    client: Client
    secret: str  # shown once, and kept as a digest


@transaction.atomic
def make_client(*, actor: Actor, application: Application, environment: Environment) -> MadeClient:
    """Return a new client with its secret.

    The desk makes clients, as seed 000 has it; in a sandbox developers make their own.
    """
    allow(actor, application, environment)
    name = slugify(application.name)[:40] or "client"
    client = Client.objects.create(
        client_id=f"{name}-{secrets.token_hex(6)}",
        environment=environment,
        application=application,
    )
    secret = new_client_secret()
    keep_secret(client, secret)
    audit.write(
        actor.name,
        "client.make",
        f"client:{client.pk}",
        environment.pk,
        client_id=client.client_id,
        application=str(application.pk),
    )
    announce(Changed.CLIENT, client.pk)
    tell(
        administrators(application.organisation),
        gettext_noop("Client id for %(application)s"),
        gettext_noop(
            "%(application)s has a client id in %(environment)s: %(client_id)s\n"
            "Its secret is shown once, in the portal: %(portal)s\n"
        ),
        application=application.name,
        environment=environment.pk,
        client_id=client.client_id,
    )
    return MadeClient(client, secret)


@transaction.atomic
def renew_secret(*, actor: Actor, client: Client) -> str:
    """Return a further secret of the client; the one before works until it is disabled."""
    allow(actor, client.application, client.environment)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if client.secrets.filter(disabled_at=None).count() >= SECRETS_AT_ONCE:
        raise Refused(_("Disable the oldest secret first: a client has two at most."))
    secret = new_client_secret()
    kept = keep_secret(client, secret)
    audit.write(
        actor.name,
        "client.renew-secret",
        f"credential:{kept.pk}",
        client.environment_id,
        client_id=client.client_id,
    )
    return secret


@transaction.atomic
def disable_client(*, actor: Actor, client: Client) -> bool:
    """Refuse the client and every token it ever fetched; return False if it was disabled."""
    provider, builder = client.environment.provider_id, client.application.organisation
    only(actor.serves(provider) or actor.develops(builder), developers_or_desk_only())
    changed = Client.objects.filter(pk=client.pk, disabled_at=None)
    if not changed.update(disabled_at=timezone.now()):
        return False
    audit.write(
        actor.name,
        "client.disable",
        f"client:{client.pk}",
        client.environment_id,
        client_id=client.client_id,
    )
    announce(Changed.CLIENT, client.pk)
    tell(
        administrators(builder),
        gettext_noop("Client id of %(application)s disabled"),
        gettext_noop(
            "The client id %(client_id)s of %(application)s in %(environment)s is disabled; "
            "its tokens no longer work.\n"
        ),
        application=client.application.name,
        environment=client.environment_id,
        client_id=client.client_id,
    )
    return True


def keep_secret(client: Client, secret: str) -> Credential:
    return Credential.objects.create(
        environment_id=client.environment_id,
        kind=CredentialKind.CLIENT_SECRET,
        digest=digest(secret, PEPPER),
        tail=tail(secret),
        client=client,
    )


def allow(actor: Actor, application: Application, environment: Environment) -> None:
    if environment.kind == EnvironmentKind.SANDBOX:
        own = actor.develops(application.organisation)
        only(own or actor.serves(environment.provider_id), developers_or_desk_only())
    else:
        only(actor.serves(environment.provider_id), desk_only())
