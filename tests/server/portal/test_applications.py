"""Applications: whose they are, their clients and secrets, and who agreed."""

import re

import pytest

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.hand_over import hand_over_client
from sluis.server.models import Application, Client, Credential, Handover
from tests.server import people
from tests.server.people import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(port):
    return Application.objects.create(organisation=port.agent, name="Planner")


def page(planner, more=""):
    return f"/applications/{planner.pk}/{more}"


def acted(browser, planner, act, **fields):
    return browser.post(page(planner, "act/"), {"act": act} | fields)


def made(planner, environment):
    return hand_over_client(actor=COMMAND, application=planner, environment=environment, to=None)


@pytest.mark.parametrize("who", ["anna", "dev"])
def test_makes_an_application(client, port, who):
    log_in(client, who)
    assert "You have no application yet." in client.get("/applications/").text
    answer = client.post("/applications/", {"organisation": port.agent.pk.hex, "name": "Planner"})
    found = Application.objects.get()
    assert (found.name, found.organisation) == ("Planner", port.agent)
    assert answer["Location"] == page(found)


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"name": ""}, "Give the application a name."), ({"organisation": "x"}, "x")],
)
def test_says_what_is_not_right(client, port, fields, says):
    log_in(client, "anna")
    form = {"organisation": port.agent.pk.hex, "name": "Planner"} | fields
    assert says in client.post("/applications/", form).text
    assert Application.objects.count() == 0


def test_makes_none_for_others(client, port):
    log_in(client, "anna")
    client.post("/applications/", {"organisation": port.transporter.pk.hex, "name": "Planner"})
    log_in(client, "api")
    client.post("/applications/", {"organisation": port.agent.pk.hex, "name": "Planner"})
    assert Application.objects.count() == 0


@pytest.mark.parametrize("who", ["bram", "loner", "dirk"])
def test_shows_others_nothing(client, port, planner, who):
    people.person("loner")
    ready = made(planner, port.uat)
    log_in(client, who)
    assert "Planner" not in client.get("/applications/").text
    for path in (page(planner), page(planner, "act/"), f"/handover/{ready.pk}/"):
        assert client.post(path, {"act": "make", "environment": "port/uat"}).status_code == 404
    assert Client.objects.count() == 1
    assert Handover.objects.get().read_at is None


def test_sends_strangers_to_the_log_in(client, port, planner):
    for path in ("/applications/", page(planner), f"/handover/{made(planner, port.uat).pk}/"):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_makes_a_client_of_the_sandbox_whose_secret_is_shown_once(client, port, planner):
    log_in(client, "dev")
    handover = acted(client, planner, "make", environment="port/uat")["Location"]
    assert "client-secret" not in client.get(handover).text
    answer = client.post(handover)
    secret = re.search(r'id="client-secret" translate="no">([\w-]{43})<', answer.text)[1]
    assert "no-store" in answer["Cache-Control"]
    for again in (client.post(handover), client.get(handover), client.get(page(planner))):
        assert secret not in again.text
    assert "shown already" in client.post(handover).text


def test_leaves_clients_of_live_to_the_desk(client, port, planner):
    log_in(client, "anna")
    assert 'value="port/live"' not in client.get(page(planner)).text
    acted(client, planner, "make", environment="port/live")
    assert Client.objects.count() == 0


def test_points_to_a_secret_that_lies_ready(client, port, planner):
    ready = made(planner, port.live)
    log_in(client, "anna")
    assert f"/handover/{ready.pk}/" in client.get(page(planner)).text
    client.post(f"/handover/{ready.pk}/")
    assert f"/handover/{ready.pk}/" not in client.get(page(planner)).text


def test_changes_secrets_over_with_overlap(client, port, planner):
    first = made(planner, port.uat).credential
    log_in(client, "anna")
    assert acted(client, planner, "renew", client=first.client.pk).status_code == 302
    assert 'value="renew"' not in client.get(page(planner)).text
    acted(client, planner, "disable-secret", secret=first.pk)
    live = first.client.secrets.filter(disabled_at=None)
    assert [one.pk for one in live] != [first.pk]
    assert live.count() == 1


def test_disables_a_client(client, port, planner):
    kept = made(planner, port.live).credential.client
    log_in(client, "anna")
    acted(client, planner, "disable", client=kept.pk)
    kept.refresh_from_db()
    assert kept.disabled_at is not None
    assert "disabled" in client.get(page(planner)).text


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "make", "environment": "port/moon"},
        {"act": "make", "environment": "maasplassen/test"},
        {"act": "renew", "client": "x"},
        {"act": "disable", "client": "999999"},
        {"act": "disable-secret", "secret": "x"},
        {"act": "sell"},
        {},
    ],
)
def test_knows_only_what_is_there(client, port, planner, fields):
    log_in(client, "anna")
    assert client.post(page(planner, "act/"), fields).status_code == 404


@pytest.mark.parametrize("act", ["renew", "disable", "disable-secret"])
def test_touches_no_software_of_others(client, port, planner, act):
    other = Application.objects.create(organisation=port.transporter, name="Rival")
    theirs = made(other, port.uat).credential
    log_in(client, "anna")
    fields = {"client": theirs.client.pk, "secret": theirs.pk}
    assert acted(client, planner, act, **fields).status_code == 404
    assert Credential.objects.filter(disabled_at=None).count() == 1


def test_an_api_user_looks_and_does_nothing(client, port, planner):
    made(planner, port.uat)
    log_in(client, "api")
    text = client.get(page(planner)).text
    assert 'name="act"' not in text
    answer = client.post(
        page(planner, "act/"), {"act": "make", "environment": "port/uat"}, follow=True
    )
    assert '<div class="callout error"' in answer.text
    assert Client.objects.count() == 1


def test_shows_who_agreed_and_who_no_longer(client, port, planner):
    made(planner, port.uat)
    pair = {"organisation": port.transporter, "application": planner, "environment": port.uat}
    log_in(client, "anna")
    assert "No other organisation has agreed yet." in client.get(page(planner)).text
    give_consent(actor=port.actor("bram"), **pair)
    text = client.get(page(planner)).text
    assert "Transporter" in text
    assert "agreed" in text
    withdraw_consent(actor=port.actor("bram"), **pair)
    assert "withdrawn" in client.get(page(planner)).text
