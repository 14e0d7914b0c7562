"""A message with a ticket: of the desk, or of those who asked."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.letter import write
from sluis.server.actions.open_ticket import TEXT_CHARACTERS, tell_desk
from sluis.server.models import Ticket, TicketMessage

CLOSED = (Ticket.State.DONE, Ticket.State.REJECTED)


@transaction.atomic
def answer_ticket(
    *, actor: Actor, ticket: Ticket, text: str, state: str | None = None
) -> TicketMessage:
    """Return the message. The desk may close the ticket with it; an answer to it opens it again."""
    desk = actor.serves(ticket.provider_id)
    if not desk and not asked(actor, ticket):
        raise NotAllowed(_("Only those who asked, and the service desk, can answer."))
    if not text.strip() or len(text) > TEXT_CHARACTERS:
        raise Refused(_("Write an answer of at most 20,000 characters."))
    new = (state or Ticket.State.WAITING) if desk else Ticket.State.OPEN
    if new not in Ticket.State.values:
        raise Refused(_("A ticket cannot be in that state."))
    found = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    found.state = new
    found.closed_at = timezone.now() if new in CLOSED else None
    found.save()
    message = TicketMessage.objects.create(
        ticket=found, author=actor.person, from_desk=desk, text=text.strip()
    )
    audit.write(actor.name, "ticket.answer", f"ticket:{found.pk}", state=new)
    if desk:
        tell_asker(found, message)
    else:
        tell_desk(found)
    return message


def asked(actor: Actor, ticket: Ticket) -> bool:
    if actor.person is None:
        return False
    if ticket.organisation_id is not None:
        return actor.organisation == ticket.organisation_id
    return actor.person.pk == ticket.person_id


def tell_asker(ticket: Ticket, message: TicketMessage) -> None:
    """Mail the answer; who has no account gets all of it, others a pointer to the portal."""
    subject = gettext_noop("Your question “%(about)s”")
    if ticket.person is not None:
        text = gettext_noop("The service desk has answered. Read it in the portal: %(portal)s\n")
        write(ticket.person.email, ticket.person.language, subject, text, about=ticket.subject)
    elif ticket.contact_email:
        text = gettext_noop("The service desk has answered:\n\n%(answer)s\n")
        write(
            ticket.contact_email,
            "en",
            subject,
            text,
            about=ticket.subject,
            answer=message.text,
        )
