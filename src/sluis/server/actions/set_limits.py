"""Count the calls of a product in an environment by other numbers than its API publishes."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from sluis.core.quota import Limit
from sluis.registry import HOSTED_APIS
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import tell_subscribers
from sluis.server.models import Environment, Subscription

CALLS_AT_MOST = 1_000_000_000
WINDOWS = {
    1: gettext_lazy("Calls per second"),
    60: gettext_lazy("Calls per minute"),
    3600: gettext_lazy("Calls per hour"),
    86400: gettext_lazy("Calls per day"),
}


@transaction.atomic
def set_limits(
    *, actor: Actor, environment: Environment, product: str, limits: Sequence[Limit] | None
) -> None:
    """Put limits in force for everybody, and tell who subscribes; None is those published.

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
    before = [Limit(*one) for one in found.limits.pop(product, published)]
    if limits is not None:
        found.limits[product] = [list(one) for one in limits]
    found.save(update_fields=["limits"])
    tell_of_limits(found, product, before, published if limits is None else limits)
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


def tell_of_limits(
    environment: Environment, product: str, before: Sequence[Limit], after: Sequence[Limit]
) -> None:
    """Tell who subscribes which numbers are other than they were; nobody where none is."""
    old = {one.name: one.calls for one in before}
    changed = [(one, old[one.name]) for one in after if old.get(one.name, one.calls) != one.calls]
    if not changed:
        return
    apis = [api.slug for api in HOSTED_APIS if api.product == product]
    tell_subscribers(
        Subscription.objects.filter(environment=environment, api__in=apis),
        gettext_noop("Other limits for %(product)s in %(environment)s"),
        gettext_noop(
            "The service desk of %(provider)s has set other limits in %(environment)s. For what"
            " %(organisation)s subscribes to (%(apis)s) they are in force now:\n"
            "%(limits)s\n"
            "Calls above a limit are refused until there is room again.\n"
        ),
        provider=environment.provider.name,
        product=product,
        environment=environment.pk,
        limits=lazy(figures, str)(changed),  # in the language of each reader
    )


def figures(changed: Sequence[tuple[Limit, int]]) -> str:
    return "\n".join(
        f"- {label(int(limit.seconds))}: {number_format(before, force_grouping=True)}"
        f" → {number_format(limit.calls, force_grouping=True)}"
        for limit, before in changed
    )


def label(seconds: int) -> str:
    other = _("Calls in %(seconds)s seconds") % {"seconds": number_format(seconds)}
    return str(WINDOWS.get(seconds, other))
