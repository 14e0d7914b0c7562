"""Count the calls of a product in an environment by other numbers than its API publishes."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.core.quota import Limit
from sluis.registry import HOSTED_APIS
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment

CALLS_AT_MOST = 1_000_000_000


@transaction.atomic
def set_limits(
    *, actor: Actor, environment: Environment, product: str, limits: Sequence[Limit] | None
) -> None:
    """Put limits in force for everybody; None is those that are published.

    They have the names and the times of the published ones. Raises `NotAllowed` and `Refused`.
    """
    only(actor.serves(environment.provider_id), desk_only())
    published = published_limits(environment.provider_id, product)
    if limits is not None:
        if [(one.name, one.seconds) for one in limits] != [(p.name, p.seconds) for p in published]:
            raise Refused(_("This product has other limits."))
        if not all(1 <= one.calls <= CALLS_AT_MOST for one in limits):
            raise Refused(_("A limit is a number from 1 to 1,000,000,000."))
    found = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    found.limits.pop(product, None)
    if limits is not None:
        found.limits[product] = [list(one) for one in limits]
    found.save(update_fields=["limits"])
    audit.write(
        actor.name,
        "limits.set",
        f"environment:{environment.pk}",
        environment.pk,
        product=product,
        limits=None if limits is None else [f"{one.name}: {one.calls}" for one in limits],
    )
    announce(Changed.ENVIRONMENT, environment.pk)


def published_limits(provider: str, product: str) -> tuple[Limit, ...]:
    """Return the limits that the APIs of a product share; raises `Refused` for an unknown one."""
    for api in HOSTED_APIS:
        if api.provider == provider and api.product == product:
            return api.limits
    raise Refused(_("This API is not published there."))
