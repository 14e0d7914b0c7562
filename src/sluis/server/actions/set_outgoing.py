"""Say from which addresses the platform calls others, so that their firewalls let it in."""

from collections.abc import Sequence
from ipaddress import ip_network

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.letter import came_and_went, tell_subscribers
from sluis.server.models import Environment, Subscription

ADDRESSES_AT_MOST = 100


@transaction.atomic
def set_outgoing(
    *,
    actor: Actor,
    environment: Environment,
    addresses: Sequence[str],
    published: Sequence[str],
) -> None:
    """Name these addresses and networks, and tell who subscribes what came and went.

    `published` are those of the provider's policy, for an environment that has none of its own
    yet. Raises `NotAllowed` and `Refused`.
    """
    only(actor.serves(environment.provider_id), desk_only())
    named = list(dict.fromkeys(address_of(text) for text in addresses))
    if len(named) > ADDRESSES_AT_MOST:
        raise Refused(_("Name 100 addresses at most, or whole networks."))
    found = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    before = list(published if found.outgoing_addresses is None else found.outgoing_addresses)
    found.outgoing_addresses = named
    found.save(update_fields=["outgoing_addresses"])
    if set(before) != set(named):
        tell_of_addresses(found, before, named)
    subject = f"environment:{found.pk}"
    audit.write(actor.name, "outgoing.set", subject, found.pk, addresses=named)


def address_of(text: str) -> str:
    """Return an address, or a network with its length, as everybody writes it."""
    try:
        network = ip_network(text.strip())
    except ValueError as error:
        told = {"address": text.strip()}
        raise Refused(_("'%(address)s' is no IP address, and no network.") % told) from error
    return str(network.network_address if network.num_addresses == 1 else network)


def tell_of_addresses(
    environment: Environment, before: Sequence[str], after: Sequence[str]
) -> None:
    tell_subscribers(
        Subscription.objects.filter(environment=environment),
        gettext_noop("Other outgoing addresses of %(environment)s"),
        gettext_noop(
            "%(provider)s calls you from other addresses in %(environment)s, to push"
            " notifications for example:\n"
            "%(addresses)s\n"
            "Does a system of %(organisation)s let in listed addresses only? Change its list"
            " today, or nothing arrives.\n"
        ),
        provider=environment.provider.name,
        environment=environment.pk,
        addresses=lazy(came_and_went, str)(before, after),  # in the language of each reader
    )
