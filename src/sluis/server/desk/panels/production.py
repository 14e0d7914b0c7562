"""With a request for production: what the sandbox saw of the link; authorise or reject it."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.answer_ticket import answer_ticket
from sluis.server.actions.production import (
    authorise_production,
    lacking,
    production,
    reject_production,
    requested,
    shown,
)
from sluis.server.models import Environment, Organisation, Ticket

TEMPLATE = "desk/panels/production.html"


def context(ticket: Ticket) -> dict[str, object]:
    """Return the evidence of what waits for a decision, or would if it were asked for."""
    environment = ticket.environment or production(ticket.provider)
    if ticket.organisation is None:
        return {"organisation": None}
    waiting = requested(ticket.organisation, environment)
    items = waiting or lacking(ticket.organisation, ticket.provider)
    return {
        "organisation": ticket.organisation,
        "target": environment,
        "asked": bool(waiting),
        "items": items,
        "evidence": shown(ticket.organisation, items),
        "members": ticket.organisation.memberships.select_related("person").order_by("since"),
    }


@transaction.atomic
def authorise(actor: Actor, ticket: Ticket, given: QueryDict) -> str:
    organisation, environment = of(ticket)
    authorise_production(
        actor=actor,
        organisation=organisation,
        environment=environment,
        although=given.get("although", ""),
    )
    text = _("You are authorised for production. The key is in the API Manager.")
    answer_ticket(actor=actor, ticket=ticket, text=text, state=Ticket.State.DONE)
    return _("%(company)s is authorised, and was told by mail.") % {"company": organisation.name}


@transaction.atomic
def reject(actor: Actor, ticket: Ticket, given: QueryDict) -> str:
    organisation, environment = of(ticket)
    reason = given.get("reason", "")
    rejected = reject_production(
        actor=actor, organisation=organisation, environment=environment, reason=reason
    )
    answer_ticket(actor=actor, ticket=ticket, text=reason, state=Ticket.State.REJECTED)
    if not rejected:
        text = _("The ticket is rejected. %(company)s had asked for nothing in the portal.")
        return text % {"company": organisation.name}
    return _("The request of %(company)s is rejected; the reason was mailed.") % {
        "company": organisation.name
    }


def of(ticket: Ticket) -> tuple[Organisation, Environment]:
    if ticket.organisation is None:
        raise Refused(_("Say first of which company this request is."))
    return ticket.organisation, ticket.environment or production(ticket.provider)


ACTS: Mapping[str, Callable[[Actor, Ticket, QueryDict], str]] = {
    "authorise": authorise,
    "reject": reject,
}
