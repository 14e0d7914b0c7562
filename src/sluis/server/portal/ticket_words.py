"""Tickets in the reader's words: what they are about, how they stand, and how they came."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apis import certified_pickup
from sluis.core.api import Api
from sluis.server.models import Ticket
from sluis.server.portal import places
from sluis.server.portal.tags import read

KINDS: dict[str, str | Promise] = {
    "question": _("Question"),
    "client": _("Client id and secret"),
    "account": _("Account"),
    "certificate": _("Certificate"),
    "production": _("Access to production"),
}
HELP: dict[str, str | Promise] = {
    "question": _("About an API, your keys, an answer that you do not understand."),
    "client": _("With which your software shows who it is. Production has its own."),
    "account": _("For you or a colleague, or when you cannot log in."),
    "production": _("Your software works in the sandbox, and you want to go live."),
}
STATES: dict[str, tuple[str, str | Promise]] = {
    "open": ("orange", _("waits for the service desk")),
    "waiting": ("grey", _("waits for the one who asked")),
    "done": ("green", _("done")),
    "rejected": ("red", _("rejected")),
}
ORIGINS: dict[str, str | Promise] = {
    "portal": _("portal"),
    "form": _("contact form"),
    "mail": _("e-mail"),
    "telephone": _("telephone"),
}


def offered(provider: str) -> list[str]:
    """Return what can be asked of a provider in the portal, the commonest first."""
    kinds = ["question", "account", "production"]
    return [*kinds, "client"] if any(map(has_clients, places.apis_of(provider))) else kinds


def has_clients(api: Api) -> bool:
    return any("bearer-token" in operation.schemes for operation in api.operations)


def ingests(provider: str) -> bool:
    """Return whether releases are sent to an address with an id of the sender in it."""
    return certified_pickup.API in places.apis_of(provider)


def state(ticket: Ticket) -> dict[str, str | Promise]:
    colour, word = STATES[ticket.state]
    return {"colour": colour, "word": word}


def details(ticket: Ticket) -> list[tuple[str | Promise, str]]:
    """Return what the form of the kind asked, in words."""
    asked = ticket.details
    named = [place for key in asked.get("environments", ()) if (place := places.at(key))]
    found = [
        (_("Software"), str(asked.get("application", ""))),
        (_("Environments"), ", ".join(read(place.policy.title) for place in named)),
        (_("Ingestion id"), str(_("wanted")) if asked.get("ingestion_id") else ""),
        (_("Message type"), str(asked.get("message_type", "")).upper()),
    ]
    return [(label, text) for label, text in found if text]
