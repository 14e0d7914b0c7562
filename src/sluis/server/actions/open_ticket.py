"""Ask a provider's service desk something: from the portal, the contact form, or by telephone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.attachment import Upload
from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused, desk_only, only
from sluis.server.actions.letter import write
from sluis.server.actions.ticket_link import DAYS, link
from sluis.server.actions.ticket_message import TEXT_CHARACTERS, add_message
from sluis.server.answers import policy
from sluis.server.answers.concern import concerns
from sluis.server.models import Environment, Organisation, Provider, Ticket


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
    contact_telephone: str = "",
    language: str = "en",
    details: Mapping[str, Any] | None = None,
    uploads: Sequence[Upload] = (),
) -> Ticket:
    """Return the ticket. A visitor leaves an address; the desk writes down what came otherwise.

    `language` is that of who asks without an account, `details` what the form of the kind asked.
    Raises `NotAllowed` and `Refused`.
    """
    allow(actor, provider, organisation, origin)
    if kind not in Ticket.Kind.values or not subject.strip() or not text.strip():
        raise Refused(_("Say in a few words what it is about, and then what you need."))
    if len(text) > TEXT_CHARACTERS:
        raise Refused(_("This text is too long."))
    own = actor.person if origin == Ticket.Origin.PORTAL else None
    email = address(contact_email, needed=origin == Ticket.Origin.FORM)
    if environment is not None and environment.provider_id != provider.pk:
        raise Refused(_("This environment belongs to another provider."))
    ticket = Ticket.objects.create(
        provider=provider,
        environment=environment,
        organisation=organisation,
        person=own,
        contact_name=contact_name.strip()[:120],
        contact_email=email,
        contact_telephone=contact_telephone.strip()[:40],
        contact_language=language if language in dict(settings.LANGUAGES) else "en",
        kind=kind,
        origin=origin,
        subject=" ".join(subject.split())[:200],
        details=dict(details or {}),
    )
    add_message(ticket, author=own, text=text, uploads=uploads)
    audit.write(actor.name, "ticket.open", f"ticket:{ticket.pk}", kind=kind, origin=origin)
    tell_desk(ticket)
    acknowledge(ticket)
    return ticket


def address(given: str, *, needed: bool) -> str:
    """Return the address to answer to; raises `Refused` where it is none."""
    email = given.strip()
    if not email and not needed:
        return ""
    try:
        MaxLengthValidator(254)(email)
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("Leave an e-mail address, so that we can answer.")) from error
    return email


def tell_desk(ticket: Ticket) -> None:
    """Mail the provider's own address, in English: who reads there, nobody knows."""
    found = policy.provider(ticket.provider_id)
    if found is not None and found.support_email:
        write(
            found.support_email,
            "en",
            gettext_noop("Ticket %(number)s: %(about)s"),
            gettext_noop(
                "There is a new message with ticket %(number)s.\nAnswer it here: %(portal)s\n"
            ),
            number=ticket.pk,
            about=ticket.subject,
            portal=settings.CONFIG.portal_url + reverse("desk_ticket", args=[ticket.pk]),
        )


def acknowledge(ticket: Ticket) -> None:
    """Mail who has no account where to read on.

    Nothing of what was typed: else anybody could have us mail anything to anybody.
    """
    if ticket.person_id is None and ticket.contact_email:
        write(
            ticket.contact_email,
            ticket.contact_language,
            gettext_noop("Ticket %(number)s: we have your message"),
            gettext_noop(
                "The service desk of %(provider)s has your message and will answer it.\n"
                "Read it, or add to it, here: %(portal)s\n"
                "The link works for %(days)s days. If you did not write to us, you need do"
                " nothing.\n"
            ),
            number=ticket.pk,
            provider=ticket.provider.name,
            portal=link(ticket),
            days=DAYS,
        )


def allow(actor: Actor, provider: Provider, organisation: Organisation | None, origin: str) -> None:
    if origin in (Ticket.Origin.MAIL, Ticket.Origin.TELEPHONE):
        known = organisation is None or actor.trusted or concerns(organisation, provider.pk)
        only(actor.serves(provider.pk) and known, desk_only())
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
