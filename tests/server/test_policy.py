"""The policy in force follows the database: whole at the start, then change by change."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from sluis.core.subscription import State
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Change, Credential, Environment, Provider, Subscription
from tests.server.deeds import LOADER, Port, announced

pytestmark = pytest.mark.django_db(transaction=True)


def told(snapshot):
    """Return all that a snapshot says, as values that can be compared."""
    environments = {
        key: {
            "hosts": one.hosts,
            "clock": one.clock_offset_seconds,
            "notices": {path: e["GET"].notice for path, e in one.routes.fixed.items()},
            "limits": {path: e["GET"].limits for path, e in one.routes.fixed.items()},
            "keys": dict(one.keys),
            "clients": dict(one.clients),
            "access": dict(one.access),
            "own": one.own_applications,
            "consents": one.consents,
            "signing keys": set(one.signing_keys),
            "revoked": one.revoked,
            "doors": one.doors,
        }
        for key, one in snapshot.environments.items()
    }
    hosts = {host: one.key for host, one in snapshot.by_host.items()}
    members = {key: set(orgs) for key, orgs in snapshot.members.items() if orgs}
    return {
        "environments": environments,
        "hosts": hosts,
        "members": members,
        "providers": snapshot.providers,
    }


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
