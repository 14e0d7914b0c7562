"""What the desk sees beside a ticket, and does with one click: a module for each kind.

A panel is a module with three names. Its TEMPLATE has forms that post to `act_on_ticket`, with
buttons with `name="act"`; `context` fills it in, beside `ticket`, `provider` and `typed`, which is
what was sent when an act was refused; ACTS says what each button does, and returns the sentence
to show. Add one with an import and a line.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from django.http import QueryDict

from sluis.server.actions.actor import Actor
from sluis.server.desk.panels import account, client, production
from sluis.server.models import Ticket


class Panel(Protocol):
    TEMPLATE: str
    ACTS: Mapping[str, Callable[[Actor, Ticket, QueryDict], str]]

    def context(self, ticket: Ticket) -> dict[str, object]: ...


PANELS: Mapping[str, Panel] = {
    Ticket.Kind.ACCOUNT: account,
    Ticket.Kind.CLIENT: client,
    Ticket.Kind.PRODUCTION: production,
}
