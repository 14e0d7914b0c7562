"""Move the clock of a sandbox: expiry and dated examples can be tried then."""

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.core.provider import EnvironmentKind
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment

OFFSET_SECONDS_AT_MOST = 50 * 366 * 86_400.0  # either way; the years of four digits hold


@transaction.atomic
def set_clock(*, actor: Actor, environment: Environment, offset_seconds: float) -> None:
    """Put the clock this far ahead of real time, or behind; it keeps running."""
    only(actor.serves(environment.provider_id), desk_only())
    if environment.kind != EnvironmentKind.SANDBOX:
        raise Refused(_("Only the clock of a sandbox can be moved."))
    if not abs(offset_seconds) <= OFFSET_SECONDS_AT_MOST:  # so written, it refuses NaN too
        raise Refused(_("The clock can be moved by 50 years at most."))
    Environment.objects.filter(pk=environment.pk).update(clock_offset_seconds=offset_seconds)
    audit.write(
        actor.name,
        "clock.set",
        f"environment:{environment.pk}",
        environment.pk,
        offset_seconds=round(offset_seconds),
    )
    announce(Changed.ENVIRONMENT, environment.pk)
