"""Register software that somebody builds."""

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_or_desk_only, only
from sluis.server.answers.concern import concerns
from sluis.server.models import Application, Organisation

APPLICATIONS_AT_MOST = 100


@transaction.atomic
def make_application(*, actor: Actor, organisation: Organisation, name: str) -> Application:
    """Return the application; it can do nothing until it has a client or a certificate.

    A desk makes one for an organisation that its provider knows, as when it asked for a client.
    """
    desk = actor.desk is not None and concerns(organisation, actor.desk)
    only(desk or actor.develops(organisation), developers_or_desk_only())
    if not name.strip():
        raise Refused(_("Give the application a name."))
    if organisation.applications.count() >= APPLICATIONS_AT_MOST:
        raise Refused(_("The organisation has as many applications as it can have."))
    made = Application.objects.create(organisation=organisation, name=name.strip()[:120])
    audit.write(
        actor.name, "application.make", f"application:{made.pk}", organisation=organisation.pk.hex
    )
    return made
