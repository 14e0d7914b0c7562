"""A request for a client id and secret, answered with one click."""

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.translation import ngettext

from sluis.apis import certified_pickup
from sluis.server.actions.actor import Actor
from sluis.server.actions.answer_client_request import answer_client_request
from sluis.server.actions.change_party import written_by_desk
from sluis.server.actions.make_ingestion import MESSAGE_TYPES
from sluis.server.models import Environment, Identifier, Ticket
from sluis.server.portal import places
from sluis.server.portal.places import Place

TEMPLATE = "desk/panels/client.html"


def context(ticket: Ticket) -> dict[str, object]:
    """Return what was asked for, filled in so that one click is enough."""
    asked = asked_environments(ticket)
    organisation = ticket.organisation
    known = [
        (place, place.key in asked)
        for place in places.everywhere()
        if place.provider == ticket.provider_id
    ]
    applications = list(organisation.applications.all()) if organisation else []
    details = details_of(ticket)
    ingests = ticket.provider_id == certified_pickup.API.provider
    default = f"{organisation.name} software" if organisation else ""
    return {
        "environments": known,
        "applications": applications,
        "application": details.get("application")
        or (applications[0].name if applications else default),
        "message_types": MESSAGE_TYPES if ingests else (),
        "message_type": asked_type(details) if ingests else "",
        "organisation": organisation,
        "identifier": next(iter(written_by_desk(ticket.provider_id)), ""),
        "unidentified": unidentified(ticket, [place for place, wanted in known if wanted]),
    }


def unidentified(ticket: Ticket, asked: list[Place]) -> list[Place]:
    """Return where the company that asks lacks the code that the provider gives out."""
    organisation, given_out = ticket.organisation, written_by_desk(ticket.provider_id)[:1]
    if organisation is None or organisation.individual or not given_out:
        return []
    had = Identifier.objects.filter(party__organisation=organisation, type=given_out[0])
    there = set(had.values_list("environment", flat=True))
    return [place for place in asked if place.key not in there]


def asked_environments(ticket: Ticket) -> set[str]:
    """Return those that the form named; of a ticket without them, the one it is about."""
    named = details_of(ticket).get("environments")
    if isinstance(named, list) and named:
        return {str(one) for one in named}
    return {ticket.environment_id} if ticket.environment_id else set()


def asked_type(details: Mapping[str, object]) -> str:
    """Return the message type for which an ingestion id is wanted; "" where none is."""
    asked = str(details.get("message_type") or "").lower()
    if asked in MESSAGE_TYPES:
        return asked
    return MESSAGE_TYPES[0] if details.get("ingestion_id") and not asked else ""


def details_of(ticket: Ticket) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(ticket, "details", None) or {}
    return found


def mint(actor: Actor, ticket: Ticket, form: QueryDict) -> str:
    """Make what was asked for. Raises `NotAllowed` and `Refused`."""
    found = Environment.objects.filter(
        pk__in=form.getlist("environments"), provider=ticket.provider_id
    )
    made = answer_client_request(
        actor=actor,
        ticket=ticket,
        application=form.get("application", ""),
        environments=list(found.order_by("kind", "pk")),
        message_type=form.get("message_type", ""),
    )
    text = ngettext(
        "%(count)s client is made. Who asked finds the secret with the ticket.",
        "%(count)s clients are made. Who asked finds the secrets with the ticket.",
        len(made),
    )
    return text % {"count": len(made)}


ACTS: Mapping[str, Callable[[Actor, Ticket, QueryDict], str]] = {"mint": mint}
