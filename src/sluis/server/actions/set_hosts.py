"""Give an environment host names of its own: it is served at their root, as the originals are."""

import re
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import came_and_went, tell_subscribers
from sluis.server.models import Environment, Subscription

NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


@transaction.atomic
def set_hosts(
    *, actor: Actor, environment: Environment, hosts: Sequence[str], of_portal: Collection[str]
) -> None:
    """Serve the environment at these names and no others, and tell who subscribes.

    `of_portal` are those of the pages. Raises `NotAllowed` and `Refused`.
    """
    only(actor.serves(environment.provider_id), desk_only())
    names = list(dict.fromkeys(host.lower() for host in hosts))
    rows = {row.pk: row for row in Environment.objects.select_for_update()}
    before = rows.pop(environment.pk).hosts
    taken = {name: other.pk for other in rows.values() for name in other.hosts}
    for name in names:
        if not NAME.fullmatch(name):
            raise Refused(_("'%(name)s' is not a host name.") % {"name": name})
        if name in of_portal:
            raise Refused(_("'%(name)s' is the portal's own name.") % {"name": name})
        if name in taken:
            told = {"name": name, "other": taken[name]}
            raise Refused(_("'%(name)s' is a name of %(other)s.") % told)
    Environment.objects.filter(pk=environment.pk).update(hosts=names)
    tell_of_hosts(environment, before, names)
    subject = f"environment:{environment.pk}"
    audit.write(actor.name, "hosts.set", subject, environment.pk, hosts=names)
    announce(Changed.ENVIRONMENT, environment.pk)


def tell_of_hosts(environment: Environment, before: Sequence[str], after: Sequence[str]) -> None:
    """Tell who subscribes which names came and went; nobody where none did."""
    if set(before) == set(after):
        return
    tell_subscribers(
        Subscription.objects.filter(environment=environment),
        gettext_noop("Other host names of %(environment)s"),
        gettext_noop(
            "%(provider)s serves %(environment)s at other host names:\n"
            "%(names)s\n"
            "The address %(base_url)s stays. Does software of %(organisation)s call a name that is"
            " gone? Change it today: its calls no longer arrive.\n"
        ),
        provider=environment.provider.name,
        environment=environment.pk,
        names=lazy(came_and_went, str)(before, after),  # in the language of each reader
        base_url=f"{settings.CONFIG.portal_url}/{environment.pk}",
    )
