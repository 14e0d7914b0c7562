"""A message with a ticket: of the desk, or of those who asked; and its end without another word."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.attachment import Upload
from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.letter import administrators, tell, write
from sluis.server.actions.open_ticket import tell_desk
from sluis.server.actions.ticket_link import DAYS, link
from sluis.server.actions.ticket_message import TEXT_CHARACTERS, add_message
from sluis.server.models import Person, Ticket, TicketMessage

CLOSED = (Ticket.State.DONE, Ticket.State.REJECTED)
ANSWERED = gettext_noop("The service desk has answered. Read it in the portal: %(portal)s\n")
ANSWERED_BY_MAIL = gettext_noop(
    "The service desk has answered:\n\n%(answer)s\n\n"
    "Answer here, within %(days)s days: %(portal)s\n"
)
CLOSED_BY_DESK = gettext_noop(
    "The service desk has closed your question. Is it not solved? Answer here: %(portal)s\n"
)


@transaction.atomic
def answer_ticket(
    *,
    actor: Actor,
    ticket: Ticket,
    text: str,
    state: str | None = None,
    uploads: Sequence[Upload] = (),
) -> TicketMessage:
    """Return the message. The desk may close the ticket with it; an answer to it opens it again."""
    desk = actor.serves(ticket.provider_id)
    allow(actor, ticket)
    if not text.strip() or len(text) > TEXT_CHARACTERS:
        raise Refused(_("Write an answer of at most 20,000 characters."))
    new = (state or Ticket.State.WAITING) if desk else Ticket.State.OPEN
    if new not in Ticket.State.values:
        raise Refused(_("A ticket cannot be in that state."))
    found = moved(ticket, new)
    message = add_message(found, author=actor.person, from_desk=desk, text=text, uploads=uploads)
    audit.write(actor.name, "ticket.answer", f"ticket:{found.pk}", state=new)
    if desk:
        tell_asker(found, ANSWERED, ANSWERED_BY_MAIL, answer=message.text)
    else:
        tell_desk(found)
    return message


@transaction.atomic
def close_ticket(*, actor: Actor, ticket: Ticket) -> None:
    """End it without another word, by either side; a message opens it again."""
    allow(actor, ticket)
    found = moved(ticket, Ticket.State.DONE)
    audit.write(actor.name, "ticket.close", f"ticket:{ticket.pk}")
    if actor.serves(ticket.provider_id):
        tell_asker(found, CLOSED_BY_DESK, CLOSED_BY_DESK)


def allow(actor: Actor, ticket: Ticket) -> None:
    if not actor.serves(ticket.provider_id) and not asked(actor, ticket):
        raise NotAllowed(_("Only those who asked, and the service desk, can answer."))


def asked(actor: Actor, ticket: Ticket) -> bool:
    if actor.person is None:
        return actor.ticket == ticket.pk
    if ticket.organisation_id is not None:
        return actor.organisation == ticket.organisation_id
    return actor.person.pk == ticket.person_id


def moved(ticket: Ticket, state: str) -> Ticket:
    """Return the ticket in its new state, held until the transaction ends."""
    found = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    found.state, found.since = state, timezone.now()
    found.closed_at = found.since if state in CLOSED else None
    found.save()
    return found


def tell_asker(ticket: Ticket, pointer: str, whole: str, **words: object) -> None:
    """Mail who asked: a pointer to the portal, or all of it to who has no account."""
    subject = gettext_noop("Your question “%(about)s”")
    if ticket.contact_email and ticket.person is None:
        address, language = ticket.contact_email, ticket.contact_language
        page = link(ticket)
        write(
            address, language, subject, whole, about=ticket.subject, portal=page, days=DAYS, **words
        )
        return
    page = settings.CONFIG.portal_url + reverse("ticket", args=[ticket.pk])
    tell(readers(ticket), subject, pointer, about=ticket.subject, portal=page)


def readers(ticket: Ticket) -> list[Person]:
    """Return who is told: the one who asked, or the administrators once they have left."""
    person, organisation = ticket.person, ticket.organisation
    if organisation is None:
        return [person] if person is not None and person.is_active else []
    if (
        person is not None
        and person.is_active
        and organisation.memberships.filter(person=person).exists()
    ):
        return [person]
    return administrators(organisation)
