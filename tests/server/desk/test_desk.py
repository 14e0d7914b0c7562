"""The desk's pages: what they find, what they do, and that a provider's desk sees its own only."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sluis.server import audit
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import (
    AuditCheck,
    AuditEntry,
    Channel,
    Credential,
    Environment,
    Identifier,
    Mail,
    Organisation,
    Party,
    Subscription,
    Terms,
)
from sluis.server.portal import places
from tests.server.people import person, with_second_factor, world
from tests.server.portal import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def port():
    return world()


@pytest.fixture
def desk(client, port):
    """Return the browser of Dirk at the desk of the port."""
    client.force_login(someone("dirk"))
    return client


def someone(name):
    from sluis.server.models import Person

    return Person.objects.get(email=f"{name}@example.org")


def subscribed(port, organisation=None, api="meteo", who="anna"):
    return subscribe.request(
        actor=port.actor(who),
        organisation=organisation or port.agent,
        environment=port.uat,
        api=api,
    ).subscription


def known(port, organisation, code="NXT230000001"):
    party = Party.objects.create(environment=port.uat, organisation=organisation, name="A")
    Identifier.objects.create(environment=port.uat, party=party, type="NxtEntityId", code=code)


def page(name, *of):
    return reverse(f"desk_{name}", args=["port", *of])


def act(desk, port, what, key, **form):
    path = page("act", port.agent.pk, what, key)
    return desk.post(path, form, follow=True)


class TestOrganisations:
    @pytest.mark.parametrize("asked", ["agen", "AGENT", "nxt2300", "anna@exam", ""])
    def test_are_found_by_name_identifier_and_address(self, desk, port, asked):
        known(port, port.agent)
        subscribed(port, port.transporter, who="bram")
        text = desk.get(page("organisations"), {"q": asked}).text
        assert ">Agent</a>" in text
        assert (">Transporter</a>" in text) is (asked == "")

    def test_that_have_nothing_with_the_provider_are_not_there(self, desk, port):
        assert "Nobody yet." in desk.get(page("organisations")).text
        assert desk.get(page("organisation", port.agent.pk)).status_code == 404

    def test_says_what_to_do_when_nothing_is_found(self, desk, port):
        known(port, port.agent)
        text = desk.get(page("organisations"), {"q": "<b>"}).text
        assert "Nothing has “&lt;b&gt;” in its name" in text

    def test_turn_pages_without_leaving_anybody_out(self, desk, port):
        for number in range(60):
            made = Organisation.objects.create(name=f"Company {number // 2:02}")
            Party.objects.create(environment=port.uat, organisation=made, name="A")
        path, found = page("organisations"), []
        while path:
            text = desk.get(path).text
            found += re.findall(r"organisations/([0-9a-f-]{36})/", text)
            following = re.search(r'href="(\?[^"]+)" rel="next"', text)
            path = page("organisations") + following[1].replace("&amp;", "&") if following else ""
        assert len(found) == len(set(found)) == 60

    def test_shows_all_that_one_has(self, desk, port):
        known(port, port.agent)
        subscription = subscribed(port)
        later.channel(port.agent, port.uat)
        text = desk.get(page("organisation", port.agent.pk)).text
        key = Credential.objects.filter(subscription=subscription).first()
        told = ["NXT230000001", "anna@example.org", f"…{key.tail}", "erp.example", "Meteo"]
        assert [one for one in told if one not in text] == []

    def test_shows_nothing_of_another_provider(self, desk, port):
        other = Environment.objects.get(pk="maasplassen/test")
        later.channel(port.agent, other, name="Secret place")
        assert desk.get(page("organisation", port.agent.pk)).status_code == 404
        known(port, port.agent)
        assert "Secret place" not in desk.get(page("organisation", port.agent.pk)).text

    def test_asks_as_often_for_many_as_for_one(self, desk, port, django_assert_max_num_queries):
        for number in range(30):
            made = Organisation.objects.create(name=f"Company {number:02}")
            known(port, made, f"NXT{number:09}")
        with django_assert_max_num_queries(14):
            desk.get(page("organisations"))

    def test_asks_as_often_for_one_that_has_much(self, desk, port, django_assert_max_num_queries):
        for api in places.apis_of("port"):
            if not api.roles:
                subscribed(port, api=api.slug)
        for number in range(10):
            later.channel(port.agent, port.uat, name=f"Channel {number}")
            person(f"more{number}", port.agent, "developer")
        with django_assert_max_num_queries(26):
            desk.get(page("organisation", port.agent.pk))

    def test_says_whose_mails_do_not_arrive(self, desk, port):
        known(port, port.agent)
        Mail.objects.create(to="anna@example.org", subject="Dag", tries=1)
        assert "mails do not arrive" in desk.get(page("organisation", port.agent.pk)).text


class TestActs:
    def test_disable_a_key(self, desk, port, mailoutbox):
        key = Credential.objects.filter(subscription=subscribed(port)).first()
        mailoutbox.clear()
        text = act(desk, port, "disable-credential", key.pk, reason="Seen on the internet.").text
        assert "The key or secret is disabled." in text
        key.refresh_from_db()
        assert key.disabled_at is not None
        assert "Seen on the internet." in mailoutbox[0].body

    @pytest.mark.parametrize("what", ["disable-credential", "suspend", "end", "disable-channel"])
    def test_ask_for_a_reason_and_do_nothing_without(self, desk, port, what):
        subscription = subscribed(port)
        key = {
            "disable-credential": Credential.objects.filter(subscription=subscription).first(),
            "disable-channel": later.channel(port.agent, port.uat),
        }.get(what, subscription)
        before = AuditEntry.objects.count()
        text = act(desk, port, what, key.pk, reason="  ").text
        assert "Give a reason: it is told to the organisation." in text
        assert "<title>Error:" in text
        assert AuditEntry.objects.count() == before

    def test_suspend_resume_and_end_a_subscription(self, desk, port):
        subscription = subscribed(port)
        states = []
        for what, form in (
            ("suspend", {"reason": "No."}),
            ("resume", {}),
            ("end", {"reason": "No."}),
        ):
            act(desk, port, what, subscription.pk, **form)
            states.append(Subscription.objects.get(pk=subscription.pk).state)
        assert states == ["suspended", "active", "ended"]

    def test_say_why_something_cannot_be_done(self, desk, port):
        subscription = subscribed(port)
        act(desk, port, "end", subscription.pk, reason="No.")
        text = act(desk, port, "suspend", subscription.pk, reason="Typed again").text
        assert "no longer in a state that allows this" in text
        assert "Typed again" in text

    def test_disable_a_channel_and_keep_the_reason_out_of_the_log(self, desk, port):
        channel = later.channel(port.agent, port.uat)
        known(port, port.agent)
        act(desk, port, "disable-channel", channel.pk, reason="Anna asked for it.")
        assert Channel.objects.get().disabled_because == "Anna asked for it."
        assert "Anna" not in str(AuditEntry.objects.get(action="channel.disable").details)

    def test_reach_nothing_in_another_providers_environment(self, desk, port):
        known(port, port.agent)
        other = Environment.objects.get(pk="maasplassen/test")
        channel = later.channel(port.agent, other)
        assert act(desk, port, "disable-channel", channel.pk, reason="No.").status_code == 404

    def test_reach_nothing_of_another_organisation(self, desk, port):
        known(port, port.agent)
        subscription = subscribed(port, port.transporter, who="bram")
        assert act(desk, port, "end", subscription.pk, reason="No.").status_code == 404

    @pytest.mark.parametrize(
        ("what", "key"), [("explode", "1"), ("suspend", "x"), ("suspend", "9")]
    )
    def test_that_are_none_are_not_there(self, desk, port, what, key):
        known(port, port.agent)
        assert act(desk, port, what, key).status_code == 404


class TestProducts:
    def test_count_who_subscribes(self, desk, port):
        subscribed(port)
        subscribed(port, port.transporter, who="bram")
        text = desk.get(page("products")).text
        assert "Meteo" in text
        assert re.search(r"Sandbox \(UAT\)</span>\s+2\b", text)

    def test_put_limits_in_force_and_back(self, desk, port):
        api = places.found("port", "meteo")[1]
        name = api.limits[0].name
        path = page("limits", "meteo", "uat")
        text = desk.post(path, {name: "7"}, follow=True).text
        assert "The limits are in force." in text
        assert "They are not those that are published." in text
        assert places.limits_in(["port/uat"], api)["port/uat"][0].calls == 7
        desk.post(path, {"published": "1"})
        assert places.limits_in(["port/uat"], api)["port/uat"] == api.limits
        assert Environment.objects.get(pk="port/uat").limits == {}

    @pytest.mark.parametrize("calls", ["0", "-1", "many", "", "1000000001"])
    def test_refuse_what_is_no_limit_and_keep_what_was_typed(self, desk, port, calls):
        name = places.found("port", "meteo")[1].limits[0].name
        text = desk.post(page("limits", "meteo", "uat"), {name: calls}).text
        assert "A limit is a number from 1 to 1,000,000,000." in text
        assert f'value="{calls}"' in text or calls == ""
        assert Environment.objects.get(pk="port/uat").limits == {}

    def test_list_the_subscribers_of_an_environment(self, desk, port):
        subscribed(port)
        assert ">Agent</a>" in desk.get(page("product", "meteo")).text
        live = desk.get(page("product", "meteo"), {"environment": "live"}).text
        assert "Nobody subscribes to this in this environment." in live

    def test_that_are_not_published_here_are_not_there(self, desk, port):
        assert desk.get(page("product", "no-such-api")).status_code == 404


class TestTerms:
    def test_publish_the_next_version_and_keep_the_one_before(self, desk, port):
        text = {"nl": "Een.", "en": "One.", "de": "Eins."}
        first = publish_terms(actor=COMMAND, provider=port.port, text=text)
        assert ">One.</textarea>" in desk.get(page("publish_terms")).text.replace("\n", "")
        form = {**text, "en": "Two."}
        answer = desk.post(page("publish_terms"), form, follow=True)
        assert "Version 2 is in force." in answer.text
        assert Terms.objects.get(version=2).text["en"] == "Two."
        assert "One." in desk.get(page("terms_version", first.pk)).text

    def test_want_a_text_in_every_language_and_keep_the_others(self, desk, port):
        text = desk.post(page("publish_terms"), {"nl": "Een.", "en": "One."}).text
        assert "Terms have a text in Dutch, English and German." in text
        assert "Een.</textarea>" in text
        assert Terms.objects.count() == 0

    def test_of_another_provider_are_not_there(self, desk, port):
        text = {"nl": "Een.", "en": "One.", "de": "Eins."}
        other = Environment.objects.get(pk="maasplassen/test").provider
        made = publish_terms(actor=COMMAND, provider=other, text=text)
        assert desk.get(page("terms_version", made.pk)).status_code == 404


class TestEnvironments:
    def test_set_the_clock_of_a_sandbox_and_back(self, desk, port):
        desk.post(page("clock", "uat"), {"at": "2030-01-01T12:00"})
        row = Environment.objects.get(pk="port/uat")
        ahead = datetime.now(UTC) + timedelta(seconds=row.clock_offset_seconds)
        assert abs(ahead - datetime(2030, 1, 1, 12, tzinfo=UTC)) < timedelta(minutes=1)
        assert "1 Jan 2030, 12:0" in desk.get(page("environment", "uat")).text
        desk.post(page("clock", "uat"), {"real": "1"})
        assert Environment.objects.get(pk="port/uat").clock_offset_seconds == 0

    def test_leave_the_clock_of_others_alone(self, desk, port):
        text = desk.post(page("clock", "live"), {"at": "2030-01-01T12:00"}, follow=True).text
        assert "Only the clock of a sandbox can be moved." in text
        assert Environment.objects.get(pk="port/live").clock_offset_seconds == 0

    def test_say_what_is_no_time(self, desk, port):
        assert "Enter a date and a time." in desk.post(page("clock", "uat"), {"at": "soon"}).text

    def test_take_host_names(self, desk, port):
        desk.post(page("hosts", "uat"), {"hosts": "API.example.org\r\n\r\napi2.example.org"})
        names = ["api.example.org", "api2.example.org"]
        assert Environment.objects.get(pk="port/uat").hosts == names

    def test_refuse_a_name_that_is_none_and_keep_it_in_the_field(self, desk, port):
        text = desk.post(page("hosts", "uat"), {"hosts": "not a name!"}).text
        assert "&#x27;not&#x27; is not a host name." in text
        assert "not a name!</textarea>" in text

    def test_say_which_old_doors_stand_open(self, desk, port):
        text = desk.get(page("environments")).text
        assert "Keys in the address of a call" in text
        assert text.count("signal orange") == 2

    def test_of_another_provider_are_not_there(self, desk, port):
        assert desk.get(page("environment", "test")).status_code == 404


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
