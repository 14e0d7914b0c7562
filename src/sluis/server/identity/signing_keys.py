"""The keys that sign tokens: one environment's own, replaced every 90 days with an overlap.

A key is published a day before it signs, since gateways and clients may have fetched the list
just before, and stays published while tokens that it signed are good.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import QuerySet
from joserfc.jwk import RSAKey

from sluis.gateway.tokens import LIFETIME_SECONDS
from sluis.server import audit
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment, SigningKey
from sluis.server.seal import SEAL

BITS = 3_072
SIGNS_FOR = timedelta(days=90)
PUBLISHED_BEFORE = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=1)
PUBLISHED_AFTER = timedelta(seconds=LIFETIME_SECONDS, hours=1)


class NoKey(Exception):
    """The environment has no key that signs: `rotate` makes one."""


def rotate(environment: str, now: datetime) -> int | None:
    """Bring an environment's keys up to date: make, retire and remove what is due.

    Returns the revision of the change; None when nothing was due. Call it at the start and
    daily, from as many processes as there are. Making a key takes 0.3 s of one core, in which
    other threads go on.
    """
    if not due(environment, now):
        return None
    made = new_key() if successor_starts(environment, now) is not None else None
    with transaction.atomic():
        Environment.objects.select_for_update(no_key=True).get(
            pk=environment
        )  # one process at a time
        if not due(environment, now):
            return None
        starts = successor_starts(environment, now)
        if starts is not None and made is not None:
            keep(environment, made, now, starts)
        retire(environment, now)
        unneeded(environment, now).delete()
        audit.write("platform", "signing-keys.rotate", f"environment:{environment}", environment)
        return announce(Changed.SIGNING_KEYS, environment)


def signer(environment: str, now: datetime) -> tuple[str, RSAKey]:
    """Return the key id and the private key that sign now; raises `NoKey`."""
    started = SigningKey.objects.filter(environment=environment, signs_from__lte=now)
    found = started.order_by("-signs_from", "kid").first()
    if found is None:
        raise NoKey(environment)
    return found.kid, private_key(found.kid, bytes(found.private))


@lru_cache(64)
def private_key(kid: str, sealed: bytes) -> RSAKey:
    return RSAKey.import_key(SEAL.open(sealed, sealed_for(kid)))


def due(environment: str, now: datetime) -> bool:
    return (
        successor_starts(environment, now) is not None
        or to_retire(environment, now).exists()
        or unneeded(environment, now).exists()
    )


def successor_starts(environment: str, now: datetime) -> datetime | None:
    """Return when the next key is to sign, once it is time to make it.

    The first signs at once, also for who dates tokens in whole seconds or has a slower clock.
    """
    starts = SigningKey.objects.filter(environment=environment).values_list("signs_from", flat=True)
    newest = max(starts, default=None)
    if newest is None:
        return now - CLOCKS_DIFFER
    planned = newest + SIGNS_FOR
    if now < planned - PUBLISHED_BEFORE:
        return None
    return max(planned, now + PUBLISHED_BEFORE)


def retire(environment: str, now: datetime) -> None:
    """Note of every key but the one that signs since when it no longer does."""
    starts = sorted(
        SigningKey.objects.filter(environment=environment, signs_from__lte=now).values_list(
            "signs_from", flat=True
        )
    )
    for key in to_retire(environment, now):
        key.retired_at = next(start for start in starts if start > key.signs_from)
        key.save()


def to_retire(environment: str, now: datetime) -> QuerySet[SigningKey]:
    started = SigningKey.objects.filter(environment=environment, signs_from__lte=now)
    newest = started.order_by("-signs_from", "kid").values("kid")[:1]
    return started.filter(retired_at=None).exclude(kid__in=newest)


def unneeded(environment: str, now: datetime) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(environment=environment, retired_at__lt=now - PUBLISHED_AFTER)


def new_key() -> RSAKey:
    # Made by other means and imported, it is tested for another 0.2 s.
    return RSAKey.generate_key(BITS)


def keep(environment: str, key: RSAKey, now: datetime, starts: datetime) -> None:
    kid = key.thumbprint()  # RFC 7638: two keys never share it
    SigningKey.objects.create(
        kid=kid,
        environment_id=environment,
        private=SEAL.close(key.as_pem(private=True), sealed_for(kid)),
        public=key.as_pem(private=False).decode(),
        created_at=now,
        signs_from=starts,
    )


def sealed_for(kid: str) -> str:
    return f"signing-key {kid}"
