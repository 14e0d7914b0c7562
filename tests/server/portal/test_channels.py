"""Notification channels: whose they are, how they do, and trying again."""

import pytest
from django.utils import timezone

from sluis.server.jobs.targets import Answer
from sluis.server.models.job import GIVEN_UP, WAITING, Delivery
from sluis.server.portal import channels
from tests.server.people import log_in, person
from tests.server.portal import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(port):
    return later.channel(port.agent, port.uat)


def page(channel):
    return f"/channels/{channel.public_id}/"


def pushed(port, channel, about="CAIU7654321", **how):
    reference = later.request(port.agent)
    told = later.telling(reference, port.agent, later.step(reference, about=about))
    return told, later.delivery(told, channel, **how)


@pytest.mark.parametrize("who", ["anna", "dev", "api"])
def test_shows_members_the_channels_of_their_organisation(client, port, channel, who):
    log_in(client, who)
    assert "https://erp.example/hooks" in client.get("/channels/").text
    assert client.get(page(channel)).status_code == 200


def test_shows_others_nothing(client, port, channel):
    log_in(client, "bram")
    assert "erp.example" not in client.get("/channels/").text
    for path in ("", "test/", "replay/"):
        assert client.post(page(channel) + path).status_code == 404


def test_shows_who_belongs_nowhere_what_to_do(client, port, channel):
    client.force_login(person("eva"))
    assert "You belong to no organisation yet." in client.get("/channels/").text
    assert client.get(page(channel)).status_code == 404


def test_sends_strangers_to_the_log_in(client, channel):
    for path in ("/channels/", page(channel)):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize(
    ("who", "says"), [("anna", "Have them pushed"), ("api", "An administrator or a developer")]
)
def test_says_how_a_first_channel_is_had(client, port, who, says):
    log_in(client, who)
    assert says in client.get("/channels/").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, ["open"]),
        ({"failing_since": later.AT}, ["fails", "2 Mar 2026, 12:00:00"]),
        (
            {"disabled_at": timezone.now(), "disabled_because": "It answered 410 Gone."},
            ["disabled", "It answered 410 Gone."],
        ),
    ],
)
def test_says_how_a_channel_does(client, port, fields, says):
    channel = later.channel(port.agent, port.uat, **fields)
    log_in(client, "anna")
    for path in ("/channels/", page(channel)):
        text = client.get(path).text
        assert [one for one in says if one not in text] == []
    assert ('<button class="button">Send a test message' in text) is ("disabled" not in says)


def test_shows_what_became_of_the_newest_notifications(client, port, channel):
    pushed(port, channel, state=WAITING, attempts=[502], next_at=later.AT)
    another = later.channel(port.agent, port.uat, name="Another")
    pushed(port, another, "CAIU1234567", attempts=[418])
    log_in(client, "anna")
    text = client.get(page(channel)).text
    assert "Bad gateway" in text
    assert "Next attempt:" in text
    assert "418" not in text
    assert "1.50" in text  # of the message, byte by byte as it is pushed


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [
        (Answer(204), "success", "Your system answered 204 in"),
        (Answer(500, "no"), "error", "Your system answered 500 in"),
        (Answer(None, error="ConnectTimeout"), "error", "The test did not arrive: ConnectTimeout"),
    ],
)
def test_sends_a_test_message(client, port, channel, monkeypatch, answer, level, says):
    monkeypatch.setattr(channels, "send_test", lambda **_: answer)
    log_in(client, "anna")
    text = client.post(page(channel) + "test/", follow=True).text
    assert f'<div class="callout {level}" role="status"><p>{says}' in text


def test_says_in_the_language_of_the_page_why_a_test_message_did_not_arrive(
    client, port, channel, monkeypatch
):
    answer = Answer(None, error="No connection could be made.")
    monkeypatch.setattr(channels, "send_test", lambda **_: answer)
    log_in(client, "anna")
    nl = {"accept-language": "nl"}
    text = client.post(page(channel) + "test/", follow=True, headers=nl).text
    assert "De test kwam niet aan: Er kwam geen verbinding tot stand." in text


def test_pushes_one_again(client, port, channel):
    told, _ = pushed(port, channel, state=GIVEN_UP, attempts=[500])
    log_in(client, "anna")
    assert "Push it again" in client.get(page(channel)).text
    answer = client.post(page(channel) + "replay/", {"notification": told.id}, follow=True)
    assert "1 notification is pushed again." in answer.text
    assert Delivery.objects.filter(notification=told.seq, state=WAITING).count() == 1


def test_pushes_nothing_of_others(client, port, channel):
    reference = later.request(port.transporter)
    told = later.telling(reference, port.transporter, later.step(reference))
    log_in(client, "anna")
    answer = client.post(page(channel) + "replay/", {"notification": told.id}, follow=True)
    assert "There is no such notification." in answer.text
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("path", ["test/", "replay/"])
def test_lets_only_administrators_and_developers_do_so(client, port, channel, path):
    log_in(client, "api")
    answer = client.post(page(channel) + path, follow=True)
    assert '<div class="callout error"' in answer.text
