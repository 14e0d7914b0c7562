"""Push nothing more to a channel; its notifications can still be asked for."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, developers_or_desk_only, only
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Channel
from sluis.storage import jobs as storage


@transaction.atomic
def disable_channel(*, actor: Actor, channel: Channel, because: str = "") -> bool:
    """Disable it, and let what waits for it go; return False if it was disabled already.

    `because` is a msgid, for people.
    """
    desk = actor.serves(channel.environment.provider_id)
    only(desk or actor.develops(channel.organisation), developers_or_desk_only())
    changed = Channel.objects.filter(pk=channel.pk, disabled_at=None)
    if not changed.update(disabled_at=timezone.now(), disabled_because=because):
        return False
    storage.cancel(channel.pk)
    audit.write(
        actor.name,
        "channel.disable",
        f"channel:{channel.public_id.hex}",
        channel.environment_id,
        because=because if actor.trusted else "",  # what people write stays out of the log
    )
    tell(
        administrators(channel.organisation),
        gettext_noop("A notification channel was disabled"),
        gettext_noop(
            "Nothing more is pushed to the channel %(name)s of %(organisation)s in"
            " %(environment)s.\n%(reason)s\nIts notifications can be asked for during seven days.\n"
            "Enable it again in the portal: %(portal)s\n"
        ),
        name=channel.name,
        organisation=channel.organisation.name,
        environment=channel.environment_id,
        # Said in the language of who reads it; the words of a desk stay as they are.
        reason=gettext_lazy(because) if because else "",
    )
    return True
