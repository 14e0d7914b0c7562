"""Adding and changing notification channels: the four ways to be let in, and secrets that stay."""

import pytest

from sluis.server.jobs.secrets import opened
from sluis.server.models import AuditEntry, Channel, Membership
from tests.server.people import world

pytestmark = pytest.mark.django_db

PLAIN = {"name": "ERP", "url": "https://erp.example/hooks", "way": "none", "order": "lane"}
KEYED = PLAIN | {"way": "headers", "headers": "X-Api-Key: s3cret\nAuthorization: Basic Zm9v"}
TOKEN = {
    "token_url": "https://login.example/token",
    "client_id": "us",
    "client_secret": "shh",
    "scopes": "push all",
    "token_headers": "X-Tenant: 7",
}
CLIENT = PLAIN | {"way": "client-credentials", **TOKEN}
PASSWORD = PLAIN | {"way": "password", "username": "anna", "password": "pass-word", **TOKEN}


@pytest.fixture
def port(client):
    made = world()
    client.force_login(made.actor("anna").person)
    return made


def added(client, form, **more):
    answer = client.post("/channels/new/", {"environment": "port/uat", **form, **more})
    return answer, Channel.objects.order_by("pk").last()


def changed(client, channel, form, **more):
    return client.post(f"/channels/{channel.public_id}/change/", {**form, **more})


def secrets(channel):
    channel.refresh_from_db()
    return opened(bytes(channel.sealed), str(channel.public_id))


@pytest.mark.parametrize(
    ("form", "authentication", "kept"),
    [
        (PLAIN, "none", {}),
        (KEYED, "none", {"headers": {"X-Api-Key": "s3cret", "Authorization": "Basic Zm9v"}}),
        (
            CLIENT,
            "client-credentials",
            {"client_secret": "shh", "token_headers": {"X-Tenant": "7"}},
        ),
        (PASSWORD, "password", {"client_secret": "shh", "password": "pass-word"}),
    ],
)
def test_adds_a_channel_of_each_way(client, port, form, authentication, kept):
    answer, channel = added(client, form)
    assert answer["Location"] == f"/channels/{channel.public_id}/"
    assert (channel.organisation, channel.environment_id) == (port.agent, "port/uat")
    assert channel.authentication == authentication
    found = secrets(channel)
    assert {name: getattr(found, name) for name in kept} == kept
    assert AuditEntry.objects.filter(action="channel.add").count() == 1
    page = client.get(f"/channels/{channel.public_id}/change/").text
    assert not [secret for secret in ("s3cret", "Zm9v", "shh", "pass-word") if secret in page]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({**PLAIN, "url": ""}, "Enter the address of your system."),
        ({**PLAIN, "name": " "}, "Give the channel a name."),
        ({**PLAIN, "url": "http://erp.example/"}, "The address must start with https://."),
        ({**PLAIN, "url": "https://10.0.0.1/"}, "This address is not a public one."),
        ({**PLAIN, "url": "https://u:p@erp.example/"}, "The address may hold no user name"),
        ({**KEYED, "headers": ""}, "needed for the way that you chose."),
        ({**KEYED, "headers": "no header"}, "“no header” is no header."),
        ({**KEYED, "headers": "Host: elsewhere"}, "The header Host cannot be set."),
        ({**KEYED, "headers": "X: \u00e9"}, "The header X has no such value."),
        ({**CLIENT, "client_secret": ""}, "needed for the way that you chose."),
        ({**CLIENT, "token_url": "https://127.0.0.1/"}, "This address is not a public one."),
        ({**PASSWORD, "password": ""}, "needed for the way that you chose."),
        ({**PLAIN, "way": "magic"}, "magic"),
        ({**PLAIN, "environment": "parcels/sandbox"}, "Select a valid choice."),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(client, port, form, says):
    answer, channel = added(client, form)
    assert answer.status_code == 200
    assert says in answer.text.replace("&#x27;", "'")
    assert channel is None
    assert 'value="ERP"' in answer.text or form["name"] == " "


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({**PLAIN, "url": "https://erp.example:8000/"}, "url"),
        ({**CLIENT, "token_url": "http://erp.example/token"}, "token_url"),
    ],
)
def test_says_beside_the_field_what_is_wrong_with_an_address(client, port, form, field):
    answer, _ = added(client, form)
    assert f'<a href="#id_{field}">' in answer.text
    assert f'aria-describedby="id_{field}_' in answer.text


def test_minds_no_address_of_a_way_that_is_not_chosen(client, port):
    _, channel = added(client, {**PLAIN, "token_url": "not one"})
    assert channel is not None


def test_says_in_the_language_of_the_page_what_is_wrong_with_an_address(client, port):
    form = {**PLAIN, "environment": "port/uat", "url": "https://erp.example:8000/"}
    answer = client.post("/channels/new/", form, headers={"accept-language": "nl"})
    assert "De poort moet 443 of 8443 zijn." in answer.text


def test_shows_a_signing_secret_once(client, port):
    answer, channel = added(client, PLAIN, signed="on")
    [secret] = secrets(channel).signing
    assert secret in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert secret not in client.get(f"/channels/{channel.public_id}/").text
    again = changed(client, channel, PLAIN, signed="on", name="Other")
    assert again["Location"] == f"/channels/{channel.public_id}/"
    assert secrets(channel).signing == (secret,)
    changed(client, channel, PLAIN)
    assert secrets(channel).signing == ()


def test_shows_a_new_signing_secret_once(client, port):
    _, channel = added(client, PLAIN, signed="on")
    [first] = secrets(channel).signing
    page = f"/channels/{channel.public_id}/"
    assert "Make a new signing secret" in client.get(page).text
    answer = client.post(f"{page}rotate/")
    second, before = secrets(channel).signing
    assert (before, second in answer.text, first in answer.text) == (first, True, False)
    assert "no-store" in answer["Cache-Control"]
    assert "for 24 hours with the one before too" in answer.text


def test_makes_no_signing_secret_for_one_that_does_not_sign(client, port):
    _, channel = added(client, PLAIN)
    page = f"/channels/{channel.public_id}/"
    assert "Make a new signing secret" not in client.get(page).text
    assert "does not sign" in client.post(f"{page}rotate/", follow=True).text


def test_what_is_left_empty_stays(client, port):
    _, channel = added(client, PASSWORD)
    empty = {"client_secret": "", "password": "", "token_headers": "X-Tenant: ***"}
    assert changed(client, channel, PASSWORD, **empty, name="Renamed").status_code == 302
    found = secrets(channel)
    assert (channel.name, found.client_secret, found.password) == ("Renamed", "shh", "pass-word")
    assert found.token_headers == {"X-Tenant": "7"}
    assert AuditEntry.objects.filter(action="channel.change").count() == 1


def test_what_belongs_to_the_former_way_goes(client, port):
    _, channel = added(client, PASSWORD)
    changed(client, channel, KEYED)
    found = secrets(channel)
    assert (found.client_secret, found.password, found.token_headers) == ("", "", {})
    assert (channel.token_url, channel.client_id, channel.username) == ("", "", "")


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        (
            KEYED,
            {**KEYED, "url": "https://other.example/", "headers": "X-Api-Key: ***"},
            "Enter the value of X-Api-Key",
        ),
        (
            CLIENT,
            {**CLIENT, "token_url": "https://other.example/t", "client_secret": ""},
            "Enter the client secret",
        ),
        (
            PASSWORD,
            {**PASSWORD, "token_url": "https://login.example:8443/token", "password": ""},
            "Enter the password",
        ),
        (KEYED, {**KEYED, "headers": "X-New: ***"}, "Enter the value of X-New"),
    ],
)
def test_no_secret_moves_on_to_another_host(client, port, first, then, says):
    _, channel = added(client, first)
    before = secrets(channel)
    answer = changed(client, channel, then)
    assert says in answer.text
    assert secrets(channel) == before
    channel.refresh_from_db()
    assert (channel.url, channel.token_url) == (first["url"], first.get("token_url", ""))


def test_closes_opens_and_removes(client, port, mailoutbox, django_capture_on_commit_callbacks):
    _, channel = added(client, PLAIN)
    act = f"/channels/{channel.public_id}/act/"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(act, {"act": "disable"})
    channel.refresh_from_db()
    assert channel.disabled_at is not None
    assert "Open the channel again" in client.get(f"/channels/{channel.public_id}/").text
    assert [mail.subject for mail in mailoutbox] == ["A notification channel was disabled"]
    assert "A member of your organisation closed it." in mailoutbox[0].body
    client.post(act, {"act": "enable"})
    channel.refresh_from_db()
    assert channel.disabled_at is None
    assert client.post(act, {"act": "destroy"}).status_code == 404
    assert client.post(act, {"act": "remove"})["Location"] == "/channels/"
    assert not Channel.objects.exists()


def test_a_channel_that_no_key_opens_can_be_filled_in_anew(client, port):
    _, channel = added(client, KEYED)
    Channel.objects.update(sealed=b"not ours")
    assert client.get(f"/channels/{channel.public_id}/change/").status_code == 200
    assert changed(client, channel, KEYED).status_code == 302
    assert secrets(channel).headers["X-Api-Key"] == "s3cret"


def test_who_works_for_several_chooses_for_whom(client, port):
    anna = port.actor("anna").person
    Membership.objects.create(person=anna, organisation=port.transporter, roles=["developer"])
    answer, channel = added(client, PLAIN, organisation=port.transporter.pk.hex)
    assert answer.status_code == 302
    assert channel.organisation == port.transporter
    answer, _ = added(client, PLAIN, organisation=port.port.organisation.pk.hex)
    assert "Select a valid choice." in answer.text
