"""Replace the key of an account; the one before works on for a day, to be replaced at leisure."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.credential import CredentialKind, new_api_key
from sluis.core.subscription import State
from sluis.server import audit
from sluis.server.actions import keys
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Credential, Subscription

OVERLAP = timedelta(hours=24)


@transaction.atomic
def regenerate_key(*, actor: Actor, subscription: Subscription) -> tuple[Credential, str]:
    """Return the new key of the subscriber's account; it has two at most, this one included.

    Raises `NotAllowed` and `Refused`.
    """
    found = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    desk = actor.serves(found.environment.provider_id)
    only(desk or actor.develops(found.organisation), developers_or_desk_only())
    if keys.kind_of_key(found) is not CredentialKind.API_KEY or found.state != State.ACTIVE:
        raise Refused(_("There is no account here that has a key."))
    before = keys.of_account(found.environment, found.organisation)
    for old in before:
        retire(old)
    secret = new_api_key()
    new = keys.keep_key(found, keys.LABELS[0], CredentialKind.API_KEY, secret)
    audit.write(
        actor.name,
        "key.regenerate",
        f"credential:{new.pk}",
        found.environment_id,
        subscription=str(found.pk),
        replaced=[str(old.pk) for old in before],
    )
    for changed in (*before, new):
        announce(Changed.CREDENTIAL, changed.pk)
    tell(
        administrators(found.organisation),
        gettext_noop("A new API key"),
        gettext_noop(
            "%(organisation)s has a new API key in %(environment)s. The one before it works for "
            "another 24 hours.\nIf nobody with you made it, revoke it: %(portal)s\n"
        ),
        organisation=found.organisation.name,
        environment=found.environment_id,
    )
    return new, secret


def retire(old: Credential) -> None:
    """Let the present key work for another day; one that was on its way out goes now."""
    if old.expires_at is None:
        old.expires_at = timezone.now() + OVERLAP
    else:
        old.disabled_at = timezone.now()
    old.save()
