"""Refuse one access token from now on, before it expires by itself."""

from datetime import datetime, timedelta

from django.db import transaction

from sluis.server import audit
from sluis.server.actions.actor import Actor, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment, RevokedToken


@transaction.atomic
def revoke_token(
    *, actor: Actor, environment: Environment, jti: str, expires_at: datetime
) -> int | None:
    """Return the revision with which it is in force; None when it was revoked before."""
    only(actor.serves(environment.provider_id), desk_only())
    found, made = RevokedToken.objects.get_or_create(
        environment=environment, jti=jti, defaults={"expires_at": expires_at}
    )
    if not made:
        return None
    audit.write(actor.name, "token.revoke", f"token:{jti}", environment.pk)
    return announce(Changed.REVOKED_TOKEN, found.pk)


def forget_expired(now: datetime) -> int:
    """Remove the rows of tokens that expired by themselves, an hour ago; return how many."""
    removed, _ = RevokedToken.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()
    return removed
