"""Subscriptions on the database, walked at random beside a model, and what each step leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sluis.core.credential import digest
from sluis.registry import HOSTED_APIS
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused, member
from sluis.server.actions.announce import Changed
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.rotate_key import rotate_key
from sluis.server.models import AuditEntry, Change, Credential, Organisation, Party, Subscription
from sluis.server.seal import PEPPER
from tests.server import people

API = "meteo"
TEXT = {"nl": "Voorwaarden", "en": "Terms", "de": "Bedingungen"}
NEWER = TEXT | {"en": "Newer terms"}


def request(world, who="anna", **more):
    asked = {"organisation": world.agent, "environment": world.uat, "api": API}
    return subscribe.request(actor=world.actor(who), **asked | more)


@pytest.fixture
def with_a_desk(monkeypatch):
    """Have the desk decide on requests for open data too."""
    monkeypatch.setattr(subscribe, "decided_by_desk", lambda api, kind: True)


def test_open_data_are_there_at_once(world):
    made, keys = request(world, environment=world.live)
    assert made.state == "active"
    assert set(keys) == {"primary", "secondary"}
    kept = {c.label: bytes(c.digest) for c in made.keys.all()}
    assert kept == {label: digest(key, PEPPER) for label, key in keys.items()}
    assert all(
        key.encode() not in bytes(c.encrypted) for key in keys.values() for c in made.keys.all()
    )


def test_waits_for_the_desk_without_keys(world, with_a_desk):
    made, keys = request(world)
    assert (made.state, keys, made.keys.count()) == ("requested", {}, 0)
    made, keys = subscribe.approve(actor=people.desk("dirk", world.port), subscription=made)
    assert (made.state, len(keys)) == ("active", 2)


def test_is_had_once(world):
    request(world)
    with pytest.raises(Refused, match="already"):
        request(world, "dev")
    assert Subscription.objects.count() == 1


def test_can_be_had_again_after_its_end(world):
    first, keys = request(world)
    subscribe.end(actor=world.actor("anna"), subscription=first)
    second, new_keys = request(world)
    assert second.pk != first.pk
    assert not set(keys.values()) & set(new_keys.values())
    assert not first.keys.filter(disabled_at=None).exists()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"api": "nothing"}, "not published"),
        ({"role": "Captain"}, "one of the roles"),
    ],
)
def test_refuses_what_is_not_published(world, asked, says):
    with pytest.raises(Refused, match=says):
        request(world, **asked)


def test_refuses_an_api_of_another_provider(world):
    elsewhere = people.environment(people.provider("parcels"), "sandbox", "sandbox")
    with pytest.raises(Refused, match="not published"):
        request(world, environment=elsewhere)


class TestARetiredVersion:
    NOTES = "https://port.example/next"

    def test_is_subscribed_to_no_more_there_and_says_what_to_do(self, world):
        people.retire(world.uat, API, "v1", self.NOTES)
        with pytest.raises(Refused) as refusal:
            request(world)
        assert str(refusal.value) == (
            "Version v1 is no longer answered in this environment. Choose another environment,"
            f" or read what comes instead: {self.NOTES}"
        )
        assert Subscription.objects.count() == 0
        assert request(world, environment=world.live)[0].state == "active"

    def test_without_release_notes_leads_to_the_desk(self, world):
        people.retire(world.uat, API, "v1")
        with pytest.raises(Refused, match="ask the service desk what comes instead"):
            request(world)

    def test_is_one_once_its_sunset_came_by_the_clock_there(self, world):
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        people.deprecate(world.uat, API, "v1", tomorrow, self.NOTES)
        assert request(world)[0].state == "active"
        people.deprecate(world.live, API, "v1", tomorrow)
        world.live.clock_offset_seconds = 90_000
        with pytest.raises(Refused, match="no longer answered"):
            request(world, environment=world.live)

    def test_is_not_approved_when_it_was_asked_for_before(self, world, with_a_desk):
        made, _ = request(world)
        people.retire(world.uat, API, "v1")
        dirk = people.desk("dirk", world.port)
        asked = Subscription.objects.get(pk=made.pk)
        with pytest.raises(Refused, match="Reject the request"):
            subscribe.approve(actor=dirk, subscription=asked)
        assert Subscription.objects.get().state == "requested"
        assert subscribe.reject(actor=dirk, subscription=asked, reason="v2.").state == "rejected"

    def test_that_was_had_before_goes_through_its_steps(self, world):
        made, _ = request(world)
        people.retire(world.uat, API, "v1")
        asked = {"actor": world.actor("anna"), "subscription": made}
        assert subscribe.suspend(**asked).state == "suspended"
        assert subscribe.resume(**asked).state == "active"
        assert subscribe.end(**asked).state == "ended"


def test_accepts_the_newest_terms_only(world):
    desk = people.desk("dirk", world.port)
    old = publish_terms(actor=desk, provider=world.port, text=TEXT)
    new = publish_terms(actor=desk, provider=world.port, text=NEWER)
    assert (old.version, new.version) == (1, 2)
    for terms in (None, old):
        with pytest.raises(Refused, match="terms"):
            request(world, terms=terms)
    made, _ = request(world, terms=new)
    assert (made.terms, made.terms_accepted_at is None) == (new, False)


def test_an_apis_own_terms_go_before_the_providers(world):
    desk = people.desk("dirk", world.port)
    publish_terms(actor=desk, provider=world.port, text=TEXT)
    own = publish_terms(actor=desk, provider=world.port, text=NEWER, api=API)
    assert request(world, terms=own)[0].terms == own


@pytest.mark.parametrize("text", [{}, {"nl": "a", "en": "b"}, {"nl": "a", "en": "b", "de": " "}])
def test_terms_are_in_every_language(world, text):
    with pytest.raises(Refused, match="Dutch, English and German"):
        publish_terms(actor=COMMAND, provider=world.port, text=text)


def test_the_desk_gives_reasons(world, with_a_desk):
    desk = people.desk("dirk", world.port)
    made, _ = request(world)
    with pytest.raises(Refused, match="reason"):
        subscribe.reject(actor=desk, subscription=made, reason="  ")
    assert subscribe.reject(actor=desk, subscription=made, reason="No agent.").reason == "No agent."


def test_what_the_desk_suspended_the_desk_resumes(world):
    made, _ = request(world)
    subscribe.suspend(
        actor=people.desk("dirk", world.port), subscription=made, reason="Too many faults."
    )
    with pytest.raises(NotAllowed, match="service desk"):
        subscribe.resume(actor=world.actor("anna"), subscription=made)
    resumed = subscribe.resume(actor=people.desk("dirk", world.port), subscription=made)
    assert (resumed.state, resumed.reason) == ("active", "")


def test_an_organisation_resumes_what_it_suspended(world):
    made, _ = request(world)
    subscribe.suspend(actor=world.actor("anna"), subscription=made, reason="ignored")
    assert subscribe.resume(actor=world.actor("dev"), subscription=made).state == "active"


def test_works_on_the_row_and_not_on_what_a_page_remembers(world):
    stale, _ = request(world)
    subscribe.end(actor=world.actor("anna"), subscription=Subscription.objects.get(pk=stale.pk))
    with pytest.raises(Refused, match="no longer in a state"):
        subscribe.suspend(actor=world.actor("anna"), subscription=stale)


def test_is_audited_and_announced(world):
    made, _ = request(world)
    actions = list(AuditEntry.objects.order_by("sequence").values_list("actor", "action"))
    anna = str(world.membership("anna")[0].pk)
    assert actions == [(anna, "subscription.request"), ("platform", "subscription.approve")]
    assert set(Change.objects.values_list("kind", "key")) == {
        (Changed.SUBSCRIPTION.value, str(made.pk))
    }


def test_no_key_and_no_name_gets_into_the_audit_log(world):
    _, keys = request(world)
    written = str(list(AuditEntry.objects.values()))
    assert not [word for word in (*keys.values(), "Agent", "anna@") if word in written]


@pytest.mark.parametrize("language", ["nl", "en", "de"])
def test_tells_the_administrators_in_their_language(
    world, mailoutbox, django_capture_on_commit_callbacks, language
):
    anna, _ = world.membership("anna")
    anna.language = language
    anna.save()
    with django_capture_on_commit_callbacks(execute=True):
        request(world)
    assert [mail.to for mail in mailoutbox] == [["anna@example.org"]]
    assert API in mailoutbox[0].subject
    assert "Agent" in mailoutbox[0].body
    assert "port/uat" in mailoutbox[0].body


def test_a_name_with_a_line_end_makes_no_header(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    Organisation.objects.filter(pk=world.agent.pk).update(name="A\nBcc: all@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        request(world)
    assert "\n" not in mailoutbox[0].subject


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
@pytest.mark.parametrize("kind", ["sandbox", "staging", "live"])
def test_in_a_sandbox_nobody_waits(api, kind):
    if kind == "sandbox" or (not api.roles and api.free and not api.evidence):
        assert not subscribe.decided_by_desk(api, kind)
    else:
        assert subscribe.decided_by_desk(api, kind)


class Walk(RuleBasedStateMachine):
    """One organisation's subscriptions to one API; the model is a state and a count of keys."""

    world: people.World

    def __init__(self):
        super().__init__()
        self.company = Organisation.objects.create(name="Walker")
        name = f"walker{self.company.pk.hex}"
        self.walker = member(people.person(name, self.company, "administrator"), self.company)
        self.desk = people.desk("dirk", self.world.port)
        self.row = None
        self.state = None
        self.by_desk = False

    def attempt(self, allowed, act):
        if allowed:
            return act()
        with pytest.raises((Refused, NotAllowed)):
            act()
        return None

    @rule()
    def ask(self):
        made = self.attempt(
            self.state in (None, "ended", "rejected"),
            lambda: subscribe.request(
                actor=self.walker, organisation=self.company, environment=self.world.uat, api=API
            ),
        )
        if made is not None:
            self.row, self.state = made.subscription, "requested"

    def step(self, allowed, after, act):
        if self.row is None:
            return
        self.attempt(allowed, act)
        if allowed:
            self.state = after

    @rule()
    def approve(self):
        self.step(
            self.state == "requested",
            "active",
            lambda: subscribe.approve(actor=self.desk, subscription=self.row),
        )

    @rule()
    def reject(self):
        self.step(
            self.state == "requested",
            "rejected",
            lambda: subscribe.reject(actor=self.desk, subscription=self.row, reason="No."),
        )

    @rule(by_desk=st.booleans())
    def suspend(self, by_desk):
        allowed = self.state == "active"
        actor = self.desk if by_desk else self.walker
        self.step(
            allowed,
            "suspended",
            lambda: subscribe.suspend(actor=actor, subscription=self.row, reason="Why."),
        )
        if allowed:
            self.by_desk = by_desk

    @rule(by_desk=st.booleans())
    def resume(self, by_desk):
        actor = self.desk if by_desk else self.walker
        self.step(
            self.state == "suspended" and (by_desk or not self.by_desk),
            "active",
            lambda: subscribe.resume(actor=actor, subscription=self.row),
        )

    @rule(by_desk=st.booleans())
    def end(self, by_desk):
        actor = self.desk if by_desk else self.walker
        self.step(
            self.state in ("requested", "active", "suspended"),
            "ended",
            lambda: subscribe.end(actor=actor, subscription=self.row, reason="Enough."),
        )

    @rule(label=st.sampled_from(["primary", "secondary", "tertiary"]))
    def rotate(self, label):
        self.step(
            self.state in ("active", "suspended") and label != "tertiary",
            self.state,
            lambda: rotate_key(actor=self.walker, subscription=self.row, label=label),
        )

    @invariant()
    def agrees_with_the_database(self):
        if self.row is None:
            return
        assert Subscription.objects.get(pk=self.row.pk).state == self.state
        live = Credential.objects.filter(
            subscription__organisation=self.company, disabled_at=None
        ).values_list("label", flat=True)
        has_keys = self.state in ("active", "suspended")
        assert sorted(live) == (["primary", "secondary"] if has_keys else [])
        living = Subscription.objects.filter(organisation=self.company).exclude(
            state__in=("ended", "rejected")
        )
        assert living.count() == (self.state in ("requested", "active", "suspended"))


def test_walks_as_the_model_does(world, with_a_desk):
    Walk.world = world
    quick = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=quick)


def test_an_organisation_takes_the_role_that_it_subscribed_as(world):
    """APIs go by the role of a party: without it, who is subscribed could call nothing."""
    asked = {"organisation": world.agent, "api": "certified-pickup", "actor": world.actor("anna")}
    for environment, role in ((world.uat, "ReleaseParty"), (world.live, "ShippingAgent")):
        subscribe.request(environment=environment, role=role, **asked)
    there = Party.objects.filter(organisation=world.agent)
    assert there.filter(environment=world.uat, roles=["ReleaseParty"]).exists()
    assert not there.filter(environment=world.live).exists()  # nobody has looked at it yet
    assert Change.objects.filter(kind=Changed.PARTY).exists()
    (waiting,) = Subscription.objects.filter(state="requested")
    dirk = people.desk("dirk", world.port)
    subscribe.approve(actor=dirk, subscription=waiting, although="Known.")
    assert there.get(environment=world.live).roles == ["ShippingAgent"]


@pytest.mark.parametrize("although", ["", " \n"])
def test_production_of_what_the_sandbox_did_not_show_is_approved_with_a_reason_only(
    world, although
):
    waiting = subscribe.request(
        actor=world.actor("anna"),
        organisation=world.agent,
        environment=world.live,
        api="certified-pickup",
        role="ShippingAgent",
    ).subscription
    dirk = people.desk("dirk", world.port)
    with pytest.raises(Refused, match="checklist is not complete"):
        subscribe.approve(actor=dirk, subscription=waiting, although=although)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.keys.count()) == ("requested", 0)
    subscribe.approve(actor=dirk, subscription=waiting, although=" Tested by telephone. ")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.keys.count()) == ("active", 2)
    assert waiting.although == "Tested by telephone."
