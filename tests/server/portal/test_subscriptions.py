"""My subscriptions: whose they are, their keys and limits, suspending and ending them."""

import re
from urllib.parse import unquote

import pytest
from django.conf import settings as django_settings

from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_ingestion import make_ingestion
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import Credential
from tests.server import people
from tests.server.calls import called

pytestmark = pytest.mark.django_db

TEXT = {"nl": "Voorwaarden", "en": "Sail with care.", "de": "Bedingungen"}
NEWER = TEXT | {"nl": "Nieuwe voorwaarden"}


@pytest.fixture
def made(port):
    return subscribed(port)


def subscribed(port, **more):
    asked = {"organisation": port.agent, "environment": port.uat, "api": "meteo"}
    return subscribe.request(actor=port.actor("anna"), **asked | more).subscription


def log_in(client, port, who="anna"):
    found, _ = port.membership(who)
    found.set_password(people.PASSWORD)  # with nothing to ask for, nothing is asked
    found.save()
    client.force_login(found)


def show_it_is_you(client):
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})


def page(made, more=""):
    return f"/subscriptions/{made.pk}/{more}"


@pytest.mark.parametrize("who", ["anna", "dev", "api"])
def test_shows_members_the_subscriptions_of_their_organisation(client, port, made, who):
    log_in(client, port, who)
    assert page(made) in client.get("/subscriptions/").text
    text = client.get(page(made)).text
    assert "/port/uat/opendata/meteo" in text
    assert "20.76.52.43" in text
    assert (page(made, "keys/") in text) is (who != "api")


@pytest.mark.parametrize("who", ["bram", "loner", "dirk"])
@pytest.mark.parametrize("path", ["", "saved/", "keys/", "keys/act/", "act/", "end/", "terms/"])
def test_shows_others_nothing(client, port, made, who, path):
    people.person("loner")
    people.log_in(client, who)
    show_it_is_you(client)
    assert page(made) not in client.get("/subscriptions/").text
    assert client.post(page(made, path), {"act": "suspend"}).status_code == 404
    made.refresh_from_db()
    assert made.state == "active"


@pytest.mark.parametrize("path", ["", "keys/", "end/", "terms/"])
def test_sends_strangers_to_the_log_in(client, made, path):
    assert client.get(page(made, path))["Location"].startswith("/accounts/login/?next=")


def test_says_how_a_first_subscription_is_had(client, port):
    log_in(client, port)
    assert "Your organisation has no subscription yet." in client.get("/subscriptions/").text


def test_asks_the_database_the_same_for_many(client, port, django_assert_max_num_queries):
    publish_terms(actor=COMMAND, provider=port.port, text=TEXT)
    log_in(client, port)
    client.get("/subscriptions/")
    for api in ("meteo", "port-stays", "eta-terminal", "bridges-and-locks"):
        terms = publish_terms(actor=COMMAND, provider=port.port, text=TEXT | {"de": api})
        subscribed(port, api=api, terms=terms)
    with django_assert_max_num_queries(9):
        assert client.get("/subscriptions/").text.count("/terms/") == 3


def test_tells_the_tails_of_the_keys_and_no_more(client, port, made):
    log_in(client, port)
    text = client.get(page(made)).text
    assert [key.tail for key in made.keys.all() if f"…{key.tail}" not in text] == []
    assert re.findall(r"\b[0-9a-f]{32}\b", text.split("<main")[1]) == []


def test_shows_keys_to_who_gives_the_password(client, port, made):
    log_in(client, port)
    answer = client.get(page(made, "keys/"))
    assert unquote(answer["Location"]) == f"/accounts/reauthenticate/?next={page(made, 'keys/')}"
    show_it_is_you(client)
    answer = client.get(page(made, "keys/"))
    assert len(re.findall(r'id="key-\w+" translate="no">[0-9a-f]{32}<', answer.text)) == 2
    assert "no-store" in answer["Cache-Control"]


def test_asks_for_the_password_again_after_a_while(client, port, made, settings):
    log_in(client, port)
    show_it_is_you(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(page(made, "keys/")).status_code == 302


def test_shows_an_api_user_no_key(client, port, made):
    log_in(client, port, "api")
    show_it_is_you(client)
    answer = client.get(page(made, "keys/"), follow=True)
    assert "Only administrators and developers" in answer.text
    assert "key-primary" not in answer.text


def test_replaces_one_key_while_the_other_works(client, port, made):
    before = {key.label: key.pk for key in made.keys.all()}
    log_in(client, port)
    show_it_is_you(client)
    answer = client.post(
        page(made, "keys/act/"), {"act": "replace", "label": "primary"}, follow=True
    )
    assert "This is the new key." in answer.text
    live = {key.label: key.pk for key in made.keys.filter(disabled_at=None)}
    assert live["secondary"] == before["secondary"]
    assert live["primary"] != before["primary"]


def test_revokes_a_key_at_once_and_makes_another(client, port, made):
    log_in(client, port)
    show_it_is_you(client)
    act = page(made, "keys/act/")
    text = client.post(act, {"act": "revoke", "label": "secondary"}, follow=True).text
    assert "The key is revoked" in text
    assert [key.label for key in made.keys.filter(disabled_at=None)] == ["primary"]
    client.post(act, {"act": "revoke", "label": "primary"})
    assert "No key works." in client.get(page(made)).text
    client.post(act, {"act": "replace", "label": "primary"})
    assert made.keys.filter(disabled_at=None).count() == 1


@pytest.mark.parametrize("fields", [{"act": "steal"}, {}])
def test_knows_no_other_acts(client, port, made, fields):
    log_in(client, port)
    for path in ("keys/act/", "act/"):
        assert client.post(page(made, path), fields).status_code == 404


@pytest.mark.parametrize("act", ["replace", "revoke"])
def test_an_api_user_changes_no_key(client, port, made, act):
    log_in(client, port, "api")
    client.post(page(made, "keys/act/"), {"act": act, "label": "primary"})
    assert Credential.objects.filter(disabled_at=None).count() == 2


def test_suspends_and_resumes(client, port, made):
    log_in(client, port, "dev")
    client.post(page(made, "act/"), {"act": "suspend"})
    text = client.get(page(made)).text
    assert "Your organisation suspended it" in text
    assert 'value="resume"' in text
    client.post(page(made, "act/"), {"act": "resume"})
    made.refresh_from_db()
    assert made.state == "active"


def test_says_why_the_desk_suspended_and_offers_no_way_round(client, port, made):
    desk = people.desk("dirk", port.port)
    subscribe.suspend(actor=desk, subscription=made, reason="Too many faults.")
    log_in(client, port)
    text = client.get(page(made)).text
    assert "Too many faults." in text
    assert 'value="resume"' not in text
    client.post(page(made, "act/"), {"act": "resume"})
    made.refresh_from_db()
    assert made.state == "suspended"


def test_asks_once_before_it_ends(client, port, made):
    log_in(client, port)
    assert "Calls with its keys are refused from then on" in client.get(page(made, "end/")).text
    made.refresh_from_db()
    assert made.state == "active"
    text = client.post(page(made, "end/"), follow=True).text
    assert "The subscription has ended." in text
    assert "Subscribe again" in text
    assert "key-primary" not in text
    assert "Ended and rejected" in client.get("/subscriptions/").text


@pytest.mark.parametrize("path", ["act/", "end/"])
def test_an_api_user_stops_nothing(client, port, made, path):
    log_in(client, port, "api")
    answer = client.post(page(made, path), {"act": "suspend"}, follow=True)
    assert '<div class="callout error"' in answer.text
    made.refresh_from_db()
    assert made.state == "active"


def test_counts_what_is_used_by_all_apis_that_share_the_limit(client, port, made):
    called(port.agent, times=3)
    called(port.agent, api="eta-terminal", operation="list-vessels", times=2)
    called(port.agent, api="port-stays", operation="list-stays", times=7)
    called(port.agent, status=401, reason="credential-disabled", times=5)
    called(port.agent, status=400, reason="malformed")
    called(port.agent, ago=90_000, times=9)
    called(port.agent, environment="port/live", times=11)
    called(port.transporter, times=13)
    log_in(client, port)
    assert "6 used, 94 left" in client.get(page(made)).text


def test_counts_what_is_used_of_a_limit_of_a_minute_in_that_minute(client, port):
    made = subscribed(port, api="certified-pickup", role="ShippingAgent")
    called(port.agent, api="certified-pickup", ago=30, times=3)
    called(port.agent, api="certified-pickup", ago=90, times=5)
    called(port.agent, ago=30, times=7)
    called(port.transporter, api="certified-pickup", ago=30, times=11)
    log_in(client, port)
    assert "3 used, 497 left" in client.get(page(made)).text


def test_lists_the_calls_of_the_last_days_with_why_they_were_refused(client, port, made):
    called(port.agent, times=3)
    called(port.agent, status=403, reason="quota-spent", times=2)
    called(port.agent, ago=8 * 86_400, status=404, reason="not-found")
    called(port.transporter, status=500, reason="fault")
    log_in(client, port)
    rows = re.findall(
        r'<td role="cell" data-label="Calls" class="number">(\d+)</td>', client.get(page(made)).text
    )
    assert rows == ["3", "2"]


def test_shows_the_ingestion_id_of_the_own_environment(client, port):
    made = subscribed(port, api="certified-pickup", role="ShippingAgent")
    ids = {
        environment.key: make_ingestion(
            actor=COMMAND, organisation=port.agent, environment=environment, message_type="json"
        ).id
        for environment in (port.uat, port.live)
    }
    log_in(client, port)
    text = client.get(page(made)).text
    assert str(ids["port/uat"]) in text
    assert str(ids["port/live"]) not in text


def test_asks_to_accept_new_terms_on_the_next_visit(client, port):
    old = publish_terms(actor=COMMAND, provider=port.port, text=TEXT)
    made = subscribed(port, terms=old)
    log_in(client, port)
    assert client.get(page(made, "terms/"))["Location"] == page(made)
    new = publish_terms(actor=COMMAND, provider=port.port, text=NEWER)
    for path in ("/subscriptions/", page(made)):
        assert page(made, "terms/") in client.get(path).text
    text = client.get(page(made, "terms/")).text
    assert "You accepted version 1 before" in text
    assert "Sail with care." in text
    terms = {"terms": new.pk}
    assert "Tick the box" in client.post(page(made, "terms/"), terms).text
    client.post(page(made, "terms/"), terms | {"accepted": "on"})
    made.refresh_from_db()
    assert made.terms == new
    assert page(made, "terms/") not in client.get("/subscriptions/").text


def test_an_api_user_accepts_nothing(client, port):
    made = subscribed(port)
    new = publish_terms(actor=COMMAND, provider=port.port, text=TEXT)
    log_in(client, port, "api")
    text = client.post(page(made, "terms/"), {"terms": new.pk, "accepted": "on"}).text
    assert "Only administrators and developers" in text
    made.refresh_from_db()
    assert made.terms is None


def test_a_request_shows_what_the_desk_sees(client, port):
    asked = {"environment": port.live, "api": "certified-pickup", "role": "ShippingAgent"}
    made = subscribed(port, **asked)
    log_in(client, port)
    text = client.get(page(made)).text
    assert "Your request waits for the service desk" in text
    assert "Not subscribed in the sandbox" in text
    assert page(made, "keys/") not in text


def test_the_samples_say_where_to_call(client, port, made):
    log_in(client, port)
    text = client.get(page(made)).text
    assert f"{django_settings.CONFIG.portal_url}/port/uat/connect/token" in text
