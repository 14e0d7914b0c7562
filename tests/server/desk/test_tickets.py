"""A ticket at the desk: answering it, its panel, and what came by telephone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.desk import tickets
from sluis.server.models import Attachment, Organisation, Person, Ticket
from tests.server import people
from tests.server.portal.stage import party

pytestmark = pytest.mark.django_db


@pytest.fixture
def port():
    return people.world()


@pytest.fixture
def ticket(port):
    return open_ticket(
        actor=port.actor("dev"),
        provider=port.port,
        organisation=port.agent,
        kind="client",
        subject="Client id",
        text="Please.",
        details={"application": "Planner", "environments": ["port/uat"], "message_type": "json"},
    )


@pytest.fixture
def dirk(client, port):
    return logged_in(client, "dirk")


def logged_in(client, who):
    client.force_login(Person.objects.get(email=f"{who}@example.org"))
    return client


def page(ticket):
    return f"/desk/tickets/{ticket.pk}/"


def now(ticket):
    ticket.refresh_from_db()
    return ticket


def test_shows_what_was_asked_and_by_whom(dirk, ticket):
    text = dirk.get(page(ticket)).text
    for one in ("Please.", "Dev", "dev@example.org", "Agent", "Planner", "Sandbox (UAT)", "JSON"):
        assert one in text


@pytest.mark.parametrize(
    ("act", "state"),
    [("answer", "done"), ("ask", "waiting"), ("reject", "rejected"), ("close", "done")],
)
def test_answers(dirk, ticket, act, state):
    sent = {"act": act, "text": "So.", "attachments": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}
    assert dirk.post(page(ticket), sent)["Location"] == page(ticket)
    message = ticket.messages.last()
    assert (now(ticket).state, message.text, message.from_desk) == (state, "So.", True)
    file = f"{page(ticket)}files/{Attachment.objects.get().pk}/"
    assert dirk.get(file).content == b"%PDF-1.4"


def test_closes_without_a_word(dirk, ticket):
    dirk.post(page(ticket), {"act": "close", "text": " "})
    assert (now(ticket).state, ticket.messages.count()) == ("done", 1)


@pytest.mark.parametrize("act", ["answer", "ask", "reject"])
def test_says_something_else_with_words_only(dirk, ticket, act):
    answer = dirk.post(page(ticket), {"act": act, "text": ""})
    assert "Write an answer" in answer.text
    assert now(ticket).state == "open"


def test_keeps_an_answer_whose_file_is_not_taken(dirk, ticket):
    sent = {"act": "answer", "text": "See here.", "attachments": SimpleUploadedFile("a", b"MZ\0")}
    text = dirk.post(page(ticket), sent).text
    assert "a cannot be sent." in text
    assert ">\nSee here.</textarea>" in text
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("act", ["", "delete"])
def test_does_nothing_else(dirk, ticket, act):
    assert dirk.post(page(ticket), {"act": act, "text": "So."}).status_code == 404


@pytest.mark.parametrize("who", ["anna", "dev", "bram", "mia"])
def test_is_not_there_for_others(client, ticket, who):
    logged_in(client, who)
    assert client.get(page(ticket)).status_code == 404
    for path in (page(ticket), f"{page(ticket)}act/"):
        assert client.post(path, {"act": "answer", "text": "So."}).status_code == 404
    assert ticket.messages.count() == 1


def test_hands_no_file_of_another_desk_out(client, port, ticket):
    kept = Attachment.objects.create(
        message=ticket.messages.get(), name="a.pdf", kind="pdf", size_bytes=1, content=b"a"
    )
    logged_in(client, "mia")
    assert client.get(f"{page(ticket)}files/{kept.pk}/").status_code == 404


# Panels


class Toy:
    """A panel of a test: one act that is done, one that is refused, one that is not allowed."""

    TEMPLATE = "desk/toy.html"

    @staticmethod
    def context(ticket):
        return {"software": ticket.details["application"]}

    @staticmethod
    def mint(actor, ticket, form):
        assert actor.serves(ticket.provider_id)
        Ticket.objects.filter(pk=ticket.pk).update(subject=form["name"])
        return "One client is made."

    @staticmethod
    def refuse(actor, ticket, form):
        raise Refused("There are two already.")

    @staticmethod
    def forbid(actor, ticket, form):
        raise NotAllowed("Only on weekdays.")

    ACTS = {"mint": mint, "refuse": refuse, "forbid": forbid}


@pytest.fixture
def panel(monkeypatch, settings, tmp_path):
    template = tmp_path / "desk" / "toy.html"
    template.parent.mkdir()
    template.write_text(
        '{{ software }} <input name="name" value="{{ typed.name }}">'
        '<button name="act" value="mint">Make</button>'
    )
    backend = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**backend, "DIRS": [*backend["DIRS"], tmp_path]}]
    monkeypatch.setattr(tickets, "PANELS", {"client": Toy})


def act(client, ticket, name, **more):
    return client.post(f"{page(ticket)}act/", {"act": name, "name": "Typed", **more})


def test_shows_the_panel_of_its_kind(dirk, ticket, panel):
    assert "Planner <input" in dirk.get(page(ticket)).text
    Ticket.objects.update(kind="question")
    assert "<input name=" not in dirk.get(page(ticket)).text


def test_does_what_a_button_of_the_panel_says(dirk, ticket, panel):
    answer = act(dirk, ticket, "mint")
    assert answer["Location"] == page(ticket)
    assert "One client is made." in dirk.get(page(ticket)).text
    assert now(ticket).subject == "Typed"


@pytest.mark.parametrize(
    ("name", "says"), [("refuse", "There are two already."), ("forbid", "Only on weekdays.")]
)
def test_says_why_an_act_was_refused_and_keeps_what_was_typed(dirk, ticket, panel, name, says):
    text = act(dirk, ticket, name).text
    assert says in text
    assert 'value="Typed"' in text


@pytest.mark.parametrize("name", ["", "drop", "context", "__class__"])
def test_knows_no_other_acts(dirk, ticket, panel, name):
    assert act(dirk, ticket, name).status_code == 404


def test_acts_on_nothing_that_has_no_panel(dirk, ticket):
    Ticket.objects.update(kind="question")
    assert act(dirk, ticket, "mint").status_code == 404
    assert dirk.get(f"{page(ticket)}act/").status_code == 405


# What came by telephone or mail

TOLD = {
    "provider": "port",
    "origin": "telephone",
    "kind": "account",
    "name": "Eva",
    "email": "",
    "telephone": "06 1234 5678",
    "organisation": "",
    "language": "nl",
    "subject": "An account",
    "text": "For Eva, please.",
}


def test_records_what_came_by_telephone(dirk, port):
    answer = dirk.post("/desk/record/", TOLD)
    made = Ticket.objects.get()
    assert answer["Location"] == page(made)
    assert (made.origin, made.kind, made.state) == ("telephone", "account", "open")
    assert (made.contact_name, made.contact_telephone) == ("Eva", "06 1234 5678")
    assert (made.contact_language, made.person) == ("nl", None)
    assert "No address" in dirk.get(page(made)).text


@pytest.mark.parametrize("named", ["agent", "NXT230000001"])
def test_records_for_an_organisation(dirk, port, named):
    party(port.uat, port.agent, "ShippingAgent", "NXT230000001")
    dirk.post("/desk/record/", TOLD | {"organisation": named})
    assert Ticket.objects.get().organisation == port.agent


def test_records_for_one_organisation_only(dirk, port):
    for number, one in enumerate((port.agent, Organisation.objects.create(name="AGENT"))):
        party(port.uat, one, "ShippingAgent", f"NXT23000001{number}")
    several = dirk.post("/desk/record/", TOLD | {"organisation": "agent"})
    none = dirk.post("/desk/record/", TOLD | {"organisation": "nobody"})
    assert "Several organisations go by this." in several.text
    assert "No organisation goes by this name" in none.text
    assert not Ticket.objects.exists()


def test_records_for_no_organisation_of_other_desks(dirk, port):
    """Its members and its software would be shown to who knows nothing of it."""
    elsewhere = Organisation.objects.create(name="Elsewhere")
    environment = people.environment(people.provider("parcels"), "sandbox", "sandbox")
    party(environment, elsewhere, "Customer", "NXT230000099")
    for named in ("Elsewhere", "NXT230000099"):
        answer = dirk.post("/desk/record/", TOLD | {"organisation": named})
        assert "No organisation goes by this name" in answer.text
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("odd", [{"provider": "maasplassen"}, {"origin": "portal"}, {"name": ""}])
def test_records_nothing_that_cannot_be(dirk, port, odd):
    assert 'class="summary"' in dirk.post("/desk/record/", TOLD | odd).text
    assert not Ticket.objects.exists()
