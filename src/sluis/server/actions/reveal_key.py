"""Show a key again to those it belongs to; each look is written down."""

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused, developers_only, only
from sluis.server.actions.keys import sealed_for
from sluis.server.models import Credential
from sluis.server.seal import SEAL


@transaction.atomic
def reveal_key(*, actor: Actor, credential: Credential) -> str:
    """Return the key. The page asks for the password again first; the desk cannot see it."""
    if credential.subscription is None:
        raise NotAllowed(_("A secret is shown once, when it is made."))
    only(actor.develops(credential.subscription.organisation), developers_only())
    if credential.encrypted is None:
        raise Refused(_("This key was shown once, when it was made. Make a new one."))
    secret = SEAL.open(bytes(credential.encrypted), sealed_for(credential)).decode()
    audit.write(actor.name, "key.reveal", f"credential:{credential.pk}", credential.environment_id)
    return secret
