"""The roles in an organisation, in the reader's words."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "administrator": _("administrator"),
    "developer": _("developer"),
    "api-user": _("API user"),
    "desk": _("service desk"),
}
# Of parties, which an API asks for when somebody subscribes; the names of the wire.
PARTIES: dict[str, str | Promise] = {
    "ShippingAgent": _("shipping agent"),
    "ReleaseParty": _("forwarder, or another who holds a right to pick up"),
    "TransportOperator": _("transporter"),
    "TerminalOperator": _("terminal"),
}


def titles(roles: Iterable[str]) -> list[str | Promise]:
    return [TITLES[role] for role in roles if role in TITLES]


def titled(roles: Iterable[str]) -> Promise:
    """Return the roles in one line, in the language in which it is read later."""
    found = titles(roles)
    return format_lazy(", ".join(["{}"] * len(found)), *found)
