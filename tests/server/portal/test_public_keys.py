"""Registering a public key: what is pasted or chosen, the password before it, and its list."""

import logging
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.add_public_key import KEYS_AT_ONCE
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client
from sluis.server.models import AuditEntry, Credential, Mail
from tests.server import people
from tests.server.identity.pairs import Pair

pytestmark = pytest.mark.django_db
PAIR = Pair()


@pytest.fixture
def planner(port):
    """A client of live of the agent's software."""
    application = make_application(actor=COMMAND, organisation=port.agent, name="Planner")
    return make_client(actor=COMMAND, application=application, environment=port.live).client


def enter(client, port, who="dev", *, password=True):
    person, _ = port.membership(who)
    person.set_password(people.PASSWORD)
    person.save()
    client.force_login(person)
    if password:
        client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})


def page(planner, more="new/"):
    return f"/applications/{planner.application_id}/clients/{planner.pk}/public-keys/{more}"


def registered(client, planner, key=PAIR.public, **more):
    return client.post(page(planner), {"key": key} | more, follow=True)


def disabled(client, planner, key):
    path = f"/applications/{planner.application_id}/act/"
    return client.post(path, {"act": "disable-secret", "secret": key.pk}, follow=True)


def test_registers_what_is_pasted(client, port, planner, mailbox):
    enter(client, port)
    answer = registered(client, planner)
    key = planner.public_keys.get()
    assert "The key is registered" in answer.text
    for shown in (key.key_id, "P-256", "registered by Dev", "Not used yet."):
        assert shown in answer.text
    assert (key.public, key.environment_id, key.client) == (PAIR.public, "port/live", planner)
    entry = AuditEntry.objects.get(action="client.add-public-key")
    assert entry.details == {"client_id": planner.client_id, "key_id": key.key_id}
    mail = Mail.objects.get(subject="A public key for Planner")
    assert (mail.to, key.key_id in mail.text) == ("anna@example.org", True)


@pytest.mark.parametrize("name", ["public-key.pem", "../../é.jwk"])
def test_registers_what_is_chosen(client, port, planner, name):
    enter(client, port)
    registered(client, planner, key="", file=SimpleUploadedFile(name, PAIR.public.encode()))
    assert planner.public_keys.get().public == PAIR.public


WRONG = {
    "nothing": ({}, "Paste the public key, or choose its file."),
    "the private half": ({"key": PAIR.private}, "This is a private key"),
    "the private half as a file": ({"file": PAIR.private.encode()}, "This is a private key"),
    "binary": ({"file": b"0\x82\xff\xfe" * 30}, "This is not a public key that can be read."),
    "zeros": ({"file": b"\0" * 30}, "This is not a public key that can be read."),
    "an empty file": ({"file": b""}, "Paste the public key, or choose its file."),
    "a large file": ({"file": b"x" * 100_000}, "This is not a public key that can be read."),
    "too much": ({"key": "x" * 30_000}, "20000"),
}


@pytest.mark.parametrize(("given", "says"), WRONG.values(), ids=WRONG)
def test_says_what_is_not_right_and_keeps_nothing(client, port, planner, given, says, caplog):
    caplog.set_level(logging.DEBUG)
    enter(client, port)
    if "file" in given:
        given = {"file": SimpleUploadedFile("key.pem", given["file"])}
    answer = client.post(page(planner), {"key": "", **given})
    assert says in answer.text
    assert 'class="summary"' in answer.text
    assert not Credential.objects.filter(kind="public-key").exists()
    secret = PAIR.private.splitlines()[1]
    kept = [session.session_data for session in Session.objects.all()]
    written = [str(vars(record)) for record in caplog.records]
    assert not [text for text in (answer.text, *kept, *written) if secret in text]
    assert not [one for one in Session.objects.all() if secret in str(one.get_decoded())]


def test_asks_for_the_password_and_keeps_what_was_pasted(client, port, planner):
    enter(client, port, password=False)
    asked = f"/accounts/reauthenticate/?next={page(planner)}"
    assert unquote(client.get(page(planner))["Location"]) == asked
    answer = registered(client, planner)
    assert unquote(answer.redirect_chain[-1][0]) == asked
    assert "Who has the other half of a key acts as this client." in answer.text
    assert not planner.public_keys.exists()
    again = client.post(asked, {"password": people.PASSWORD}, follow=True)
    assert PAIR.public.splitlines()[1] in again.text
    assert PAIR.public.splitlines()[1] not in client.get(page(planner)).text
    registered(client, planner)
    assert planner.public_keys.count() == 1


def test_a_private_key_is_refused_before_the_password_is_asked_for(client, port, planner):
    enter(client, port, password=False)
    answer = registered(client, planner, PAIR.private)
    assert "This is a private key" in answer.text
    assert "public key" not in str([one.get_decoded() for one in Session.objects.all()])


def test_changes_keys_over_with_overlap(client, port, planner):
    enter(client, port)
    second = Pair()
    registered(client, planner)
    registered(client, planner, second.public)
    first = planner.public_keys.get(public=PAIR.public)
    assert "Saved." in disabled(client, planner, first).text
    live = planner.public_keys.filter(disabled_at=None)
    assert [key.public for key in live] == [second.public]


def test_a_key_is_registered_once_and_for_all(client, port, planner):
    enter(client, port)
    registered(client, planner)
    assert "This key was registered here before." in registered(client, planner).text
    disable_credential(actor=COMMAND, credential=planner.public_keys.get())
    assert "This key was registered here before." in registered(client, planner).text
    assert planner.public_keys.filter(disabled_at=None).count() == 0


def test_a_client_has_so_many_keys(client, port, planner):
    enter(client, port)
    for _ in range(KEYS_AT_ONCE):
        registered(client, planner, Pair().public)
    assert "five public keys at most" in registered(client, planner).text
    assert planner.public_keys.count() == KEYS_AT_ONCE
    assert page(planner) not in client.get(f"/applications/{planner.application_id}/").text


def test_a_disabled_client_has_no_new_key(client, port, planner):
    enter(client, port)
    disable_client(actor=COMMAND, client=planner)
    assert "This client is disabled." in registered(client, planner).text
    assert not planner.public_keys.exists()


def test_tells_the_members_who_may_not_build(client, port, planner):
    planner.credentials.create(
        environment=port.live, kind="public-key", digest=b"x" * 32, tail="AAAA", public="-"
    )
    enter(client, port, "api")
    text = client.get(f"/applications/{planner.application_id}/").text
    assert planner.public_keys.get().key_id in text
    assert page(planner) not in text
    assert "Only administrators and developers" in registered(client, planner).text
    assert planner.public_keys.count() == 1


def test_the_desk_sees_a_key_and_disables_it(client, port, planner):
    enter(client, port)
    registered(client, planner)
    key = planner.public_keys.get()
    client.force_login(people.desk("dirk", port.port).person)
    path = f"/desk/port/organisations/{port.agent.pk}/"
    assert f"…{key.tail}" in client.get(path).text
    client.post(f"{path}disable-credential/{key.pk}/", {"reason": "Leaked."})
    key.refresh_from_db()
    assert key.disabled_at is not None
    assert f"…{key.tail}" not in client.get(path).text


@pytest.mark.parametrize("language", ["nl", "de"])
def test_speaks_the_language_of_the_reader(client, port, planner, language):
    enter(client, port)
    answer = client.get(page(planner), headers={"accept-language": language})
    assert f'lang="{language}"' in answer.text
    assert "openssl genpkey" in answer.text
    assert planner.client_id in answer.text
