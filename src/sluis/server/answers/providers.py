"""The providers as their desks have them, read from the database: who publishes what, and how."""

from sluis import registry
from sluis.core.provider import Provider, in_force
from sluis.server.answers.rows import json, rows


def read_providers() -> tuple[Provider, ...]:
    """Return those of the registry, in its order, with what their desks changed."""
    own = dict(map(tuple, rows("SELECT slug, own FROM server_provider")))
    return tuple(in_force(one, json(own.get(one.slug)) or {}) for one in registry.PROVIDERS)
