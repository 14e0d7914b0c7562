"""Tickets of those who asked: whose they are, how one is asked, and the files with them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sluis.server.actions.actor import of_person
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.models import Attachment, Membership, Organisation, Ticket
from tests.server import people
from tests.server.people import log_in

pytestmark = pytest.mark.django_db
NEW = "/tickets/new/?provider=port"
PDF = b"%PDF-1.4"


@pytest.fixture
def ticket(port):
    return asked(port)


def asked(port, who="dev", **more):
    given = {"organisation": port.agent, "kind": "question", "subject": "How?", "text": "Tell me."}
    return open_ticket(actor=port.actor(who), provider=port.port, **given | more)


def personal(port, name="loner"):
    loner = people.person(name)
    made = open_ticket(
        actor=of_person(loner), provider=port.port, kind="question", subject="Mine", text="Only."
    )
    return loner, made


def page(ticket):
    return f"/tickets/{ticket.pk}/"


def file(name="a.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("who", ["anna", "dev", "api"])
def test_shows_members_the_tickets_of_their_organisation(client, port, ticket, who):
    log_in(client, who)
    assert "How?" in client.get("/tickets/").text
    assert "Tell me." in client.get(page(ticket)).text


@pytest.mark.parametrize("who", ["bram", "dirk", "loner"])
def test_shows_others_nothing(client, port, ticket, who):
    if who == "loner":
        people.person("loner")
    log_in(client, who)
    assert "How?" not in client.get("/tickets/").text
    assert client.get(page(ticket)).status_code == 404
    assert client.post(page(ticket), {"text": "Mine?"}).status_code == 404
    assert ticket.messages.count() == 1


def test_shows_what_somebody_asked_alone_to_nobody_else(client, port):
    loner, made = personal(port)
    client.force_login(loner)
    assert "Mine" in client.get("/tickets/").text
    assert client.get(page(made)).status_code == 200
    log_in(client, "anna")
    assert client.get(page(made)).status_code == 404


def test_who_left_the_organisation_sees_its_tickets_no_more(client, port, ticket):
    log_in(client, "dev")
    Membership.objects.filter(person__email="dev@example.org").delete()
    assert client.get(page(ticket)).status_code == 404


def test_sends_strangers_to_the_log_in(client, ticket):
    for path in ("/tickets/", "/tickets/new/", page(ticket)):
        assert client.get(path)["Location"].startswith("/accounts/login/?next=/tickets/")


def test_begins_with_what_it_is_about(client, port):
    log_in(client, "anna")
    text = client.get("/tickets/new/?environment=uat").text
    for kind in ("question", "client", "account", "production"):
        assert f"?provider=port&amp;environment=uat&amp;kind={kind}" in text


@pytest.mark.parametrize("query", ["&kind=certificate", "&kind=x", "&kind=", ""])
def test_asks_what_it_is_about_where_that_cannot_be_read(client, port, query):
    log_in(client, "anna")
    assert "What do you want to ask?" in client.get(NEW + query).text


def test_knows_no_other_provider(client, port):
    log_in(client, "anna")
    assert "?provider=port" in client.get("/tickets/new/?provider=nowhere&kind=question").text


def test_asks_a_question_with_a_file(client, port):
    log_in(client, "dev")
    sent = {
        "subject": "Meteo",
        "environment": "port/uat",
        "text": "Why 503?",
        "attachments": [file(), file("b.csv", b"a;b")],
    }
    answer = client.post(NEW + "&kind=question", sent)
    made = Ticket.objects.get()
    assert answer["Location"] == page(made)
    assert (made.organisation, made.environment_id) == (port.agent, "port/uat")
    assert (made.person.email, made.origin) == ("dev@example.org", "portal")
    assert [one.name for one in Attachment.objects.all()] == ["a.pdf", "b.csv"]


def test_fills_in_what_the_address_says(client, port):
    log_in(client, "anna")
    for environment in ("uat", "port/uat"):
        text = client.get(f"{NEW}&kind=client&environment={environment}").text
        assert 'value="port/uat" id="id_environments_0" checked' in text
        assert 'value="port/live" id="id_environments_1" checked' not in text


def test_asks_for_a_client(client, port):
    log_in(client, "anna")
    sent = {
        "subject": "Client",
        "application": "Planner",
        "environments": ["port/uat", "port/live"],
        "ingestion_id": "on",
        "message_type": "json",
    }
    client.post(NEW + "&kind=client", sent)
    made = Ticket.objects.get()
    assert made.kind == "client"
    assert made.details == {
        "application": "Planner",
        "environments": ["port/uat", "port/live"],
        "ingestion_id": True,
        "message_type": "json",
    }


def test_keeps_what_was_typed_and_says_that_files_are_gone(client, port):
    log_in(client, "anna")
    sent = {"subject": "Typed", "text": "", "attachments": file()}
    text = client.post(NEW + "&kind=question", sent).text
    assert 'value="Typed"' in text
    assert "Write what you want to say." in text
    assert "Choose your files again" in text
    assert not Ticket.objects.exists()


def test_asks_for_one_of_several_organisations(client, port):
    log_in(client, "dev")
    person = port.actor("dev").person
    Membership.objects.create(person=person, organisation=port.transporter, roles=[])
    address = f"{NEW}&kind=question&organisation={port.transporter.pk}"
    assert f'value="{port.transporter.pk}" selected' in client.get(address).text
    sent = {"subject": "S", "text": "T", "organisation": str(port.transporter.pk)}
    client.post(address, sent)
    assert Ticket.objects.get().organisation == port.transporter


def test_asks_for_no_organisation_of_others(client, port):
    log_in(client, "dev")
    person = port.actor("dev").person
    other = Organisation.objects.create(name="Other")
    Membership.objects.create(person=person, organisation=port.transporter, roles=[])
    sent = {"subject": "S", "text": "T", "organisation": str(other.pk)}
    assert client.post(NEW + "&kind=question", sent).status_code == 200
    assert not Ticket.objects.exists()


def test_who_belongs_nowhere_asks_for_themselves(client, port):
    loner = people.person("loner")
    client.force_login(loner)
    client.post(NEW + "&kind=account", {"subject": "Me", "text": "Tie me to Agent."})
    made = Ticket.objects.get()
    assert (made.person, made.organisation) == (loner, None)


def test_adds_a_message(client, port, ticket):
    log_in(client, "anna")
    answer = client.post(page(ticket), {"text": "And this.", "attachments": file()}, follow=True)
    assert "And this." in answer.text
    assert "a.pdf" in answer.text


def test_closes_with_and_without_a_last_word(client, port, ticket):
    log_in(client, "anna")
    text = client.post(page(ticket), {"close": "yes", "text": "Thanks."}, follow=True).text
    assert "Thanks." in text
    assert "A message opens the ticket again." in text
    client.post(page(ticket), {"text": "Yet not."})
    client.post(page(ticket), {"close": "yes", "text": ""})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("done", 3)


def kept(port, **more):
    made = asked(port, **more)
    return Attachment.objects.create(
        message=made.messages.get(),
        name="ræport.pdf",
        kind="pdf",
        size_bytes=8,
        content=PDF,
    )


def address(attachment):
    return f"/tickets/{attachment.message.ticket_id}/files/{attachment.pk}/"


def test_hands_a_file_out_to_be_saved_and_never_shown(client, port):
    log_in(client, "api")
    answer = client.get(address(kept(port)))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''r%C3%A6port.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_hands_others_no_file(client, port):
    found = kept(port)
    log_in(client, "bram")
    own = asked(port, "bram", organisation=port.transporter)
    assert client.get(address(found)).status_code == 404
    assert client.get(f"/tickets/{own.pk}/files/{found.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("photo.png", b"MZ\x90\x00", "photo.png cannot be sent."),
        ("page.pdf", b"<!doctype html><script>", "page.pdf cannot be sent."),
        ("../../a.zip", b"PK\x03\x04", "a.zip cannot be sent."),
        ("big.txt", b"a" * (5 * 1024 * 1024 + 1), "big.txt is larger than 5 MB."),
        ("my.key", b"-----BEGIN RSA PRIVATE KEY-----", "holds a private key."),
    ],
)
def test_takes_no_hostile_file(client, port, ticket, name, content, says):
    log_in(client, "anna")
    answer = client.post(page(ticket), {"text": "Look.", "attachments": file(name, content)})
    assert says in answer.text
    assert ">\nLook.</textarea>" in answer.text
    assert not Attachment.objects.exists()


def test_takes_five_files_at_once(client, port, ticket):
    log_in(client, "anna")
    six = [file(f"{n}.pdf") for n in range(6)]
    answer = client.post(page(ticket), {"text": "Look.", "attachments": six})
    assert "five files at most" in answer.text
    assert not Attachment.objects.exists()


def test_shows_markup_as_it_was_typed(client, port):
    made = asked(port, subject="<b>x</b>", text="<script>1</script>")
    log_in(client, "anna")
    text = client.get(page(made)).text
    assert "<script>1" not in text
    assert "&lt;script&gt;1&lt;/script&gt;" in text
    assert "<b>x" not in text


def test_asks_the_database_as_often_for_many_as_for_few(
    client, port, django_assert_max_num_queries
):
    log_in(client, "anna")
    for _ in range(30):
        asked(port, environment=port.uat)
    client.get("/tickets/")
    with django_assert_max_num_queries(12):
        assert "Page 1 of 2" in client.get("/tickets/").text
