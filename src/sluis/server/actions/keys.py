"""The keys of a subscription: two, so that one can be replaced while the other works.

An API key is of an account, as seed 003 has it: one for all that the organisation subscribed
to in an environment, and for a day the one that it replaced.
"""

from django.utils import timezone

from sluis.core.api import Api
from sluis.core.credential import (
    CredentialKind,
    digest,
    new_api_key,
    new_subscription_key,
    tail,
)
from sluis.core.subscription import State
from sluis.registry import HOSTED_APIS
from sluis.server.models import Credential, Environment, Organisation, Subscription
from sluis.server.seal import PEPPER, SEAL

LABELS = ("primary", "secondary")


def hosted(slug: str) -> Api | None:
    return next((api for api in HOSTED_APIS if api.slug == slug), None)


def kind_of_key(subscription: Subscription) -> CredentialKind | None:
    """Return what proves a caller to the API; None where no key of a subscription does."""
    api = hosted(subscription.api)
    schemes = {name for op in api.operations for name in op.schemes} if api else set()
    for kind in (CredentialKind.SUBSCRIPTION_KEY, CredentialKind.API_KEY):
        if kind.value in schemes:
            return kind
    return None


def keep_key(
    subscription: Subscription, label: str, kind: CredentialKind, secret: str
) -> Credential:
    """Keep a key as a digest to find it by, and sealed, to be looked up again in the portal."""
    kept = Credential(
        environment_id=subscription.environment_id,
        kind=kind,
        digest=digest(secret, PEPPER),
        tail=tail(secret),
        label=label,
        subscription=subscription,
    )
    kept.encrypted = SEAL.close(secret.encode(), sealed_for(kept))
    kept.save()
    return kept


def mint(subscription: Subscription, label: str) -> tuple[Credential, str] | None:
    """Make a key; None where the API asks for none, and where the account has one already."""
    kind = kind_of_key(subscription)
    if kind is None:
        return None
    if kind is CredentialKind.SUBSCRIPTION_KEY:
        secret = new_subscription_key()
        return keep_key(subscription, label, kind, secret), secret
    if label != LABELS[0] or of_account(subscription.environment, subscription.organisation):
        return None
    secret = new_api_key()
    return keep_key(subscription, label, kind, secret), secret


def of_account(environment: Environment, organisation: Organisation) -> list[Credential]:
    """Return the API keys of an organisation that work: the present one first."""
    found = Credential.objects.filter(
        environment=environment,
        kind=CredentialKind.API_KEY,
        subscription__organisation=organisation,
        subscription__state=State.ACTIVE,
        disabled_at=None,
    ).exclude(expires_at__lte=timezone.now())
    return sorted(found, key=lambda key: (key.expires_at is not None, -key.created_at.timestamp()))


def sealed_for(credential: Credential) -> str:
    return f"credential {credential.pk}"
