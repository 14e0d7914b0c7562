"""Give an environment host names of its own: it is served at their root, as the originals are."""

import re
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Environment

NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


@transaction.atomic
def set_hosts(
    *, actor: Actor, environment: Environment, hosts: Sequence[str], of_portal: Collection[str]
) -> None:
    """Serve the environment at these names and no others; `of_portal` are those of the pages."""
    only(actor.serves(environment.provider_id), desk_only())
    names = list(dict.fromkeys(host.lower() for host in hosts))
    taken = {
        name: other.pk
        for other in Environment.objects.select_for_update().exclude(pk=environment.pk)
        for name in other.hosts
    }
    for name in names:
        if not NAME.fullmatch(name):
            raise Refused(_("'%(name)s' is not a host name.") % {"name": name})
        if name in of_portal:
            raise Refused(_("'%(name)s' is the portal's own name.") % {"name": name})
        if name in taken:
            told = {"name": name, "other": taken[name]}
            raise Refused(_("'%(name)s' is a name of %(other)s.") % told)
    Environment.objects.filter(pk=environment.pk).update(hosts=names)
    subject = f"environment:{environment.pk}"
    audit.write(actor.name, "hosts.set", subject, environment.pk, hosts=names)
    announce(Changed.ENVIRONMENT, environment.pk)
