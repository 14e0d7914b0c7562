"""The link by which somebody without an account reads and answers one ticket."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.server.actions.actor import VISITOR, Actor, NotAllowed
from sluis.server.models import Ticket

SALT = "ticket"
DAYS = 30
SECONDS = DAYS * 24 * 3600


def link(ticket: Ticket) -> str:
    """Return the address; it opens this ticket and nothing else, for 30 days from now."""
    token = signing.dumps(ticket.pk, salt=SALT)
    path = reverse("visited_ticket", args=[ticket.provider_id, token])
    return f"{settings.CONFIG.portal_url}{path}"


def opened(provider: str, token: str) -> tuple[Ticket, Actor]:
    """Return the ticket of a link, and its holder as actor. Raises `NotAllowed`.

    Who has an account reads their tickets there, so that a link does not outlive a membership.
    """
    try:
        number = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise NotAllowed(_("This link is not complete, or it has expired.")) from error
    tickets = Ticket.objects.select_related("provider", "environment", "organisation")
    found = tickets.filter(pk=number, provider=provider, person=None).exclude(contact_email="")
    ticket = found.first()
    if ticket is None:
        raise NotAllowed(_("This link is not complete, or it has expired."))
    return ticket, Actor(VISITOR.name, ticket=ticket.pk)
