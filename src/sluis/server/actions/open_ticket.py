"""Ask a provider's service desk something: from the portal, the contact form, or by telephone."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.registry import PROVIDERS
from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused, desk_only, only
from sluis.server.actions.letter import write
from sluis.server.models import Environment, Organisation, Provider, Ticket, TicketMessage

TEXT_CHARACTERS = 20_000


@transaction.atomic
def open_ticket(
    *,
    actor: Actor,
    provider: Provider,
    kind: str,
    subject: str,
    text: str,
    organisation: Organisation | None = None,
    environment: Environment | None = None,
    origin: str = Ticket.Origin.PORTAL,
    contact_name: str = "",
    contact_email: str = "",
) -> Ticket:
    """Return the ticket. A visitor leaves an address; the desk writes down what came otherwise."""
    allow(actor, provider, organisation, origin)
    if kind not in Ticket.Kind.values or not subject.strip() or not text.strip():
        raise Refused(_("Say in a few words what it is about, and then what you need."))
    if len(text) > TEXT_CHARACTERS:
        raise Refused(_("This text is too long."))
    own = actor.person if origin == Ticket.Origin.PORTAL else None
    if own is None and not contact_email and origin == Ticket.Origin.FORM:
        raise Refused(_("Leave an e-mail address, so that we can answer."))
    if environment is not None and environment.provider_id != provider.pk:
        raise Refused(_("This environment belongs to another provider."))
    ticket = Ticket.objects.create(
        provider=provider,
        environment=environment,
        organisation=organisation,
        person=own,
        contact_name=contact_name.strip()[:120],
        contact_email=contact_email.strip(),
        kind=kind,
        origin=origin,
        subject=subject.strip()[:200],
    )
    TicketMessage.objects.create(ticket=ticket, author=own, text=text.strip())
    audit.write(actor.name, "ticket.open", f"ticket:{ticket.pk}", kind=kind, origin=origin)
    tell_desk(ticket)
    return ticket


def tell_desk(ticket: Ticket) -> None:
    """Mail the provider's own address, in English: who reads there, nobody knows."""
    address = next((p.support_email for p in PROVIDERS if p.slug == ticket.provider_id), "")
    if address:
        write(
            address,
            "en",
            gettext_noop("Ticket %(number)s: %(about)s"),
            gettext_noop(
                "There is a new message with ticket %(number)s.\nAnswer it here: %(portal)s\n"
            ),
            number=ticket.pk,
            about=ticket.subject,
        )


def allow(actor: Actor, provider: Provider, organisation: Organisation | None, origin: str) -> None:
    if origin in (Ticket.Origin.MAIL, Ticket.Origin.TELEPHONE):
        only(actor.serves(provider.pk), desk_only())
    elif origin == Ticket.Origin.PORTAL and actor.person is None and not actor.trusted:
        raise NotAllowed(_("Log in first."))
    elif origin not in Ticket.Origin.values:
        raise Refused(_("Say in a few words what it is about, and then what you need."))
    elif organisation is not None and not actor.trusted:
        # Any member may ask, for the organisation they act for and no other.
        only(
            actor.organisation == organisation.pk,
            _("Only members of the organisation can do this."),
        )
