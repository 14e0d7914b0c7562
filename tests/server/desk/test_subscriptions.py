"""Requested subscriptions at the desk: seen with their evidence, approved or rejected."""

import pytest

from sluis.server.actions import subscribe
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.models import Person
from tests.server import people
from tests.server.calls import called

pytestmark = pytest.mark.django_db


@pytest.fixture
def port():
    return people.world()


@pytest.fixture
def asked(port):
    return subscribe.request(
        actor=port.actor("anna"),
        organisation=port.agent,
        environment=port.live,
        api="certified-pickup",
        role="ShippingAgent",
    ).subscription


def log_in(client, who="dirk"):
    client.force_login(Person.objects.get(email=f"{who}@example.org"))


def page(asked):
    return f"/desk/subscriptions/{asked.pk}/"


def test_is_in_the_queue_as_long_as_it_waits(client, port, asked):
    log_in(client)
    assert page(asked) in client.get("/desk/").text
    client.post(page(asked), {"act": "approve", "although": "Known."})
    assert page(asked) not in client.get("/desk/").text


def test_leads_to_the_ticket_on_which_all_is_decided(client, port, asked):
    """Who asks for production asks for all that the sandbox has: one ticket, one decision."""
    ticket = open_ticket(
        actor=port.actor("anna"),
        provider=port.port,
        organisation=port.agent,
        environment=port.live,
        kind="production",
        subject="Production",
        text="It works.",
    )
    log_in(client)
    text = client.get("/desk/").text
    assert (f"/desk/tickets/{ticket.pk}/" in text, page(asked) in text) == (True, False)
    for answer in (client.get(page(asked)), client.post(page(asked), {"act": "approve"})):
        assert answer["Location"] == f"/desk/tickets/{ticket.pk}/"
    client.post(f"/desk/tickets/{ticket.pk}/", {"act": "close"})
    assert page(asked) in client.get("/desk/").text
    assert client.get(page(asked)).status_code == 200


@pytest.mark.parametrize("who", ["anna", "dev", "api", "bram", "mia", "loner"])
def test_is_not_there_for_others(client, port, asked, who):
    people.person("loner")
    log_in(client, who)
    listed = client.get("/desk/")
    assert listed.status_code == (200 if who == "mia" else 404)
    assert page(asked) not in listed.text
    for act in ("approve", "reject"):
        assert client.post(page(asked), {"act": act, "reason": "No."}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_sends_a_desk_without_a_second_factor_to_it(client, port, asked):
    people.person("new", port.port.organisation, "desk")
    log_in(client, "new")
    assert client.post(page(asked), {"act": "approve"})["Location"].startswith("/accounts/2fa/")
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_sends_strangers_to_the_log_in(client, asked):
    for path in ("/desk/", page(asked)):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_shows_what_the_sandbox_saw(client, port, asked):
    log_in(client)
    text = client.get(page(asked)).text
    assert "The checklist is not complete" in text
    assert "Not subscribed in the sandbox" in text
    shown_in_the_sandbox(port)
    called(port.transporter, api="certified-pickup", status=404, reason="not-found")
    text = client.get(page(asked)).text
    assert "The checklist is complete" in text
    assert "list-rights" in text
    assert "not-found" not in text
    assert "anna@example.org" in text


def shown_in_the_sandbox(port):
    """Let the company do there what it is to do in production."""
    subscribe.request(
        actor=port.actor("anna"),
        organisation=port.agent,
        environment=port.uat,
        api="certified-pickup",
        role="ShippingAgent",
    )
    called(port.agent, api="certified-pickup", operation="list-rights", times=3)


def test_approves(client, port, asked):
    shown_in_the_sandbox(port)
    log_in(client)
    assert 'name="although"' not in client.get(page(asked)).text
    text = client.post(page(asked), {"act": "approve"}, follow=True).text
    assert "The subscription is active." in text
    asked.refresh_from_db()
    assert (asked.state, asked.keys.count()) == ("active", 2)


def test_approves_what_was_not_shown_with_a_reason_only(client, port, asked):
    log_in(client)
    text = client.post(page(asked), {"act": "approve", "reason": "Kept."}).text
    assert '<a href="#although">The checklist is not complete. Say why' in text
    assert ">Kept.</textarea>" in text
    asked.refresh_from_db()
    assert asked.state == "requested"
    client.post(page(asked), {"act": "approve", "although": "Seen by telephone."})
    asked.refresh_from_db()
    assert asked.state == "active"
    assert "Seen by telephone." in client.get(page(asked)).text


def test_rejects_with_a_reason_and_forgets_nothing_without(client, port, asked):
    log_in(client)
    assert "Give a reason" in client.post(page(asked), {"act": "reject", "reason": " "}).text
    client.post(page(asked), {"act": "reject", "reason": "No calls in UAT."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("rejected", "No calls in UAT.")
    text = client.post(page(asked), {"act": "reject", "reason": "Once more."}).text
    assert "no longer in a state that allows this" in text


def test_knows_no_other_acts(client, port, asked):
    log_in(client)
    assert client.post(page(asked), {"act": "bribe"}).status_code == 404


def test_of_a_version_that_was_retired_meanwhile_can_be_rejected_only(client, port, asked):
    people.retire(port.live, "certified-pickup", "3.11.0", "https://port.example/next")
    log_in(client)
    text = client.get(page(asked)).text
    assert "no longer answered" in text
    assert 'href="https://port.example/next"' in text
    refused = client.post(page(asked), {"act": "approve"}).text
    assert "Reject the request, and say what comes instead." in refused
    client.post(page(asked), {"act": "reject", "reason": "Take version 4."})
    asked.refresh_from_db()
    assert asked.state == "rejected"
