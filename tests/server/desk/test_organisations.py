"""Organisations at the desk: found, shown whole, and what is done to what they have; no others."""

import re

import pytest

from sluis.server.models import (
    AuditEntry,
    Channel,
    Credential,
    Environment,
    Mail,
    Organisation,
    Party,
    Subscription,
)
from sluis.server.portal import places
from tests.server.desk.floor import act, known, page, subscribed
from tests.server.people import person
from tests.server.portal import later

pytestmark = pytest.mark.django_db


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

    @pytest.mark.usefixtures("serving")
    def test_asks_as_often_for_many_as_for_one(self, desk, port, django_assert_max_num_queries):
        for number in range(30):
            made = Organisation.objects.create(name=f"Company {number:02}")
            known(port, made, f"NXT{number:09}")
        with django_assert_max_num_queries(8):
            desk.get(page("organisations"))

    @pytest.mark.usefixtures("serving")
    def test_asks_as_often_for_one_that_has_much(self, desk, port, django_assert_max_num_queries):
        for api in places.apis_of("port"):
            if not api.roles:
                subscribed(port, api=api.slug)
        for number in range(10):
            later.channel(port.agent, port.uat, name=f"Channel {number}")
            person(f"more{number}", port.agent, "developer")
        with django_assert_max_num_queries(20):
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

    def test_say_what_is_disabled_already_and_tell_nobody_again(self, desk, port, mailoutbox):
        key = Credential.objects.filter(subscription=subscribed(port)).first()
        act(desk, port, "disable-credential", key.pk, reason="Seen on the internet.")
        mailoutbox.clear()
        text = act(desk, port, "disable-credential", key.pk, reason="Once more.").text
        assert "It is disabled already. Nothing has changed." in text
        assert "The key or secret is disabled." not in text
        assert mailoutbox == []

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
