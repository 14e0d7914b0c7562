"""Let a client prove itself with a key pair, of which the public half is kept."""

from base64 import urlsafe_b64decode

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.credential import CredentialKind, tail
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Client, Credential
from sluis.server.public_keys import PublicKey

KEYS_AT_ONCE = 5  # one for each machine, and one to change over to


@transaction.atomic
def add_public_key(*, actor: Actor, client: Client, key: PublicKey) -> Credential:
    """Return the key as it is kept; it proves the client from now on.

    Raises `NotAllowed` and `Refused`. Developers do this in production too, unlike making
    secrets: the desk gave them the client, and nothing has to be handed over.
    """
    builder = client.application.organisation
    desk = actor.serves(client.environment.provider_id)
    only(desk or actor.develops(builder), developers_or_desk_only())
    found = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if found.disabled_at is not None:
        raise Refused(_("This client is disabled."))
    if found.public_keys.filter(disabled_at=None).count() >= KEYS_AT_ONCE:
        raise Refused(_("A client has five public keys at most. Disable one first."))
    made = kept(actor, found, key)
    audit.write(
        actor.name,
        "client.add-public-key",
        f"credential:{made.pk}",
        client.environment_id,
        client_id=client.client_id,
        key_id=key.thumbprint,
    )
    tell(
        administrators(builder),
        gettext_noop("A public key for %(application)s"),
        gettext_noop(
            "The client id %(client_id)s of %(application)s in %(environment)s has a further "
            "public key: %(key)s\nWho has its private half fetches tokens as this client.\n"
            "If nobody with you did this, disable the key: %(portal)s\n"
        ),
        application=client.application.name,
        client_id=client.client_id,
        environment=client.environment_id,
        key=key.thumbprint,
    )
    return made


def kept(actor: Actor, client: Client, key: PublicKey) -> Credential:
    """Return the new row; raises `Refused` for a key that was here before, disabled or not."""
    made, new = Credential.objects.get_or_create(
        environment_id=client.environment_id,
        kind=CredentialKind.PUBLIC_KEY,
        digest=urlsafe_b64decode(key.thumbprint + "="),
        defaults={
            "client": client,
            "public": key.pem,
            "tail": tail(key.thumbprint),
            "label": key.kind,
            "expires_at": key.good_until,
            "made_by": actor.person,
        },
    )
    if not new:
        raise Refused(_("This key was registered here before. Make a new pair for each client."))
    return made
