"""Refuse a key or a secret from now on, in every process."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, developers_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Credential, Organisation


@transaction.atomic
def disable_credential(*, actor: Actor, credential: Credential, reason: str = "") -> bool:
    """Disable it, for good; return False if it was disabled already.

    `reason` is told to its owner. Raises `NotAllowed`.
    """
    owner = owner_of(credential)
    desk = actor.serves(credential.environment.provider_id)
    only(desk or actor.develops(owner), developers_or_desk_only())
    changed = Credential.objects.filter(pk=credential.pk, disabled_at=None)
    if not changed.update(disabled_at=timezone.now()):
        return False
    audit.write(
        actor.name,
        "credential.disable",
        f"credential:{credential.pk}",
        credential.environment_id,
        kind=credential.kind,
    )
    announce(Changed.CREDENTIAL, credential.pk)
    tell(
        administrators(owner),
        gettext_noop("A key or secret was disabled"),
        gettext_noop(
            "The key or secret of %(organisation)s in %(environment)s that ends in %(tail)s "
            "is disabled.\n%(reason)s\nMake a new one in the portal: %(portal)s\n"
        ),
        organisation=owner.name,
        environment=credential.environment_id,
        tail=credential.tail,
        reason=reason.strip(),
    )
    return True


def owner_of(credential: Credential) -> Organisation:
    """Return whose it is: the subscriber's, or that of the builder of the client."""
    if credential.subscription is not None:
        return credential.subscription.organisation
    assert credential.client is not None  # a constraint of the table
    return credential.client.application.organisation
