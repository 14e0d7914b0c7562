"""Products, terms and environments at the desk: its provider's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import Environment, Organisation, Subscription, Terms
from sluis.server.portal import places
from tests.server import people
from tests.server.calls import called
from tests.server.desk.floor import page, someone, subscribed

pytestmark = pytest.mark.django_db


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

    def test_say_in_the_list_how_far_each_version_has_come(self, desk, port):
        text = desk.get(page("products")).text
        assert "deprecated" not in text
        people.deprecate(port.uat, "meteo", "v1", datetime(2099, 3, 1, 8, tzinfo=UTC))
        people.retire(port.live, "certified-pickup", "3.11.0")
        text = desk.get(page("products")).text
        assert text.count('class="signal orange"') == text.count('class="signal red"') == 1
        assert "refused from 1 Mar 2099<" in text

    def test_that_are_not_published_here_are_not_there(self, desk, port):
        assert desk.get(page("product", "no-such-api")).status_code == 404


class TestVersions:
    FORM = {"version": "v1", "since": "2020-03-01T08:00", "sunset": "", "notes": ""}

    def test_are_deprecated_and_current_again_in_one_environment(self, desk, port):
        path = page("version", "meteo", "uat")
        notes = "https://port.example/notes"
        form = {**self.FORM, "sunset": "2099-03-01T08:00", "notes": notes}
        text = desk.post(path, form, follow=True).text
        assert "What becomes of this version is in force." in text
        assert 'value="2099-03-01T08:00"' in text
        assert text.count('name="sunset"') == 1
        shown = desk.get("/catalogue/port/meteo/", {"environment": "uat"}).text
        assert "This version will go." in shown
        assert f'<a href="{notes}">' in shown
        live = desk.get("/catalogue/port/meteo/", {"environment": "live"}).text
        assert "This version will go." not in live
        assert desk.get("/catalogue/").text.count("deprecated from") == 1
        desk.post(path, {"current": "1"})
        assert Environment.objects.get(pk="port/uat").deprecations == {}

    def test_are_in_the_openapi_document_from_then_on(self, desk, port):
        def described():
            return desk.get("/catalogue/port/meteo/openapi.json")

        before = described()
        desk.post(page("version", "meteo", "live"), self.FORM)
        after = described()
        assert after["ETag"] != before["ETag"]
        found = [
            [
                method["deprecated"]
                for path in one.json()["paths"].values()
                for method in path.values()
            ]
            for one in (before, after)
        ]
        assert found == [[False], [True]]
        told = "Live: version v1 is deprecated from 2020-03-01 08:00 UTC."
        assert told in after.json()["info"]["description"]

    def test_that_are_refused_are_told_to_who_subscribes(self, client, desk, port):
        made = subscribed(port)
        desk.post(page("version", "meteo", "uat"), {**self.FORM, "sunset": "2060-03-01T08:00"})
        desk.post(page("clock", "uat"), {"at": "2060-03-02T08:00"})
        client.force_login(someone("anna"))
        text = client.get(f"/subscriptions/{made.pk}/").text
        assert "This version is no longer answered here." in text

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"since": ""}, "Enter a date and a time."),
            ({"sunset": "2020-02-01T08:00"}, "swap the dates"),
            ({"sunset": "2020-04-01T08:00"}, "from a time to come"),
            ({"notes": "no address!"}, "starts with https://"),
            ({"version": "v0"}, "Another version is published by now."),
        ],
    )
    def test_refuse_what_cannot_be_and_keep_what_was_typed(self, desk, port, change, says):
        form = {**self.FORM, "notes": "https://port.example/", **change}
        text = desk.post(page("version", "meteo", "uat"), form).text
        assert says in text
        assert f'value="{form["notes"]}"' in text
        assert 'name="version" value="v1"' in text
        assert Environment.objects.get(pk="port/uat").deprecations == {}


class TestWhoCalledLately:
    def test_is_told_with_how_often_and_when_last(self, desk, port):
        subscribed(port)
        subscribed(port, port.transporter, who="bram")
        called(port.agent, times=1200)
        called(port.agent, status=429, reason="quota-spent", ago=30)
        called(port.transporter, times=2, ago=86_400 * 29)
        text = desk.get(page("callers", "meteo", "uat")).text
        found = re.findall(r'>(\w+)</a></th>\s+<td[^>]+class="number">([\d,]+)</td>', text)
        assert found == [("Agent", "1,201"), ("Transporter", "2")]
        at = datetime.now(UTC) - timedelta(days=29)
        assert f'datetime="{at:%Y-%m-%dT%H:%M}' in text.split(">Transporter</a>")[1]

    def test_leaves_out_what_was_called_before_elsewhere_and_of_others(self, desk, port):
        subscribed(port)
        called(port.agent, ago=86_400 * 31)
        called(port.agent, environment="port/live")
        called(port.agent, api="bridges-and-locks")
        called(port.transporter, status=401, reason="not-subscribed")
        text = desk.get(page("callers", "meteo", "uat")).text
        assert "Nobody called it here in the last 30 days." in text
        assert "<table" not in text

    def test_knows_who_called_before_their_subscription_ended(self, desk, port):
        made = subscribed(port)
        called(port.agent)
        subscribe.end(actor=port.actor("anna"), subscription=made)
        text = desk.get(page("callers", "meteo", "uat")).text
        assert ">Agent</a>" in text

    def test_shows_those_who_called_last_and_says_where_there_are_more(self, desk, port):
        for number in range(25):
            company = Organisation.objects.create(name=f"Company {number:02}")
            wanted = {"environment": port.uat, "organisation": company, "api": "meteo"}
            Subscription.objects.create(**wanted, state="active")
            called(company, ago=86_400 * (number + 1))
        text = desk.get(page("callers", "meteo", "uat")).text
        names = re.findall(r">(Company \d+)<", text)
        assert names == [f"Company {number:02}" for number in range(20)]
        assert "The 20 that called last; others called, too." in text

    def test_tells_of_calls_that_need_no_key(self, desk, port):
        called(None, api="bathymetric-survey", operation="fetch-survey", times=3)
        called(None, api="bathymetric-survey", operation="fetch-survey", status=404)
        text = desk.get(page("callers", "bathymetric-survey", "uat")).text
        assert "3 calls without a key in the last 30 days: nobody knows whose." in text
        assert "Nobody called it here" not in text


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

    def test_take_outgoing_addresses_and_show_those_of_the_policy_until_then(self, desk, port):
        assert ">\n20.76.52.43</textarea>" in desk.get(page("environment", "uat")).text
        desk.post(page("outgoing", "uat"), {"addresses": "192.0.2.10, 192.0.2.16/28"})
        named = ["192.0.2.10", "192.0.2.16/28"]
        assert Environment.objects.get(pk="port/uat").outgoing_addresses == named
        assert (
            '<code translate="no">192.0.2.16/28</code>' in desk.get("/catalogue/port/meteo/").text
        )

    def test_refuse_an_address_that_is_none_and_keep_it_in_the_field(self, desk, port):
        text = desk.post(page("outgoing", "uat"), {"addresses": "192.0.2.256"}).text
        assert "&#x27;192.0.2.256&#x27; is no IP address, and no network." in text
        assert "192.0.2.256</textarea>" in text

    def test_say_which_old_doors_stand_open(self, desk, port):
        text = desk.get(page("environments")).text
        assert "Keys in the address of a call" in text
        assert text.count("signal orange") == 2

    def test_of_another_provider_are_not_there(self, desk, port):
        assert desk.get(page("environment", "test")).status_code == 404
