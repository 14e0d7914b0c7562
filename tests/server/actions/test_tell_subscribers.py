"""Who subscribes is told when terms, limits or host names change: once, in their language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sluis.core.quota import Limit
from sluis.core.version import Deprecation
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND, Refused
from sluis.server.actions.letter import tell_subscribers
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.set_hosts import set_hosts
from sluis.server.actions.set_limits import figures, published_limits, set_limits
from sluis.server.actions.set_outgoing import set_outgoing
from sluis.server.actions.set_version_state import set_version_state
from sluis.server.models import (
    AuditEntry,
    Change,
    Environment,
    Mail,
    Person,
    Subscription,
    Terms,
)
from sluis.server.portal import places
from tests.server import people

TEXT = {"nl": "Voorwaarden", "en": "Terms", "de": "Bedingungen"}
DAY = timedelta(days=1)
NOON = datetime(2099, 3, 1, 12, tzinfo=UTC)
PRODUCT = "open-data"  # meteo is of it, and has 100 calls a day


@pytest.fixture
def world(db):
    return people.world()


@pytest.fixture
def mails(mailoutbox, django_capture_on_commit_callbacks):
    """Return what was mailed by an act: to whom, under which subject, and the text."""

    def of(act, *arguments, **named):
        del mailoutbox[:]
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return [(mail.to[0].partition("@")[0], mail.subject, mail.body) for mail in mailoutbox]

    return of


def subscribed(world, api="meteo", who="anna", place=None):
    terms = Terms.objects.order_by("-version").first()
    _person, organisation = world.membership(who)
    return subscribe.request(
        actor=world.actor(who),
        organisation=organisation,
        environment=place or world.uat,
        api=api,
        terms=terms,
    ).subscription


def speaking(name, language):
    Person.objects.filter(email=f"{name}@example.org").update(language=language)


def publish(world, number, api=""):
    text = TEXT | {"en": f"Terms, version {number}"}
    return publish_terms(actor=COMMAND, provider=world.port, text=text, api=api)


def limits(world, calls=None, place=None):
    published = published_limits("port", PRODUCT)
    chosen = None if calls is None else [one._replace(calls=calls) for one in published]
    environment = place or world.uat
    set_limits(actor=COMMAND, environment=environment, product=PRODUCT, limits=chosen)


def hosts(world, *names):
    set_hosts(actor=COMMAND, environment=world.uat, hosts=names, of_portal=())
    world.uat.refresh_from_db()


def outgoing(world, *addresses, published=()):
    set_outgoing(actor=COMMAND, environment=world.uat, addresses=addresses, published=published)


def whom(told):
    return [to for to, _subject, _text in told]


def deprecate(world, since=1, sunset=None, notes="", place=None):
    """Deprecate the version of an API so many days from now, and refuse it."""
    said = Deprecation("v1", NOON + since * DAY, None if sunset is None else NOON + sunset * DAY)
    state(world, replace(said, notes=notes), place)


def state(world, said, place=None):
    set_version_state(actor=COMMAND, environment=place or world.uat, api="meteo", deprecation=said)


ACTS = [
    pytest.param(lambda w: publish(w, 2), id="terms"),
    pytest.param(lambda w: limits(w, 7), id="limits"),
    pytest.param(lambda w: hosts(w, "api.example.org"), id="host names"),
    pytest.param(deprecate, id="a deprecated version"),
    pytest.param(lambda w: outgoing(w, "192.0.2.1"), id="outgoing addresses"),
]


@pytest.mark.parametrize("act", ACTS)
class TestWhoIsTold:
    def test_administrators_are_once_for_each_organisation(self, world, mails, act):
        people.person("second", world.agent, "administrator")
        people.person("gone", world.agent, "administrator", is_active=False)
        for api in ("meteo", "port-stays"):
            subscribed(world, api)
        subscribed(world, who="bram")
        assert sorted(whom(mails(act, world))) == ["anna", "bram", "second"]

    def test_who_does_not_subscribe_is_not(self, world, mails, act):
        subscribe.end(actor=world.actor("anna"), subscription=subscribed(world))
        assert mails(act, world) == []

    def test_each_reads_it_in_their_own_language(self, world, mails, act):
        people.person("second", world.agent, "administrator", language="de")
        speaking("anna", "nl")
        subscribed(world)
        subjects = {to: subject for to, subject, _text in mails(act, world)}
        assert len(set(subjects.values())) == len(subjects) == 2


class TestTerms:
    def test_name_what_they_are_for_and_where_they_are_accepted(self, world, mails):
        for api in ("port-stays", "meteo"):
            subscribed(world, api)
        ((_to, subject, text),) = mails(publish, world, 2)
        assert subject == "New terms of Port"
        assert "version 1 of its terms" in text
        assert "meteo, port-stays" in text
        assert "/subscriptions/" in text

    def test_of_an_api_are_told_to_its_subscribers(self, world, mails):
        subscribed(world, "port-stays")
        assert mails(publish, world, 2, api="meteo") == []
        subscribed(world, "meteo", who="bram", place=world.live)
        assert whom(mails(publish, world, 3, api="meteo")) == ["bram"]

    def test_of_all_are_not_told_where_an_api_has_its_own(self, world, mails):
        publish(world, 1, api="meteo")
        subscribed(world, "meteo")
        assert mails(publish, world, 2) == []

    @pytest.mark.parametrize("api", ["", "meteo"])
    def test_that_say_what_is_in_force_are_refused(self, world, mails, api):
        publish(world, 1)
        as_a_browser_sends_it = {language: f"{text}\r\n" for language, text in TEXT.items()}
        as_a_browser_sends_it["en"] = "Terms, version 1 "
        with pytest.raises(Refused, match="in force already"):
            publish_terms(actor=COMMAND, provider=world.port, text=as_a_browser_sends_it, api=api)
        assert Terms.objects.count() == 1


class TestLimits:
    @pytest.mark.parametrize(
        ("language", "line"),
        [
            ("nl", "- Aanroepen per dag: 100 → 1.500"),
            ("en", "- Calls per day: 100 → 1,500"),
            ("de", "- Aufrufe pro Tag: 100 → 1.500"),
        ],
    )
    def test_are_told_as_they_were_and_as_they_are(self, world, mails, language, line):
        speaking("anna", language)
        subscribed(world)
        ((_to, _subject, text),) = mails(limits, world, 1_500)
        assert line in text.splitlines()

    def test_back_to_what_is_published_are_told(self, world, mails):
        subscribed(world)
        limits(world, 7)
        ((_to, _subject, text),) = mails(limits, world)
        assert "- Calls per day: 7 → 100" in text.splitlines()

    def test_that_stay_the_same_are_no_news(self, world, mails):
        subscribed(world)
        assert mails(limits, world, 100) == []
        limits(world, 7)
        assert mails(limits, world, 7) == []

    def test_of_another_environment_are_no_news(self, world, mails):
        subscribed(world)
        assert mails(limits, world, 7, place=world.live) == []


class TestHosts:
    def test_that_came_and_went_are_told(self, world, mails):
        speaking("anna", "nl")
        subscribed(world)
        hosts(world, "old.example.org", "api.example.org")
        ((_to, _subject, text),) = mails(hosts, world, "api.example.org", "new.example.org")
        assert "- nieuw: new.example.org" in text.splitlines()
        assert "- vervallen: old.example.org" in text.splitlines()
        assert "api.example.org\n" not in text
        assert "/port/uat" in text

    def test_in_another_order_are_no_news(self, world, mails):
        subscribed(world)
        hosts(world, "a.example.org", "b.example.org")
        assert mails(hosts, world, "B.example.org", "a.example.org") == []


class TestOutgoingAddresses:
    def test_that_came_and_went_are_told(self, world, mails):
        subscribed(world)
        old = ["20.76.52.43", "192.0.2.1"]
        ((_to, subject, text),) = mails(
            outgoing, world, "192.0.2.1", "192.0.2.16/28", published=old
        )
        assert subject == "Other outgoing addresses of port/uat"
        assert [line for line in text.splitlines() if line.startswith("- ")] == [
            "- new: 192.0.2.16/28",
            "- gone: 20.76.52.43",
        ]

    def test_that_were_there_are_no_news(self, world, mails):
        subscribed(world)
        assert mails(outgoing, world, "2001:DB8::1", published=["2001:db8::1"]) == []
        assert mails(outgoing, world, "2001:db8:0::1/128") == []

    def test_of_the_policy_stand_until_there_are_others(self, world):
        place = places.at("port/uat")
        assert list(place.outgoing_addresses) == ["20.76.52.43"]
        outgoing(world, "192.0.2.1")
        assert place.outgoing_addresses == ["192.0.2.1"]
        outgoing(world)
        assert place.outgoing_addresses == []
        assert list(places.at("port/live").outgoing_addresses) == ["20.76.217.177"]

    @pytest.mark.parametrize("address", ["here", "192.0.2.256", "192.0.2.1/28", "<b>", ""])
    def test_are_addresses(self, world, address):
        with pytest.raises(Refused, match="no IP address"):
            outgoing(world, address)

    def test_are_a_hundred_at_most(self, world):
        with pytest.raises(Refused, match="100"):
            outgoing(world, *(f"192.0.2.{n}" for n in range(101)))


class TestVersions:
    @pytest.mark.parametrize(
        ("language", "line"),
        [
            ("nl", "- verouderd vanaf: – → 2 mrt 2099, 12:00 UTC"),
            ("en", "- deprecated from: – → 2 Mar 2099, 12:00 UTC"),
            ("de", "- veraltet ab: – → 2. März 2099, 12:00 UTC"),
        ],
    )
    def test_are_told_as_they_were_and_as_they_are(self, world, mails, language, line):
        speaking("anna", language)
        subscribed(world)
        ((_to, subject, text),) = mails(deprecate, world)
        assert "v1" in subject
        assert line in text.splitlines()
        assert "/catalogue/port/meteo/" in text

    def test_name_only_what_is_other_than_it_was(self, world, mails):
        subscribed(world)
        deprecate(world, 1, 5)
        ((_to, _subject, text),) = mails(deprecate, world, 1, 9, "https://port.example/é>")
        assert [line for line in text.splitlines() if line.startswith("- ")] == [
            "- refused from: 6 Mar 2099, 12:00 UTC → 10 Mar 2099, 12:00 UTC",
            "- release notes: – → https://port.example/%C3%A9%3E",
        ]
        ((_to, _subject, text),) = mails(state, world, None)
        assert "- deprecated from: 2 Mar 2099, 12:00 UTC → –" in text.splitlines()
        assert Environment.objects.get(pk="port/uat").deprecations == {}

    def test_that_stay_as_they_were_are_no_news(self, world, mails):
        subscribed(world)
        assert mails(state, world, None) == []
        deprecate(world, 1, 5)
        assert mails(deprecate, world, 1, 5) == []

    def test_of_another_environment_or_api_are_no_news(self, world, mails):
        subscribed(world, "port-stays")
        assert mails(deprecate, world) == []
        subscribed(world)
        assert mails(deprecate, world, place=world.live) == []

    def test_are_in_the_log_and_in_force(self, world):
        before = Change.objects.count()
        deprecate(world, 1, 5)
        entry = AuditEntry.objects.get(action="version.set")
        assert entry.details["sunset"] == "2099-03-06T12:00:00+00:00"
        assert (entry.details["api"], entry.details["version"]) == ("meteo", "v1")
        (change,) = Change.objects.order_by("revision")[before:]
        assert (change.kind, change.key) == ("environment", "port/uat")

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            pytest.param({"sunset": NOON - DAY}, "swap the dates", id="refused before"),
            pytest.param({"notes": "javascript:alert(1)"}, "starts with https", id="no address"),
            pytest.param({"notes": "https://a\r\nb: c"}, "starts with https", id="a header more"),
            pytest.param({"notes": f"https://a.example/{'é' * 200}"}, "too long", id="too long"),
            pytest.param({"version": "v0"}, "Another version", id="of another version"),
        ],
    )
    def test_are_refused_where_they_cannot_be_told(self, world, changes, says):
        with pytest.raises(Refused, match=says):
            state(world, replace(Deprecation("v1", NOON), **changes))
        assert Environment.objects.get(pk="port/uat").deprecations == {}

    def test_are_not_refused_from_a_time_that_has_passed(self, world):
        past = Deprecation("v1", NOON, NOON + DAY)
        Environment.objects.filter(pk="port/uat").update(
            clock_offset_seconds=(NOON + 2 * DAY - datetime.now(UTC)).total_seconds()
        )
        with pytest.raises(Refused, match="from a time to come"):
            state(world, past)
        Environment.objects.filter(pk="port/uat").update(clock_offset_seconds=0)
        state(world, past)

    def test_that_are_over_can_still_get_their_notes(self, world):
        deprecate(world, 1, 2)
        ahead = (NOON + 3 * DAY - datetime.now(UTC)).total_seconds()
        Environment.objects.filter(pk="port/uat").update(clock_offset_seconds=ahead)
        deprecate(world, 1, 2, "https://port.example/")
        kept = Environment.objects.get(pk="port/uat").deprecations["meteo"]
        assert kept["notes"] == "https://port.example/"

    def test_of_an_api_that_is_not_published_there_are_refused(self, world):
        with pytest.raises(Refused, match="not published"):
            set_version_state(actor=COMMAND, environment=world.uat, api="barcode", deprecation=None)


def test_the_figures_of_a_limit_name_its_time():
    assert figures([(Limit("burst", 5, 10), 4)]) == "- Calls in 10 seconds: 4 → 5"


def test_leaves_the_mails_of_many_in_one_statement(world, settings, django_assert_num_queries):
    """An outbox that takes them one by one keeps calls waiting for the transaction."""
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"
    for number in range(30):
        company = people.Organisation.objects.create(name=f"Company {number}")
        people.person(f"boss{number}", company, "administrator")
        Subscription.objects.create(
            environment=world.uat, organisation=company, api="meteo", state="active"
        )
    everybody = Subscription.objects.filter(environment=world.uat)
    with django_assert_num_queries(3):
        tell_subscribers(everybody, "Log in", "%(organisation)s: %(apis)s")
    assert Mail.objects.count() == 30
    assert Mail.objects.filter(to="boss7@example.org").count() == 1
