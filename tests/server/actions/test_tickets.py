"""Files with messages, links for those without an account, who is told, and closing."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone, translation

from sluis.core.attachment import Upload
from sluis.server.actions.actor import VISITOR, Actor, NotAllowed, Refused
from sluis.server.actions.answer_ticket import answer_ticket, close_ticket
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.ticket_link import SALT, SECONDS, link, opened
from sluis.server.models import Attachment, AuditEntry, Membership, Person, Ticket
from tests.server import people

PDF = Upload("../report.exe", b"%PDF-1.4")
ASKED = {"kind": "question", "subject": "No mail", "text": "Buy at https://spam.example/"}


@pytest.fixture
def mails(mailoutbox, django_capture_on_commit_callbacks):
    """Return a function: what is mailed by a deed, as (address, subject, body)."""

    def sent(deed):
        del mailoutbox[:]
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        return [(mail.to[0], mail.subject, mail.body) for mail in mailoutbox]

    return sent


def visitors(world, **more):
    by_form = {"origin": "form", "contact_email": "eva@example.net", "language": "nl"}
    return open_ticket(actor=VISITOR, provider=world.port, **ASKED | by_form | more)


def members(world, who="dev", **more):
    given = {"organisation": world.agent} | more
    return open_ticket(actor=world.actor(who), provider=world.port, **ASKED | given)


def dirk(world):
    return people.desk("dirk", world.port)


def token_of(ticket):
    return link(ticket).rstrip("/").rpartition("/")[2]


def test_keeps_files_with_their_message(world):
    made = members(world, uploads=[PDF])
    kept = Attachment.objects.get(message__ticket=made)
    assert (kept.name, kept.kind, kept.size_bytes) == ("report.exe.pdf", "pdf", 8)
    assert bytes(kept.content) == b"%PDF-1.4"


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (Upload("a.exe", b"MZ\x00"), "a.exe cannot be sent"),
        (Upload("a.txt", b""), "a.txt is empty"),
        (Upload("key.pem", b"-----BEGIN PRIVATE KEY-----"), "holds a private key"),
    ],
)
def test_refuses_a_file_and_keeps_nothing_of_the_message(world, upload, says):
    with pytest.raises(Refused, match=says):
        members(world, uploads=[PDF, upload])
    assert not Ticket.objects.exists()
    asked = members(world)
    with pytest.raises(Refused, match=says):
        answer_ticket(actor=world.actor("dev"), ticket=asked, text="Here.", uploads=[upload])
    assert (asked.messages.count(), Attachment.objects.count()) == (1, 0)


def test_a_visitor_is_told_that_the_message_came_in_their_language(world, mails):
    (_desk, subject, about), (address, told, body) = mails(lambda: visitors(world))
    made = Ticket.objects.get()
    assert (subject, f"/desk/tickets/{made.pk}/" in about) == (f"Ticket {made.pk}: No mail", True)
    assert (address, told) == ("eva@example.net", f"Ticket {made.pk}: we hebben uw bericht")
    assert "/contact/port/" in body


def test_nobody_has_us_mail_words_of_their_own_to_others(world, mails):
    _desk, (_, subject, body) = mails(
        lambda: visitors(world, contact_name="Buy now", subject="Buy now")
    )
    assert "spam.example" not in body
    assert "Buy now" not in subject + body


def test_a_link_opens_one_ticket_for_its_holder(world):
    made, other = visitors(world), visitors(world)
    found, holder = opened("port", token_of(made))
    assert found == made
    assert answer_ticket(actor=holder, ticket=made, text="It came.").from_desk is False
    with pytest.raises(NotAllowed):
        answer_ticket(actor=holder, ticket=other, text="Mine?")


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda token: token[:-1], id="cut"),
        pytest.param(lambda token: "", id="empty"),
        pytest.param(lambda token: signing.dumps(1, salt="another"), id="for something else"),
        pytest.param(lambda token: signing.dumps(999, salt=SALT), id="of no ticket"),
    ],
)
def test_a_spoilt_link_opens_nothing(world, spoilt):
    token = token_of(visitors(world))
    with pytest.raises(NotAllowed, match="expired"):
        opened("port", spoilt(token))


def test_a_link_opens_nothing_at_another_provider(world):
    with pytest.raises(NotAllowed):
        opened("maasplassen", token_of(visitors(world)))


def test_a_link_expires(world, monkeypatch):
    token = token_of(visitors(world))
    later = timezone.now().timestamp() + SECONDS + 2
    monkeypatch.setattr(signing.time, "time", lambda: later)
    with pytest.raises(NotAllowed):
        opened("port", token)


def test_who_has_an_account_reads_there(world):
    with pytest.raises(NotAllowed):
        opened("port", token_of(members(world)))


def test_an_answer_comes_whole_to_who_has_no_account(world, mails):
    made = visitors(world)
    ((address, subject, body),) = mails(
        lambda: answer_ticket(actor=dirk(world), ticket=made, text="Kijk in de spammap.")
    )
    assert (address, subject) == ("eva@example.net", "Uw vraag “No mail”")
    assert "Kijk in de spammap." in body
    assert "/contact/port/" in body


def test_an_answer_is_pointed_at_for_who_has_one(world, mails):
    made = members(world)
    ((address, _, body),) = mails(
        lambda: answer_ticket(actor=dirk(world), ticket=made, text="Secret things.")
    )
    assert address == "dev@example.org"
    assert f"/tickets/{made.pk}/" in body
    assert "Secret things." not in body


def test_administrators_are_told_once_the_one_who_asked_has_left(world, mails):
    made = members(world)
    Membership.objects.filter(person__email="dev@example.org").delete()
    told = mails(lambda: answer_ticket(actor=dirk(world), ticket=made, text="So."))
    assert [address for address, _, _ in told] == ["anna@example.org"]


def test_nobody_is_mailed_where_no_address_was_left(world, mails):
    made = open_ticket(actor=dirk(world), provider=world.port, origin="telephone", **ASKED)
    assert mails(lambda: answer_ticket(actor=dirk(world), ticket=made, text="By telephone.")) == []


def test_a_colleague_sees_what_the_desk_recorded_for_the_organisation(world):
    agent = {"provider": world.port, "organisation": world.agent}
    open_ticket(actor=world.actor("anna"), **agent, **ASKED)  # so the desk knows it
    recorded = {"origin": "telephone", "organisation": world.agent}
    made = open_ticket(actor=dirk(world), provider=world.port, **ASKED | recorded)
    assert answer_ticket(actor=world.actor("api"), ticket=made, text="Thanks.")


@pytest.mark.parametrize(
    "address", ["eva", "", "a@b", "eva@example.net\nBcc: x@example.net", "a" * 250 + "@b.nl"]
)
def test_a_visitor_leaves_an_address_that_is_one(world, address):
    with pytest.raises(Refused, match="address"):
        visitors(world, contact_email=address)


def test_a_line_break_in_a_subject_reaches_no_header(world, mails):
    (_, subject, _), _ = mails(lambda: visitors(world, subject="Hi\r\nBcc: x@example.net"))
    assert subject.endswith("Hi Bcc: x@example.net")


def test_either_side_closes_without_a_word(world, mails):
    made = members(world)
    assert mails(lambda: close_ticket(actor=world.actor("anna"), ticket=made)) == []
    made.refresh_from_db()
    assert (made.state, made.closed_at is None) == ("done", False)
    answer_ticket(actor=world.actor("dev"), ticket=made, text="No, still.")
    made.refresh_from_db()
    assert (made.state, made.closed_at) == ("open", None)
    ((address, _, body),) = mails(lambda: close_ticket(actor=dirk(world), ticket=made))
    assert (address, "closed" in body) == ("dev@example.org", True)


def test_a_state_has_its_age(world):
    made = members(world)
    Ticket.objects.update(since=timezone.now() - timedelta(days=3))
    answer_ticket(actor=dirk(world), ticket=made, text="Which one?", state="waiting")
    made.refresh_from_db()
    assert timezone.now() - made.since < timedelta(minutes=1)


@pytest.mark.parametrize(
    "who", [VISITOR, Actor("visitor", ticket=-1)], ids=["no link", "another's link"]
)
def test_strangers_do_not_close(world, who):
    made = visitors(world)
    with pytest.raises(NotAllowed):
        close_ticket(actor=who, ticket=made)


def test_the_log_names_what_was_done_and_nobody(world):
    made = visitors(world)
    close_ticket(actor=dirk(world), ticket=made)
    entries = AuditEntry.objects.filter(subject=f"ticket:{made.pk}")
    assert set(entries.values_list("action", flat=True)) == {"ticket.open", "ticket.close"}
    assert "eva@" not in str(list(entries.values()))


def test_answers_follow_the_language_of_a_person(world, mails):
    Person.objects.filter(email="dev@example.org").update(language="de")
    made = members(world)
    with translation.override("nl"):
        ((_, subject, _),) = mails(
            lambda: answer_ticket(actor=dirk(world), ticket=made, text="So.")
        )
    assert subject == "Ihre Frage „No mail“"
