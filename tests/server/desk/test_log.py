"""The audit log at the desk, mails that did not arrive, and the links to all of it."""

import csv
import io
import re

import pytest
from django.utils import timezone

from sluis.server import audit
from sluis.server.models import (
    AuditCheck,
    AuditEntry,
    Environment,
    Mail,
)
from tests.server.desk.floor import known, page, someone, subscribed
from tests.server.people import person, with_second_factor

pytestmark = pytest.mark.django_db


class TestAuditLog:
    def rows(self, desk, **asked):
        return re.findall(
            r"<code translate=\"no\">([a-z-]+\.[a-z-]+)</code>", self.text(desk, asked)
        )

    def text(self, desk, asked):
        return desk.get(page("audit"), asked).text

    def test_shows_what_concerns_the_provider_and_nothing_else(self, desk, port):
        subscribed(port)
        other = Environment.objects.get(pk="maasplassen/test")
        write("clock.set", environment=other.pk)
        write("organisation.make", actor="command")
        write("organisation.make", actor=str(someone("dirk").pk))
        assert self.rows(desk) == [
            "organisation.make",
            "subscription.approve",
            "subscription.request",
        ]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"actor": "anna"}, ["key.reveal"]),
            ({"actor": "ANNA@example"}, ["key.reveal"]),
            ({"actor": "command"}, ["hosts.set", "clock.set"]),
            ({"action": "key."}, ["key.reveal"]),
            ({"subject": "environment:"}, ["hosts.set", "clock.set"]),
            ({"since": "2100-01-01"}, []),
            ({"until": "2100-01-01T00:00"}, ["hosts.set", "key.reveal", "clock.set"]),
            ({"actor": "command", "action": "clock"}, ["clock.set"]),
        ],
    )
    def test_filters(self, desk, port, asked, found):
        write("clock.set")
        write("key.reveal", actor=str(someone("anna").pk), subject="credential:1")
        write("hosts.set")
        assert self.rows(desk, **asked) == found

    def test_says_what_is_no_time(self, desk, port):
        assert "Enter a date and a time." in self.text(desk, {"since": "soon"})

    def test_turns_pages_by_a_cursor(self, desk, port):
        for _ in range(120):
            write("clock.set")
        seen, before = [], ""
        while before is not None:
            text = self.text(desk, {"before": before, "action": "clock"})
            seen += re.findall(r'scope="row">(\d+)<p>', text)
            following = re.search(r"before=(\d+)\" rel=\"next\"", text)
            before = following[1] if following else None
        assert seen == [str(number) for number in range(120, 0, -1)]

    def test_names_who_did_it_in_one_question(self, desk, port, django_assert_max_num_queries):
        for number in range(40):
            write("clock.set", actor=str(person(f"p{number}").pk))
        with django_assert_max_num_queries(16):
            assert "P39" in self.text(desk, {})

    def test_says_whether_the_chain_is_whole(self, desk, port):
        write("clock.set")
        assert "not verified yet" in self.text(desk, {})
        assert "The chain is whole." in desk.post(page("verify"), follow=True).text
        AuditEntry.objects.filter(sequence=1).update(action="clock.sit")
        text = desk.post(page("verify"), follow=True).text
        assert "The chain is broken." in text
        assert "Entry 1 is missing, or not as it was written." in text

    def test_is_had_as_a_file_without_formulas(self, desk, port):
        anna = someone("anna")
        anna.name = "=cmd|' /C calc'!A0"
        anna.save()
        write("key.reveal", actor=str(anna.pk), subject="credential:1")
        write("clock.set")
        answer = desk.get(page("export"), {"action": "key"})
        assert answer["Content-Disposition"] == 'attachment; filename="audit-port.csv"'
        head, row = csv.reader(io.StringIO(answer.text))
        assert head[0] == "sequence"
        assert (row[0], row[3], row[4]) == ("1", "'=cmd|' /C calc'!A0", "key.reveal")


def write(action, *, actor="command", environment="port/uat", subject="environment:port/uat"):
    if action.startswith("organisation"):
        environment, subject = "", "organisation:1"
    return audit.write(actor, action, subject, environment)


class TestMails:
    def test_show_where_they_do_not_arrive_but_not_what_they_say(self, desk, port):
        known(port, port.agent)
        failed = {"tries": 3, "error": "550 Unknown", "given_up_at": timezone.now()}
        Mail.objects.create(to="anna@example.org", subject="Geheim", sealed=b"-", **failed)
        Mail.objects.create(to="mia@example.org", subject="Geheim", sealed=b"-", **failed)
        text = desk.get(page("mails")).text
        assert ("anna@example.org" in text, "mia@example.org" in text) == (True, False)
        assert ("550 Unknown" in text, "Geheim" in text) == (True, False)

    def test_are_sent_again(self, desk, port):
        known(port, port.agent)
        made = Mail.objects.create(
            to="anna@example.org", subject="Dag", sealed=b"-", tries=3, given_up_at=timezone.now()
        )
        text = desk.post(page("mail_again", made.pk), follow=True).text
        assert "The mail is sent again." in text
        made.refresh_from_db()
        assert (made.tries, made.given_up_at) == (0, None)
        assert desk.post(page("mail_again", made.pk)).status_code == 404  # it has not failed yet


class TestTheCheck:
    def test_keeps_how_far_the_chain_is_whole(self, port):
        write("clock.set")
        head = write("clock.set")
        found = audit.check()
        assert (found.sequence, found.hash, found.broken) == (*head, None)

    def test_finds_that_the_end_was_cut_off_since(self, port):
        write("clock.set")
        write("clock.set")
        audit.check()
        AuditEntry.objects.filter(sequence=2).delete()
        assert audit.verify() is None
        assert audit.check().broken == 2
        assert audit.check().broken == 2  # and does not forget
        assert AuditCheck.objects.count() == 1


def test_shows_the_links_of_each_desk_that_a_person_works_at(client, port):
    eva = with_second_factor(person("eva", port.port.organisation, "desk"))
    client.force_login(eva)
    text = client.get("/").text
    assert "Desk: Port" in text
    assert "Maasplassen" not in text
    client.force_login(someone("anna"))
    assert "Desk:" not in client.get("/").text
