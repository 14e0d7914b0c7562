"""A company, or one person alone, joins the platform."""

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Membership, Organisation

ORGANISATIONS_AT_MOST = 10  # that one person makes


@transaction.atomic
def make_organisation(
    *, actor: Actor, name: str, individual: bool = False, country: str = ""
) -> Organisation:
    """Return the organisation. A person who makes one is its administrator.

    Of the desk, it has no members until the desk adds one.
    """
    if actor.person is None and not actor.trusted:
        raise NotAllowed(_("Log in first."))
    if not name.strip():
        raise Refused(_("Give the organisation a name."))
    made = Organisation.objects.create(
        name=name.strip()[:120], individual=individual, country=country
    )
    if actor.person is not None and actor.desk is None:
        if actor.person.memberships.count() >= ORGANISATIONS_AT_MOST:
            raise Refused(_("You belong to as many organisations as one person can."))
        Membership.objects.create(
            person=actor.person, organisation=made, roles=["administrator", "developer"]
        )
    audit.write(actor.name, "organisation.make", f"organisation:{made.pk}")
    if actor.person is not None and actor.desk is None:
        announce(Changed.PERSON, actor.person.pk)
    return made
