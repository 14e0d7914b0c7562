"""The registry as the pages show it: which APIs a provider has, and where each is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.db.models import Case, When
from django.http import Http404

from sluis import registry
from sluis.core.api import Api
from sluis.core.provider import (
    EnvironmentKind,
    EnvironmentPolicy,
    OldDoor,
    Provider,
    environment_key,
)
from sluis.core.quota import Limit
from sluis.server.answers import policy as in_force
from sluis.server.models import Environment
from sluis.server.portal.tags import read

# An environment that is chosen in haste is the one where nothing can go wrong.
SAFEST_FIRST = Case(When(kind="sandbox", then=0), When(kind="staging", then=1), default=2)


@dataclass(frozen=True, slots=True)
class Place:
    """An environment of a provider, as people call it."""

    policy: EnvironmentPolicy
    key: str  # "port/uat"
    base_url: str

    @property
    def token_url(self) -> str:
        return f"{self.base_url}/connect/token"

    @property
    def provider(self) -> str:
        return self.key.partition("/")[0]

    @property
    def live(self) -> bool:
        return self.policy.kind is EnvironmentKind.LIVE

    @property
    def kind(self) -> str:
        return self.policy.kind.value

    @property
    def by_password(self) -> bool:
        """Return whether tokens are given out for the password of an API user."""
        found = in_force.provider(self.provider)
        return found is not None and OldDoor.PASSWORD_GRANT in found.doors

    @property
    def outgoing_addresses(self) -> Sequence[str]:
        """Return from where the platform calls others: as the desk says, else the policy."""
        return self.calls_from(Environment.objects.filter(key=self.key).first())

    def calls_from(self, row: Environment | None) -> Sequence[str]:
        """Return the same of a row that was read."""
        own = row.outgoing_addresses if row else None
        return self.policy.outgoing_addresses if own is None else cast(Sequence[str], own)


def shelves() -> list[tuple[Provider, list[Api]]]:
    """Return the providers with their APIs, in the order of the registry."""
    return [(provider, apis_of(provider.slug)) for provider in in_force.providers()]


def apis_of(provider: str) -> list[Api]:
    return [api for api in registry.HOSTED_APIS if api.provider == provider]


def found(provider_slug: str, api_slug: str) -> tuple[Provider, Api]:
    """Return the provider and its API; raises `Http404` when either is not there."""
    provider = in_force.provider(provider_slug)
    api = next((one for one in apis_of(provider_slug) if one.slug == api_slug), None)
    if provider is None or api is None:
        raise Http404
    return provider, api


def of_provider(provider: Provider) -> list[Place]:
    return [place(provider, policy) for policy in provider.environments]


def place(provider: Provider, policy: EnvironmentPolicy) -> Place:
    key = environment_key(provider.slug, policy.name)
    return Place(policy, key, f"{settings.CONFIG.portal_url}/{key}")


def everywhere() -> list[Place]:
    return [found for provider in registry.PROVIDERS for found in of_provider(provider)]


def telling() -> list[Place]:
    """Return where notifications come from: environments with an API that answers later."""
    those = {api.provider for api in registry.HOSTED_APIS if any(o.work for o in api.operations)}
    return [found for found in everywhere() if found.provider in those]


def at(key: str) -> Place | None:
    return next((found for found in everywhere() if found.key == key), None)


def sandbox() -> Place | None:
    """Return the first sandbox of the platform, where a newcomer makes the first call."""
    for provider in registry.PROVIDERS:
        for policy in provider.environments:
            if policy.kind is EnvironmentKind.SANDBOX:
                return place(provider, policy)
    return None


def limits_in(keys: Sequence[str], api: Api) -> dict[str, tuple[Limit, ...]]:
    """Return the limits in force per environment: what it sets itself, else what is published."""
    rows = Environment.objects.in_bulk(keys)
    return {key: limits_of(rows.get(key), api) for key in keys}


def limits_of(row: Environment | None, api: Api) -> tuple[Limit, ...]:
    own = row.limits.get(api.product) if row else None
    return api.limits if own is None else tuple(Limit(*limit) for limit in own)


def rows() -> dict[str, Environment]:
    """Return by key what operators can change of every environment."""
    return {row.pk: row for row in Environment.objects.all()}


def title(environment: Environment) -> str:
    """Return how people call an environment, with its provider before it."""
    found = at(environment.key)
    if found is None:  # not in the registry any more
        return environment.key
    return f"{environment.provider.name}: {read(found.policy.title)}"
