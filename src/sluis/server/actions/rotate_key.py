"""Replace one of the two keys of a subscription, while the other goes on working."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.subscription import State
from sluis.server import audit
from sluis.server.actions import keys
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Credential, Subscription


@transaction.atomic
def rotate_key(*, actor: Actor, subscription: Subscription, label: str) -> tuple[Credential, str]:
    """Return the new key; the old one with this label is refused from now on."""
    found = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    desk = actor.serves(found.environment.provider_id)
    only(desk or actor.develops(found.organisation), developers_or_desk_only())
    if label not in keys.LABELS or found.state not in (State.ACTIVE, State.SUSPENDED):
        raise Refused(_("The subscription has no such key."))
    live = list(Credential.objects.filter(subscription=found, label=label, disabled_at=None))
    Credential.objects.filter(pk__in=[old.pk for old in live]).update(disabled_at=timezone.now())
    made = keys.mint(found, label)
    if made is None:
        raise Refused(_("The subscription has no such key."))
    new, secret = made
    audit.write(
        actor.name,
        "key.rotate",
        f"credential:{new.pk}",
        found.environment_id,
        subscription=str(found.pk),
        replaced=[str(old.pk) for old in live],
    )
    for changed in (*live, new):
        announce(Changed.CREDENTIAL, changed.pk)
    tell(
        administrators(found.organisation),
        gettext_noop("A key for %(api)s was replaced"),
        gettext_noop(
            "The %(label)s key of %(organisation)s for %(api)s in %(environment)s was replaced; "
            "the old one (…%(tail)s) no longer works.\n"
            "If nobody with you did this, tell us: %(portal)s\n"
        ),
        api=found.api,
        label=label,
        organisation=found.organisation.name,
        environment=found.environment_id,
        tail=live[0].tail if live else "",
    )
    return new, secret
