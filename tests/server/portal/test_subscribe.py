"""Subscribing from the catalogue: who may, what is chosen, what is accepted, what comes of it."""

import re
import time
from datetime import UTC, datetime

import pytest

from sluis import registry
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import AuditEntry, Membership, Organisation, Subscription
from sluis.server.models.job import DELIVERED, GIVEN_UP
from tests.server import people
from tests.server.calls import called
from tests.server.people import log_in
from tests.server.portal import later

pytestmark = pytest.mark.django_db

PAGE = "/catalogue/port/meteo/subscribe/"
PICKUP = "/catalogue/port/certified-pickup/subscribe/"
TEXT = {"nl": "Voorwaarden: vaar voorzichtig.", "en": "Sail with care.", "de": "Fahrt sachte."}


@pytest.fixture
def terms(port):
    return publish_terms(actor=COMMAND, provider=port.port, text=TEXT)


def saved(client, path=PAGE, **chosen):
    return client.post(path, {"environment": "uat"} | chosen)


def subscribed(port, **more):
    asked = {"organisation": port.agent, "environment": port.uat, "api": "meteo"}
    return subscribe.request(actor=port.actor("anna"), **asked | more).subscription


def test_sends_a_stranger_to_the_log_in_and_back(client):
    path = f"{PAGE}?environment=uat"
    answer = client.get(path)
    assert answer["Location"] == f"/accounts/login/?next={PAGE}%3Fenvironment%3Duat"


@pytest.mark.parametrize("path", ["/catalogue/port/none/subscribe/", "/catalogue/x/y/subscribe/"])
def test_knows_only_what_is_published(client, port, path):
    log_in(client, "anna")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("who", ["anna", "dev"])
def test_saves_and_shows_the_keys(client, port, terms, who):
    log_in(client, who)
    answer = client.post(PAGE, {"environment": "live", "terms": terms.pk, "accepted": "on"})
    made = Subscription.objects.get()
    assert answer["Location"] == f"/subscriptions/{made.pk}/saved/"
    assert (made.organisation, made.environment, made.state) == (port.agent, port.live, "active")
    assert (made.terms, made.requested_by) == (terms, port.membership(who)[0])
    text = client.get(answer["Location"]).text
    keys = re.findall(r'id="key-(\w+)" translate="no">([0-9a-f]{32})<', text)
    assert [label for label, _ in keys] == ["primary", "secondary"]
    assert f"SUBSCRIPTION_KEY={keys[0][1]}" in text
    assert AuditEntry.objects.filter(action="key.reveal").count() == 2


def test_shows_the_keys_to_who_saved_and_only_then(client, port):
    log_in(client, "anna")
    first = saved(client)["Location"]
    page = Subscription.objects.get()
    assert "key-primary" in client.get(first).text
    again = client.get(first)
    assert again["Location"] == f"/subscriptions/{page.pk}/"
    log_in(client, "dev")
    assert client.get(first)["Location"] == f"/subscriptions/{page.pk}/"


def test_keeps_no_key_in_the_session(client, port):
    log_in(client, "anna")
    answer = saved(client)
    text = client.get(answer["Location"]).text
    key = re.search(r'id="key-primary" translate="no">(\w+)<', text)[1]
    assert key not in str(dict(client.session))


@pytest.mark.parametrize("language", ["nl", "en", "de"])
def test_shows_the_terms_whole_in_the_readers_language(client, port, terms, language):
    log_in(client, "anna")
    text = client.get(PAGE, headers={"accept-language": language}).text
    assert TEXT[language] in text
    assert [other for name, other in TEXT.items() if name != language and other in text] == []


def test_asks_to_accept_the_terms_and_forgets_nothing(client, port, terms):
    log_in(client, "anna")
    text = saved(client, PICKUP, terms=terms.pk, role="ShippingAgent").text
    assert "Accept the terms, or you cannot subscribe." in text
    assert re.search(r'value="uat"[^>]*checked', text)
    assert re.search(r'value="ShippingAgent"[^>]*checked', text)
    assert Subscription.objects.count() == 0


def test_accepts_only_the_terms_that_were_on_the_page(client, port, terms):
    log_in(client, "anna")
    newer = TEXT | {"nl": "Voorwaarden: vaar nog voorzichtiger."}
    new = publish_terms(actor=COMMAND, provider=port.port, text=newer)
    text = saved(client, terms=terms.pk, accepted="on").text
    assert "Read and accept the terms that are in force now." in text
    assert f'name="terms" value="{new.pk}"' in text
    assert not re.search(r'name="accepted"[^>]*checked', text)
    assert saved(client, terms=new.pk, accepted="on").status_code == 302


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"environment": ""}, "Choose an environment."),
        ({"role": ""}, "Choose your role."),
        ({"environment": "moon"}, "moon"),
        ({"role": "Captain"}, "Captain"),
    ],
)
def test_says_what_has_to_be_chosen(client, port, chosen, says):
    log_in(client, "anna")
    text = saved(client, PICKUP, **{"role": "ReleaseParty"} | chosen).text
    assert says in text
    assert '<div class="summary"' in text
    assert Subscription.objects.count() == 0


def test_asks_for_a_role_only_where_the_api_does(client, port):
    log_in(client, "anna")
    assert 'name="role"' not in client.get(PAGE).text
    assert client.get(PICKUP).text.count('name="role"') == 4


def test_a_request_that_the_desk_decides_on_has_no_keys_yet(client, port):
    log_in(client, "anna")
    answer = saved(client, PICKUP, environment="live", role="ShippingAgent")
    text = client.get(answer["Location"]).text
    assert "Your request is with the service desk" in text
    assert "key-primary" not in text
    assert Subscription.objects.get().state == "requested"


def test_tells_what_the_sandbox_saw_and_what_is_missing(client, port):
    log_in(client, "anna")
    assert "No call that went well" in client.get(PICKUP).text
    subscribed(port, api="certified-pickup", role="ShippingAgent")
    called(port.agent, api="certified-pickup", operation="find-entities")
    text = client.get(PICKUP).text
    assert "Calls that went well" in text
    assert "the service desk will look for what is missing" not in text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (None, "Took no notification yet"),
        (GIVEN_UP, "Took no notification yet"),
        (DELIVERED, "Takes notifications"),
    ],
)
def test_tells_whether_notifications_arrive(client, port, state, says):
    log_in(client, "anna")
    assert "No notification channel: notifications are fetched" in client.get(PICKUP).text
    channel = later.channel(port.agent, port.uat)
    if state is not None:
        reference = later.request(port.agent)
        told = later.telling(reference, port.agent, later.step(reference))
        pushed = later.delivery(told, channel, state=state, attempts=[204])
        pushed.created_at = int(time.time() * 1_000_000)
        pushed.save()
    assert says in client.get(PICKUP).text


def test_tells_of_an_operation_that_was_refused_last(client, port):
    log_in(client, "anna")
    api = {"api": "certified-pickup", "operation": "find-entities"}
    called(port.agent, **api)
    called(port.agent, status=400, reason="malformed", ago=30, **api)
    assert "The last call of an operation was refused" in client.get(PICKUP).text
    called(port.agent, ago=10, **api)
    assert "Every refusal was followed by a good call" in client.get(PICKUP).text


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (None, "You are subscribed here already."),
        (subscribe.suspend, "Your subscription here is suspended."),
    ],
)
def test_says_what_there_is_already(client, port, step, says):
    made = subscribed(port)
    if step:
        step(actor=port.actor("anna"), subscription=made)
    log_in(client, "anna")
    text = client.get(PAGE).text
    assert says in text
    assert f"/subscriptions/{made.pk}/" in text
    assert 'value="uat"' not in text
    assert 'value="live"' in text


def test_says_that_a_request_waits_or_was_rejected(client, port):
    asked = {"environment": port.live, "api": "certified-pickup", "role": "ShippingAgent"}
    made = subscribed(port, **asked)
    log_in(client, "anna")
    assert "Your request waits for the service desk" in client.get(PICKUP).text
    desk = people.desk("dirk", port.port)
    subscribe.reject(actor=desk, subscription=made, reason="No calls in UAT.")
    text = client.get(PICKUP).text
    assert "An earlier request was rejected: No calls in UAT." in text
    assert 'value="live"' in text


def test_says_when_nothing_is_left(client, port):
    for environment in (port.uat, port.live):
        subscribed(port, environment=environment)
    log_in(client, "anna")
    assert "There is nothing more to subscribe to here." in client.get(PAGE).text


class TestAVersionThatGoes:
    NOTES = "https://port.example/next"

    def test_can_be_had_while_it_is_deprecated_and_says_until_when(self, client, port):
        people.deprecate(port.uat, "meteo", "v1", datetime(2099, 3, 1, 8, tzinfo=UTC), self.NOTES)
        log_in(client, "anna")
        text = client.get(PAGE).text
        assert text.count("This version will go.") == 1
        assert "1 Mar 2099, 08:00 UTC" in text
        assert f'href="{self.NOTES}"' in text
        told = client.get(saved(client)["Location"]).text
        assert "You are subscribed" in told
        assert "1 Mar 2099, 08:00 UTC" in told

    def test_is_not_offered_where_it_is_retired(self, client, port):
        people.retire(port.uat, "meteo", "v1", self.NOTES)
        log_in(client, "anna")
        text = client.get(f"{PAGE}?environment=uat").text
        assert 'value="uat"' not in text
        assert 'value="live"' in text
        assert "Nobody can subscribe to version v1 here any more." in text
        assert f'href="{self.NOTES}"' in text

    def test_is_refused_to_who_still_has_the_page_of_before(self, client, port):
        people.retire(port.uat, "meteo", "v1", self.NOTES)
        log_in(client, "anna")
        text = saved(client).text
        assert f"or read what comes instead: {self.NOTES}" in text
        assert Subscription.objects.count() == 0

    def test_retired_everywhere_leaves_nothing_and_names_the_desk(self, client, port):
        people.retire(port.uat, "meteo", "v1")
        people.retire(port.live, "meteo", "v1")
        log_in(client, "anna")
        text = client.get(PAGE).text
        assert 'name="environment"' not in text
        assert text.count("Ask the service desk what comes instead:") == 2
        assert "There is nothing more to subscribe to here." in text
        assert "Nobody can subscribe to version v1" in saved(client).text

    def test_is_not_asked_for_again_where_it_is_retired(self, client, port):
        made = subscribed(port)
        subscribe.end(actor=port.actor("anna"), subscription=made)
        log_in(client, "anna")
        page = f"/subscriptions/{made.pk}/"
        assert "Subscribe again" in client.get(page).text
        people.retire(port.uat, "meteo", "v1")
        assert "Subscribe again" not in client.get(page).text


def test_says_when_there_is_no_sandbox(client, port, monkeypatch):
    provider = next(one for one in registry.PROVIDERS if one.slug == "port")
    live = tuple(one for one in provider.environments if one.kind == "live")
    changed = type(provider)(
        **{name: getattr(provider, name) for name in provider.__slots__} | {"environments": live}
    )
    monkeypatch.setattr(registry, "PROVIDERS", (changed,))
    log_in(client, "anna")
    text = client.get(PAGE).text
    assert "There is no sandbox for this API" in text
    assert 'value="uat"' not in text


def test_chooses_among_several_organisations(client, port):
    log_in(client, "anna")
    anna, _ = port.membership("anna")
    Membership.objects.create(person=anna, organisation=port.transporter, roles=["developer"])
    text = client.get(f"{PAGE}?environment=uat").text
    assert "For which one is this?" in text
    other = port.transporter.pk.hex
    assert f"?organisation={other}&amp;environment=uat" in text
    saved(client, f"{PAGE}?organisation={other}")
    assert Subscription.objects.get().organisation == port.transporter


def test_subscribes_for_no_other_organisation(client, port):
    log_in(client, "anna")
    saved(client, f"{PAGE}?organisation={port.transporter.pk.hex}")
    assert not Subscription.objects.filter(organisation=port.transporter).exists()


def test_tells_an_api_user_who_may(client, port):
    log_in(client, "api")
    text = client.get(PAGE).text
    assert "Only administrators and developers" in text
    saved(client)
    assert Subscription.objects.count() == 0


def test_tells_who_belongs_nowhere_what_to_do(client, port):
    client.force_login(people.person("loner"))
    assert "You belong to no organisation yet." in client.get(PAGE).text


@pytest.mark.parametrize("who", ["bram", "loner"])
def test_the_confirmation_is_not_for_others(client, port, who):
    made = subscribed(port)
    people.person("loner")
    client.force_login(people.Person.objects.get(email=f"{who}@example.org"))
    assert client.get(f"/subscriptions/{made.pk}/saved/").status_code == 404


def test_asks_once_while_two_press_at_the_same_time(client, port):
    log_in(client, "anna")
    saved(client)
    subscribed(port, environment=port.live)
    text = saved(client, environment="live").text
    assert Subscription.objects.count() == 2
    assert "There is nothing more to subscribe to here." in text


def test_a_name_is_shown_and_never_obeyed(client, port):
    Organisation.objects.filter(pk=port.agent.pk).update(name="<b>Agent</b>")
    log_in(client, "anna")
    assert "<b>Agent</b>" not in client.get(PAGE).text
