"""What must hold before anything starts: every API has its store, no address is served twice."""

from importlib import import_module

from sluis.gateway.route import routes
from sluis.registry import HOSTED_APIS, PROVIDERS, SCHEMES

# Paths of the portal, which no provider may have as its slug.
PORTAL_PATHS = frozenset(
    """accounts api catalogue contact desk docs healthz language mailbox metrics organisations
    readyz static status subscriptions tickets usage applications channels api-manager documentation
    .well-known""".split()
)


class Misbuilt(Exception):
    """The registry cannot work; the message lists every fault with its number."""


def raise_on_faults() -> None:
    found = faults()
    if found:
        raise Misbuilt("\n".join(f"{n}. {text}" for n, text in enumerate(found, 1)))


def faults() -> list[str]:
    found = []
    slugs = {provider.slug for provider in PROVIDERS}
    found += [f"Provider '{slug}' has the path of a page." for slug in slugs & PORTAL_PATHS]
    for api in HOSTED_APIS:
        if api.provider not in slugs:
            found.append(f"API '{api.slug}' is of provider '{api.provider}', which is not there.")
        if not hasattr(import_module(f"{api.package}.tables.store"), "open_store"):
            found.append(f"{api.package}.tables.store has no open_store().")
        for operation in api.operations:
            unknown = [name for name in operation.schemes if name not in SCHEMES]
            if unknown:
                found.append(f"{api.slug}: {operation.name} names unknown schemes: {unknown}.")
    if not found:
        for slug in slugs:
            try:
                routes([api for api in HOSTED_APIS if api.provider == slug], SCHEMES, {})
            except ValueError as error:
                found.append(f"Provider '{slug}': {error}")
    return found
