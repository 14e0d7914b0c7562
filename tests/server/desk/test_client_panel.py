"""The panel beside a ticket that asks for a client: filled in, so that one click is enough."""

import re

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.desk.panels import client
from sluis.server.models import Client, Handover
from tests.server import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def port():
    return people.world()


@pytest.fixture
def ticket(port):
    return open_ticket(
        actor=port.actor("anna"),
        provider=port.port,
        organisation=port.agent,
        environment=port.uat,
        kind="client",
        subject="Client id",
        text="Please.",
    )


def shown(ticket, **more):
    return render_to_string(client.TEMPLATE, {"ticket": ticket} | client.context(ticket) | more)


def ticked(text):
    return re.findall(r'value="([^"]+)" checked', text)


def form_of(text):
    """Return what the browser would send of the panel as it stands."""
    form = QueryDict(mutable=True)
    form["application"] = re.search(r'name="application" value="([^"]+)"', text)[1]
    form.setlist("environments", [one for one in ticked(text) if "/" in one])
    form["message_type"] = next((one for one in ticked(text) if "/" not in one), "")
    return form


def mint(port, ticket, form, who="dirk"):
    return client.ACTS["mint"](people.desk(who, port.port), ticket, form)


def test_one_click_is_enough(port, ticket):
    said = mint(port, ticket, form_of(shown(ticket)))
    assert said == "1 client is made. Who asked finds the secret with the ticket."
    made = Client.objects.get()
    assert (made.environment, made.application.name) == (port.uat, "Agent software")
    assert Handover.objects.get().person == port.membership("anna")[0]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, ["port/uat"]),
        ({"environments": ["port/live"]}, ["port/live"]),
        ({"environments": ["port/uat", "port/live"], "ingestion_id": True}, None),
        ({"ingestion_id": True, "message_type": "json"}, ["port/uat", "json"]),
        ({"ingestion_id": True, "message_type": "edifact"}, ["port/uat"]),
    ],
)
def test_ticks_what_was_asked_for(ticket, details, expected):
    ticket.details = details
    assert ticked(shown(ticket)) == (expected or ["port/uat", "port/live", "json"])


def test_suggests_the_software_that_is_known(port, ticket):
    ticket.details = {"application": "Planner"}
    assert form_of(shown(ticket))["application"] == "Planner"
    mint(port, ticket, form_of(shown(ticket)))
    del ticket.details
    assert form_of(shown(ticket))["application"] == "Planner"


def test_keeps_what_was_typed_when_it_is_refused(port, ticket):
    typed = QueryDict("application=Other&environments=port/moon")
    with pytest.raises(Refused, match="Choose an environment"):
        mint(port, ticket, typed)
    assert form_of(shown(ticket, typed=typed))["application"] == "Other"


def test_makes_nothing_in_an_environment_of_another_provider(port, ticket):
    with pytest.raises(Refused, match="Choose an environment"):
        mint(port, ticket, QueryDict("application=A&environments=maasplassen/test"))


def test_is_for_the_desk_of_the_provider(port, ticket):
    form = form_of(shown(ticket))
    for actor in (
        port.actor("anna"),
        people.desk("mia", people.Provider.objects.get(pk="maasplassen")),
    ):
        with pytest.raises(NotAllowed):
            client.ACTS["mint"](actor, ticket, form)
    assert Client.objects.count() == 0
