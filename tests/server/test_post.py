"""Mails over real SMTP: what arrives, and what becomes of those that do not."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header

import msgspec
import pytest
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import override

from sluis.server import audit, post, tls
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused, of_person
from sluis.server.actions.letter import write
from sluis.server.actions.resend_mail import resend_mail
from sluis.server.cli.check import mail_server as mail_server_faults
from sluis.server.models import AuditEntry, Mail
from sluis.server.outbox import contents
from tests.server.people import desk, person, world
from tests.servers import free_port
from tests.servers.smtp import mail_server

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"
LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def outbox(settings):
    """Leave mails in the outbox, for a server that is away until a test starts one."""
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, public_url="https://sluis.example")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 0.5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


@pytest.fixture
def server(settings):
    with mail_server() as kept:
        settings.EMAIL_PORT = kept.port
        yield kept


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """Return files of a certificate for 127.0.0.1 that this machine trusts."""
    made = tls.files(tmp_path, ["localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    return {"certificate": made.certificate, "key": made.key}


def mail(subject="Dag", text="Volg deze link:\n\nhttps://sluis.example/a?b=1&c=2\n", to=ANNA):
    send_mail(subject, text, None, [to])
    return Mail.objects.latest("pk")


def due(after=timedelta(seconds=1)):
    return post.send_due(datetime.now(UTC) + after)


def body(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_sends_the_same_words_as_text_and_as_html(server):
    mail("Grüße aus Überlingen ✓", "Beste Zoë,\n\nHet kán: 1 < 2 & 3 > 2.\n\n- één\n- twee\n")
    assert due() == 1
    (arrived,) = server.mails
    assert str(make_header(decode_header(arrived["Subject"]))) == "Grüße aus Überlingen ✓"
    assert arrived["To"] == ANNA
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert body(arrived, "plain").strip().startswith("Beste Zoë,\n\nHet kán: 1 < 2 & 3 > 2.")
    html = body(arrived, "html")
    assert '<p style="margin: 0 0 16px;">Het kán: 1 &lt; 2 &amp; 3 &gt; 2.</p>' in html
    assert "<li>één</li><li>twee</li>" in html


def test_is_in_the_language_of_its_reader_whoever_sends_it(server):
    write("jan@example.org", "nl", "Log in", "Log in\n\n%(portal)s")
    with override("de"):
        due()
    (arrived,) = server.mails
    assert arrived["Content-Language"] == "nl"
    assert arrived["Subject"] == "Inloggen"
    assert '<html lang="nl">' in body(arrived, "html")
    assert "Inloggen" in body(arrived, "html")


def test_brings_nothing_from_elsewhere(server):
    mail()
    due()
    html = body(server.mails[0], "html")
    assert '<a href="https://sluis.example/a?b=1&amp;c=2" target="_blank">' in html
    assert [word for word in ("<img", "<script", "src=", "url(", "@import") if word in html] == []
    assert "prefers-color-scheme: dark" in html


def test_keeps_nothing_of_what_was_sent(server):
    waiting = mail(text="Uw link: https://sluis.example/geheim")
    assert b"geheim" not in bytes(waiting.sealed)
    assert (waiting.text, waiting.html) == ("", "")
    assert "https://sluis.example/geheim" in contents(waiting).text
    due()
    sent = Mail.objects.get()
    assert (sent.sealed, sent.next_at, sent.error) == (None, None, "")
    assert sent.sent_at is not None
    assert due(LATER) == 0


def test_cannot_be_moved_to_another_address():
    waiting = mail()
    Mail.objects.filter(pk=waiting.pk).update(to="eva@example.org")
    due()
    assert Mail.objects.get().given_up_at is not None


def test_keeps_a_mail_until_the_server_is_back(settings):
    mail()
    assert due() == 0
    waiting = Mail.objects.get()
    assert (waiting.tries, waiting.given_up_at) == (1, None)
    assert "ConnectionRefusedError" in waiting.error
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert due() == 0  # not yet
        assert due(LATER) == 1
    assert len(server.mails) == 1


def test_waits_longer_each_time_and_gives_up_after_three_days():
    made = mail()
    now, waits = made.at, []
    while (waiting := Mail.objects.get()).given_up_at is None:
        waits.append((waiting.next_at - now).total_seconds() / 60)
        now = waiting.next_at
        post.send_due(now)
    assert waits[1:6] == [1, 5, 15, 60, 60]
    assert timedelta(days=2, hours=22) < now - made.at <= timedelta(days=3)
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.subject) == ("mail.give-up", f"mail:{made.pk}")
    assert ANNA not in str(entry.details)
    assert audit.verify() is None


def test_does_not_try_the_next_mail_while_the_server_is_away(settings):
    mail()
    mail(to="bram@example.org")
    due()
    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 1]


def test_a_server_that_hangs_keeps_only_the_thread_waiting(server):
    server.hangs = 5
    mail()
    began = time.monotonic()
    assert due() == 0
    assert time.monotonic() - began < 3
    assert "TimeoutError" in Mail.objects.get().error or "timed out" in Mail.objects.get().error


def test_a_server_that_never_greets_is_left(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        mail()
        assert due() == 0
    assert Mail.objects.get().tries == 1


@pytest.mark.parametrize(("answer", "given_up"), [("550 Unknown", True), ("451 Later", False)])
def test_an_address_that_is_refused_holds_up_nobody(server, answer, given_up):
    server.refusals[ANNA] = answer
    mail()
    mail(to="bram@example.org")
    assert due() == 1
    assert server.mails[0]["To"] == "bram@example.org"
    refused = Mail.objects.get(to=ANNA)
    assert (refused.given_up_at is not None) is given_up
    assert answer[4:] in refused.error


class TestWithTls:
    @pytest.fixture
    def tls_server(self, settings, certificate):
        with mail_server(**certificate) as kept:
            settings.EMAIL_PORT, settings.EMAIL_USE_TLS = kept.port, True
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sluis", "geheim/@"
            yield kept

    def test_logs_in_once_the_line_is_closed(self, tls_server):
        mail()
        assert due() == 1
        assert tls_server.over_tls == [True]
        assert tls_server.logins == [("sluis", "geheim/@")]

    def test_a_wrong_password_is_said_and_tried_again(self, tls_server, settings):
        settings.EMAIL_HOST_PASSWORD = "wrong"
        mail()
        assert due() == 0
        waiting = Mail.objects.get()
        assert "SMTPAuthenticationError" in waiting.error
        assert "wrong" not in waiting.error
        assert waiting.next_at is not None

    def test_sends_nothing_to_a_server_that_it_does_not_know(self, tls_server, monkeypatch):
        monkeypatch.delenv("SSL_CERT_FILE")
        mail()
        assert due() == 0
        assert tls_server.logins == []
        assert "CERTIFICATE_VERIFY_FAILED" in Mail.objects.get().error

    def test_tells_no_password_to_a_server_without_tls(self, settings):
        with mail_server() as kept:
            settings.EMAIL_PORT, settings.EMAIL_USE_TLS = kept.port, True
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sluis", "geheim/@"
            mail()
            assert due() == 0
        assert (kept.logins, kept.mails) == ([], [])

    def test_speaks_tls_from_the_first_byte(self, settings, certificate):
        with mail_server(**certificate, tls_from_the_first_byte=True) as kept:
            settings.EMAIL_PORT, settings.EMAIL_USE_SSL = kept.port, True
            mail()
            assert due() == 1
        assert len(kept.mails) == 1


@pytest.mark.parametrize(
    ("subject", "to"),
    [
        pytest.param("Dag\r\nBcc: all@example.org", ANNA, id="subject"),
        pytest.param("Dag", "anna@example.org\r\nBcc: all@example.org", id="address"),
    ],
)
def test_adds_no_header_that_somebody_smuggles_in(server, subject, to):
    mail(subject, to=to)
    assert due() == 0
    assert server.mails == []
    assert Mail.objects.get().given_up_at is not None


def test_a_line_break_in_a_name_ends_up_as_a_blank(server):
    write(ANNA, "en", "About %(name)s", "%(name)s", name="A\r\nBcc: all@example.org")
    assert due() == 1
    assert server.mails[0]["Subject"] == "About A Bcc: all@example.org"
    assert server.mails[0]["Bcc"] is None


def test_a_mail_is_lost_with_the_deed_that_is_undone():
    class Undone(Exception):
        pass

    def deed():
        with transaction.atomic():
            write(ANNA, "en", "Done", "It is done.")
            raise Undone

    with pytest.raises(Undone):
        deed()
    assert Mail.objects.count() == 0


def test_an_attempt_is_made_by_one_process_only(server):
    seen = mail()
    other = Mail.objects.get(pk=seen.pk)
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert post.claimed(seen, now)
    assert not post.claimed(other, now)


def test_what_a_killed_process_had_in_hand_is_sent_by_another(server):
    post.claimed(mail(), datetime.now(UTC))
    assert due(timedelta(minutes=9)) == 0
    assert due(timedelta(minutes=11)) == 1


def test_the_check_logs_in_and_sends_nothing(server, settings):
    config = msgspec.structs.replace(settings.CONFIG, smtp_url="smtp://127.0.0.1")
    assert mail_server_faults(config) == []
    settings.EMAIL_PORT = free_port()
    (fault,) = mail_server_faults(config)
    assert "The mail server of SLUIS_SMTP_URL cannot be used" in fault
    assert server.mails == []


def test_forgets_what_is_a_month_old(server):
    mail()
    due()
    post.forget(datetime.now(UTC) + timedelta(days=29))
    assert Mail.objects.count() == 1
    post.forget(datetime.now(UTC) + timedelta(days=31))
    assert Mail.objects.count() == 0


def test_is_sent_once_more_when_the_desk_says_so(server):
    port = world()
    server.refusals[ANNA] = "550 Unknown"
    made = mail()
    due()
    server.refusals.clear()
    with pytest.raises(NotAllowed):
        resend_mail(actor=of_person(person("eva")), mail=made)
    resend_mail(actor=desk("dirk", port.port), mail=made)
    assert due() == 1
    with pytest.raises(Refused):
        resend_mail(actor=COMMAND, mail=made)


@pytest.mark.django_db(transaction=True)
def test_the_thread_sends_and_stops(server):
    sender = post.Post(every_seconds=0.01)
    sender.start()
    mail()
    until = time.monotonic() + 10
    while not server.mails and time.monotonic() < until:
        time.sleep(0.01)
    sender.stop()
    assert len(server.mails) == 1
    assert not any(thread.name == "post" for thread in threading.enumerate())


def test_a_development_machine_sends_nothing(server, settings):
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, mailbox="on")
    mail()
    assert due(LATER) == 0
    kept = Mail.objects.get()
    assert "https://sluis.example/a" in kept.text
    assert '<a href="https://sluis.example/a' in kept.html
