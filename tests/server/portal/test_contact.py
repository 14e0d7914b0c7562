"""The contact page: reached by anybody, by nobody too often, and answered by a mailed link."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sluis.server.actions.actor import VISITOR
from sluis.server.actions.answer_ticket import answer_ticket
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.ticket_link import link
from sluis.server.models import Attachment, Mail, Ticket
from sluis.server.portal import contact
from tests.server import people

pytestmark = pytest.mark.django_db
PAGE = "/contact/port/"
GIVEN = {"name": "Eva", "email": "eva@example.net", "subject": "No mail", "text": "It never came."}


@pytest.fixture
def visited(port):
    """Return a ticket of a visitor, and the path of its link."""
    made = open_ticket(
        actor=VISITOR,
        provider=port.port,
        kind="question",
        origin="form",
        contact_email="eva@example.net",
        contact_name="Eva",
        subject="No mail",
        text="It never came.",
    )
    return made, link(made).removeprefix("http://localhost:8000")


def test_says_how_the_desk_is_reached(client):
    text = client.get(PAGE).text
    for one in ("support@port.example", "+32 3 000 00 00", "Kaai 63", "/status/port/"):
        assert one in text


def test_is_there_for_those_who_publish_here(client):
    assert client.get("/contact/nowhere/").status_code == 404


def test_makes_a_ticket_of_a_message(client, port):
    sent = {**GIVEN, "attachments": SimpleUploadedFile("a.csv", b"a;b")}
    answer = client.post(PAGE, sent, headers={"accept-language": "de"})
    assert answer["Location"] == "/contact/port/sent/"
    made = Ticket.objects.get()
    assert (made.origin, made.kind, made.contact_language) == ("form", "question", "de")
    assert (made.contact_name, made.contact_email) == ("Eva", "eva@example.net")
    assert Attachment.objects.get().name == "a.csv"
    assert "We have your message" in client.get("/contact/port/sent/").text


def test_says_the_same_of_an_address_that_has_an_account(client, port):
    known = client.post(PAGE, {**GIVEN, "email": "anna@example.org"})
    unknown = client.post(PAGE, GIVEN)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [made.person for made in Ticket.objects.all()] == [None, None]


@pytest.mark.parametrize("lacking", ["name", "email", "subject", "text"])
def test_keeps_what_was_typed_where_something_lacks(client, port, lacking):
    text = client.post(PAGE, GIVEN | {lacking: ""}).text
    assert 'class="summary"' in text
    assert all(value in text for name, value in GIVEN.items() if name != lacking)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"email": "eva\x00@example.net"},
        {"text": "a\x00b"},
        {"text": "a" * 20_001},
        {"subject": "a" * 201},
        {"name": "a" * 121},
        {"email": "a" * 250 + "@b.nl"},
    ],
    ids=["NUL in the address", "NUL in the text", "text", "subject", "name", "address"],
)
def test_refuses_what_no_database_would_keep(client, port, odd):
    by_a_program = any("\x00" in text for text in odd.values())
    assert client.post(PAGE, GIVEN | odd).status_code == (400 if by_a_program else 200)
    assert not Ticket.objects.exists()


def test_a_program_that_fills_in_everything_achieves_nothing(client, port):
    answer = client.post(PAGE, {**GIVEN, "website": "https://spam.example"})
    assert answer["Location"] == "/contact/port/sent/"
    assert not Ticket.objects.exists()


def test_is_used_so_often_for_one_address(client, port):
    for n in range(contact.PER_ADDRESS):
        assert client.post(PAGE, GIVEN, REMOTE_ADDR=f"10.0.{n}.1").status_code == 302
    answer = client.post(PAGE, GIVEN | {"email": "EVA@example.net"}, REMOTE_ADDR="10.9.9.9")
    assert answer.status_code == 429
    assert "Too many messages in an hour." in answer.text
    assert "It never came." in answer.text
    assert Ticket.objects.count() == contact.PER_ADDRESS


def test_is_used_so_often_from_one_network(client, port, monkeypatch):
    monkeypatch.setattr(contact, "PER_NETWORK", 2)
    for n in range(3):
        given = GIVEN | {"email": f"eva{n}@example.net"}
        answer = client.post(PAGE, given, REMOTE_ADDR=f"2001:db8::{n}")
    assert answer.status_code == 429
    elsewhere = client.post(PAGE, given, REMOTE_ADDR="2001:db8:1::1")
    assert elsewhere.status_code == 302


def test_takes_no_form_of_another_site(port):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAGE, GIVEN).status_code == 403
    assert not Ticket.objects.exists()


def test_shows_a_ticket_to_who_holds_its_link(client, port, visited):
    ticket, path = visited
    answer_ticket(actor=people.desk("dirk", port.port), ticket=ticket, text="Which address?")
    text = client.get(path).text
    assert "It never came." in text
    assert "Which address?" in text
    assert "Dirk" not in text


def test_takes_an_answer_by_the_link(client, port, visited):
    ticket, path = visited
    sent = {"text": "eva@example.net.", "attachments": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}
    assert client.post(path, sent)["Location"] == path
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("open", 2)
    attachment = Attachment.objects.get()
    file = client.get(f"{path}files/{attachment.pk}/")
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.4", "application/octet-stream")


def test_closes_by_the_link(client, port, visited):
    ticket, path = visited
    client.post(path, {"close": "yes", "text": ""})
    ticket.refresh_from_db()
    assert ticket.state == "done"


def test_takes_so_many_answers(client, port, visited, monkeypatch):
    monkeypatch.setattr(contact, "PER_TICKET", 1)
    ticket, path = visited
    client.post(path, {"text": "One."})
    answer = client.post(path, {"text": "Two."})
    assert "Too many messages in an hour." in answer.text
    assert ticket.messages.count() == 2


@pytest.mark.parametrize("path", ["/contact/port/none/", "/contact/port/1:abc:def/"])
def test_a_wrong_link_shows_nothing_and_says_what_to_do(client, port, path):
    for answer in (client.get(path), client.post(path, {"text": "Hello?"})):
        assert answer.status_code == 404
        assert "Write to us anew" in answer.text
    file = f"{path}files/00000000-0000-0000-0000-000000000000/"
    assert client.get(file).status_code == 404


def test_the_mail_leads_to_the_ticket(client, port, mailbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, GIVEN, headers={"accept-language": "nl"})
    mail = Mail.objects.get(to="eva@example.net")
    path = mail.text.partition("http://localhost:8000")[2].split()[0]
    assert "It never came." in client.get(path).text
