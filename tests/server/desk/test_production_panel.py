"""Rejecting production: what waits in the portal, the ticket alone, or nothing any more."""

import pytest

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.open_account import open_account
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.production import authorise_production
from sluis.server.models import Ticket
from tests.server.desk.floor import someone
from tests.server.parcels import carrier

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    """Return the carrier, with a company whose sandbox works and a ticket for production."""
    made = carrier()
    open_account(actor=COMMAND, provider=made.provider, organisation=made.shop)
    client.force_login(someone("floor"))
    return made


@pytest.fixture
def ticket(world):
    return open_ticket(
        actor=COMMAND,
        provider=world.provider,
        environment=world.production,
        organisation=world.shop,
        kind=Ticket.Kind.PRODUCTION,
        subject="Production",
        text="By telephone.",
    )


def rejects(client, ticket):
    form = {"act": "reject", "reason": "Not yet."}
    text = client.post(f"/desk/tickets/{ticket.pk}/act/", form, follow=True).text
    ticket.refresh_from_db()
    return text


def test_of_who_asked_by_telephone_the_ticket_is_rejected(client, ticket):
    text = rejects(client, ticket)
    assert "The ticket is rejected. De Kade had asked for nothing in the portal." in text
    assert ticket.state == Ticket.State.REJECTED


def test_what_was_decided_on_stays_so(client, world, ticket):
    before = ticket.state
    authorise_production(
        actor=COMMAND, organisation=world.shop, environment=world.production, although="Seen."
    )
    text = rejects(client, ticket)
    assert "All of it was decided on already. Answer the ticket, or close it." in text
    assert ticket.state == before
