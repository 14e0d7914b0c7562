"""With a request for an account: link a person to a company, and send the link again."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import QueryDict

from sluis.server.actions.actor import Actor, Refused
from sluis.server.desk.linking import Linking, invited, linked, resent
from sluis.server.models import Ticket

TEMPLATE = "desk/panels/account.html"


def context(ticket: Ticket) -> dict[str, object]:
    """Return the form, filled in with who asked."""
    asked = {
        "name": ticket.contact_name or (ticket.person.name if ticket.person else ""),
        "email": ticket.contact_email or (ticket.person.email if ticket.person else ""),
        "company": ticket.organisation_id.hex if ticket.organisation_id else "",
    }
    form = Linking(ticket.provider, initial=asked)
    return {"linking": form, "invited": invited(ticket.provider)}


def link(actor: Actor, ticket: Ticket, given: QueryDict) -> str:
    form = Linking(ticket.provider, given)
    if not form.is_valid():
        raise Refused(" ".join(str(text) for texts in form.errors.values() for text in texts))
    with transaction.atomic():
        return linked(actor, form)


def resend(actor: Actor, ticket: Ticket, given: QueryDict) -> str:
    return resent(actor, ticket.provider, given.get("resend", ""))


ACTS: Mapping[str, Callable[[Actor, Ticket, QueryDict], str]] = {"link": link, "resend": resend}
