"""The policy in force follows the database: whole at the start, then change by change."""

import logging
import random
import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone
from joserfc.jwk import RSAKey

from sluis.core.credential import CredentialKind
from sluis.core.subscription import State
from sluis.server.actions.announce import Changed, announce
from sluis.server.answers.policy import Policy
from sluis.server.answers.snapshot import Loader
from sluis.server.models import (
    ApiUser,
    Application,
    Change,
    Client,
    Consent,
    Credential,
    Environment,
    Membership,
    Organisation,
    Person,
    Provider,
    RevokedToken,
    SigningKey,
    Subscription,
)

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30
LOADER = Loader("http://localhost:8000", b"s" * 32)
PUBLIC_KEY = RSAKey.generate_key(2048).as_pem(private=False).decode()
KEYS = (CredentialKind.SUBSCRIPTION_KEY, CredentialKind.API_KEY)


def announced(changed, key):
    with transaction.atomic():
        return announce(changed, key)


class Port:
    """A small port with all that a policy is made of, and every deed that changes it."""

    def __init__(self, seed=0):
        self.random = random.Random(seed)
        self.count = 0
        own = Organisation.objects.create(name="Port")
        provider = Provider.objects.create(slug="port", name="Port", organisation=own)
        self.environments = [
            Environment.objects.create(key=f"port/{name}", provider=provider, name=name, kind=kind)
            for name, kind in (("uat", "sandbox"), ("live", "live"))
        ]
        self.organisations = [Organisation.objects.create(name=name) for name in "ABC"]
        self.applications = [
            Application.objects.create(organisation=one, name="Software")
            for one in self.organisations
        ]
        self.people = [Person.objects.create_user(f"{name}@example.org") for name in "ab"]
        self.users = [
            ApiUser.objects.create(
                environment=self.environments[0],
                organisation=organisation,
                username=organisation.name,
                password="",
            )
            for organisation in self.organisations[:2]
        ]

    def any(self, rows):
        rows = list(rows)
        return self.random.choice(rows) if rows else None

    def number(self):
        self.count += 1
        return self.count

    def subscribe(self):
        environment, organisation = self.any(self.environments), self.any(self.organisations)
        same = {"environment": environment, "organisation": organisation, "api": "meteo"}
        dead = [State.ENDED, State.REJECTED]
        if Subscription.objects.filter(**same).exclude(state__in=dead).exists():
            return None
        state = self.random.choice([State.REQUESTED, State.ACTIVE])
        made = Subscription.objects.create(**same, state=state)
        for kind in KEYS:
            self.keep(made, kind)
        return Changed.SUBSCRIPTION, made.pk

    def keep(self, subscription, kind):
        digest = self.number().to_bytes(32)
        return Credential.objects.create(
            environment=subscription.environment,
            kind=kind,
            digest=digest,
            tail="",
            subscription=subscription,
        )

    def move(self):
        found = self.any(Subscription.objects.all())  # one that ended long ago, too
        if found is None:
            return None
        if found.state not in (State.ENDED, State.REJECTED):
            found.state = self.random.choice([State.ACTIVE, State.SUSPENDED, State.ENDED])
        found.grant = self.random.choice(
            [None, {"operations": ["list-readings"], "fields": {"reading": ["speed"]}}]
        )
        found.save()
        return Changed.SUBSCRIPTION, found.pk

    def add_key(self):
        found = self.any(Subscription.objects.all())
        return found and (Changed.CREDENTIAL, self.keep(found, self.random.choice(KEYS)).pk)

    def disable_key(self):
        found = self.any(Credential.objects.exclude(subscription=None))
        if found is None:
            return None
        moment = self.random.choice(["disabled_at", "expires_at"])
        setattr(found, moment, self.random.choice([None, timezone.now()]))
        found.save()
        return Changed.CREDENTIAL, found.pk

    def change_client(self):
        application, environment = self.any(self.applications), self.any(self.environments)
        found = self.any(Client.objects.filter(application=application))
        if found is None or self.random.random() < 0.5:
            found = Client(application=application, environment=environment)
            found.client_id = f"client-{self.number()}"
        else:
            found.disabled_at = self.random.choice([None, timezone.now()])
        found.save()
        return Changed.CLIENT, found.pk

    def consent(self):
        found, _ = Consent.objects.update_or_create(
            environment=self.any(self.environments),
            application=self.any(self.applications),
            organisation=self.any(self.organisations),
            defaults={
                "how": "portal",
                "given_at": timezone.now(),
                "withdrawn_at": self.random.choice([None, timezone.now()]),
            },
        )
        return Changed.CONSENT, found.pk

    def change_person(self):
        person, organisation = self.any(self.people), self.any(self.organisations)
        person.is_active = self.random.random() < 0.8
        person.save()
        found, created = Membership.objects.get_or_create(person=person, organisation=organisation)
        if not created and self.random.random() < 0.5:
            found.delete()
        return Changed.PERSON, person.pk

    def change_api_user(self):
        user = self.any(self.users)
        user.disabled_at = self.random.choice([None, timezone.now()])
        user.save()
        return Changed.PERSON, user.pk

    def change_signing_keys(self):
        environment = self.any(self.environments)
        found = self.any(environment.signing_keys.all())
        if found is not None and self.random.random() < 0.5:
            found.delete()
        else:
            now = timezone.now()
            kid = f"kid-{self.number()}"
            SigningKey.objects.create(
                kid=kid,
                environment=environment,
                private=b"",
                public=PUBLIC_KEY,
                created_at=now,
                signs_from=now,
            )
        return Changed.SIGNING_KEYS, environment.pk

    def revoke(self):
        environment = self.any(self.environments)
        found = RevokedToken.objects.create(
            environment=environment, jti=f"jti-{self.number()}", expires_at=timezone.now()
        )
        return Changed.REVOKED_TOKEN, found.pk

    def change_environment(self):
        environment = self.any(self.environments)
        environment.hosts = self.random.choice([[], [f"{environment.name}.port.example"]])
        environment.clock_offset_seconds = self.random.choice([0, 3600.5])
        environment.limits = self.random.choice([{}, {"open-data": [["minute", 5, 60]]}])
        environment.save()
        return Changed.ENVIRONMENT, environment.pk

    def deeds(self):
        return (
            self.subscribe,
            self.subscribe,
            self.move,
            self.move,
            self.add_key,
            self.disable_key,
            self.change_client,
            self.consent,
            self.change_person,
            self.change_api_user,
            self.change_signing_keys,
            self.revoke,
            self.change_environment,
        )

    def act(self):
        with transaction.atomic():
            done = self.any(self.deeds())()
            if done is not None:
                announce(*done)


def told(snapshot):
    """Return all that a snapshot says, as values that can be compared."""
    environments = {
        key: {
            "hosts": one.hosts,
            "clock": one.clock_offset_seconds,
            "limits": {path: e["GET"].limits for path, e in one.routes.fixed.items()},
            "keys": dict(one.keys),
            "clients": dict(one.clients),
            "access": dict(one.access),
            "own": one.own_applications,
            "consents": one.consents,
            "signing keys": set(one.signing_keys),
            "revoked": one.revoked,
        }
        for key, one in snapshot.environments.items()
    }
    hosts = {host: one.key for host, one in snapshot.by_host.items()}
    members = {key: set(orgs) for key, orgs in snapshot.members.items() if orgs}
    return {"environments": environments, "hosts": hosts, "members": members}


@pytest.mark.parametrize("seed", range(6))
def test_following_every_change_leads_to_what_is_there(seed):
    port = Port(seed)
    snapshot = LOADER.load()
    for step in range(60):
        port.act()
        if port.random.random() < 0.5:
            snapshot = LOADER.caught_up(snapshot)
            assert told(snapshot) == told(LOADER.load()), f"after step {step}"
            by_host = snapshot.by_host.values()
            assert all(one is snapshot.environments[one.key] for one in by_host)


@pytest.mark.parametrize("name", [deed.__name__ for deed in Port.deeds(Port.__new__(Port))])
def test_each_deed_is_in_force_as_soon_as_it_is_followed(name):
    port = Port()
    for _ in range(3):
        port.subscribe()
    for _ in range(8):
        snapshot = LOADER.load()
        with transaction.atomic():
            done = getattr(port, name)()
            if done is not None:
                announce(*done)
        assert told(LOADER.caught_up(snapshot)) == told(LOADER.load())


def test_without_changes_the_policy_stays_the_very_same():
    Port()
    snapshot = LOADER.load()
    assert LOADER.caught_up(snapshot) is snapshot


def test_a_change_leaves_alone_what_it_does_not_name():
    port = Port()
    snapshot = LOADER.load()
    announced(*port.consent())
    after = LOADER.caught_up(snapshot)
    assert after.members is snapshot.members
    assert after.tokens is snapshot.tokens
    for key, one in snapshot.environments.items():
        assert after.environments[key].keys is one.keys
        assert after.environments[key].routes is one.routes


def test_withdrawn_signing_keys_take_the_tokens_along_that_they_verified():
    port = Port()
    snapshot = LOADER.load()
    announced(*port.change_signing_keys())
    assert LOADER.caught_up(snapshot).tokens is not snapshot.tokens


def test_who_was_let_in_before_a_change_is_looked_at_again():
    port = Port()
    snapshot = LOADER.load()
    snapshot.admissions["somebody"] = "let in"
    announced(*port.consent())
    assert LOADER.caught_up(snapshot).admissions == {}


def test_a_change_of_a_kind_that_is_not_known_reads_everything():
    port = Port()
    snapshot = LOADER.load()
    with transaction.atomic():
        Change.objects.create(kind="from-the-future", key="?")
        port.revoke()
    assert told(LOADER.caught_up(snapshot)) == told(LOADER.load())


def test_a_new_environment_is_there_with_what_came_into_it():
    port = Port()
    snapshot = LOADER.load()
    announced(*port.subscribe())
    provider = Provider.objects.get()
    made = Environment.objects.create(
        key="port/test", provider=provider, name="test", kind="sandbox"
    )
    announced(Changed.ENVIRONMENT, made.key)
    port.environments = [made]
    announced(*port.subscribe())
    assert told(LOADER.caught_up(snapshot)) == told(LOADER.load())


def test_moving_a_clock_reads_none_of_the_subscriptions_again():
    port = Port()
    announced(*port.subscribe())
    snapshot = LOADER.load()
    environment = port.environments[0]
    environment.clock_offset_seconds = 60.0
    environment.save()
    announced(Changed.ENVIRONMENT, environment.key)
    before, after = (
        s.environments[environment.key] for s in (snapshot, LOADER.caught_up(snapshot))
    )
    assert after.clock_offset_seconds == 60.0
    assert after.access is before.access
    assert after.stores is before.stores


def test_what_was_deleted_from_an_environment_is_gone_when_its_contents_are_read_anew():
    port = Port()
    announced(*port.subscribe())
    snapshot = LOADER.load()
    Credential.objects.all().delete()
    Subscription.objects.all().delete()
    for environment in port.environments:
        announced(Changed.CONTENTS, environment.key)
    assert told(LOADER.caught_up(snapshot)) == told(LOADER.load())


def test_a_subscription_that_lives_counts_whatever_the_clocks_said():
    port = Port()
    same = {
        "environment": port.environments[0],
        "organisation": port.organisations[0],
        "api": "meteo",
    }
    ended = Subscription.objects.create(**same, state=State.ENDED)
    Subscription.objects.create(**same, state=State.ACTIVE)
    later = datetime(2100, 1, 1, tzinfo=UTC)
    Subscription.objects.filter(pk=ended.pk).update(requested_at=later)
    (access,) = LOADER.load().environments["port/uat"].access.values()
    assert access.state is State.ACTIVE


# In a thread of its own


@pytest.fixture
def follow():
    """Return a function that starts a policy, which is stopped after the test."""
    started = []

    def start(loader=LOADER):
        put = []
        policy = Policy(loader, put.append)
        policy.start()
        started.append(policy)
        return policy, put

    yield start
    for policy in started:
        policy.stop()


def test_puts_what_changed_in_force(follow):
    port = Port()
    policy, put = follow()
    revision = announced(*port.subscribe())
    assert policy.wait_for(revision, PATIENCE_S)
    assert put[-1].revision == revision
    assert any(one.access for one in put[-1].environments.values())


def test_notices_changes_that_nobody_told_it_of(follow):
    port = Port()
    policy, _ = follow()
    revision = announced(*port.subscribe())
    until = time.monotonic() + PATIENCE_S
    while policy.snapshot.revision < revision and time.monotonic() < until:
        time.sleep(0.01)
    assert policy.snapshot.revision == revision


def test_does_not_wait_for_ever(follow):
    policy, _ = follow()
    assert policy.wait_for(1_000_000, 0.01) is False


class Failing:
    """A loader that fails as often as it is told, in whatever way."""

    def __init__(self, error):
        self.errors = [error] * 2

    def load(self):
        return LOADER.load()

    def caught_up(self, snapshot):
        if self.errors:
            raise self.errors.pop()
        return LOADER.caught_up(snapshot)


@pytest.mark.parametrize("error", [KeyError("port/none"), ValueError("?"), OSError("away")])
def test_a_failure_does_not_end_it(follow, caplog, error):
    caplog.set_level(logging.CRITICAL)
    port = Port()
    policy, _ = follow(Failing(error))
    assert policy.wait_for(announced(*port.subscribe()), PATIENCE_S)
    assert policy.fell_behind is False


def test_nothing_is_missed_of_what_is_committed_in_any_order():
    Port()
    ended, seen = threading.Event(), []

    def change(name):
        for number in range(10):
            with transaction.atomic():
                announce(Changed.DATA, f"{name} {number}")
                time.sleep(0.001 * (hash((name, number)) % 3))
        connection.close()

    def look():
        revision = 0
        while True:
            last = ended.is_set()
            for row in Change.objects.filter(revision__gt=revision).order_by("revision"):
                seen.append(row.key)
                revision = row.revision
            if last:
                break
        connection.close()

    threads = [threading.Thread(target=change, args=(name,)) for name in "abcdef"]
    looking = threading.Thread(target=look)
    for thread in (looking, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    looking.join()
    assert sorted(seen) == sorted(f"{name} {number}" for name in "abcdef" for number in range(10))


def test_a_change_waits_for_one_that_was_numbered_before_it():
    Port()
    numbered, let_go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            announce(Changed.DATA, "first")
            numbered.set()
            let_go.wait(PATIENCE_S)
        connection.close()

    def quick():
        announced(Changed.DATA, "second")
        connection.close()

    one, other = threading.Thread(target=slow), threading.Thread(target=quick)
    one.start()
    numbered.wait(PATIENCE_S)
    other.start()
    other.join(0.3)
    assert not Change.objects.filter(key="second").exists()
    let_go.set()
    one.join()
    other.join()
    assert list(Change.objects.order_by("revision").values_list("key", flat=True)) == [
        "first",
        "second",
    ]
