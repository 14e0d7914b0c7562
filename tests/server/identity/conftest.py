import itertools
from functools import cache
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import make_password
from joserfc.jwk import RSAKey

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import make_client
from sluis.server.actions.make_party import make_party
from sluis.server.identity import signing_keys
from sluis.server.models import ApiUser
from sluis.server.passwords import Argon2
from tests.server import people
from tests.server.identity.pairs import PAIR, claims
from tests.server.identity.served import Clock, Endpoint

NOW = 1_795_000_000.0
KEYS = [RSAKey.generate_key(2048) for _ in range(5)]


@pytest.fixture(autouse=True)
def new_key(monkeypatch):
    """Hand out keys that were made before: making one takes up to a second. Return how it was."""
    made = itertools.cycle(KEYS)
    original = signing_keys.new_key
    monkeypatch.setattr(signing_keys, "new_key", lambda: next(made))
    return original


@pytest.fixture(autouse=True)
def uncollected(monkeypatch):
    """Leave out the collection of garbage after a load: it takes 0.2 s and frees nothing here."""
    quick = SimpleNamespace(collect=lambda: 0, freeze=lambda: None)
    monkeypatch.setattr("sluis.server.answers.snapshot.gc", quick)


@cache
def hashed(cost):
    """Return the hash of the password, made once at each cost."""
    return make_password(people.PASSWORD)


@pytest.fixture
def world(transactional_db):
    """The port; an application of the transporter with a client; Anna with a password."""
    world = people.world()
    application = make_application(actor=COMMAND, organisation=world.transporter, name="Plan")
    client, secret = make_client(actor=COMMAND, application=application, environment=world.uat)
    anna, _ = world.membership("anna")
    anna.password = hashed(Argon2.memory_cost)
    anna.save()
    make_party(
        actor=COMMAND,
        organisation=world.agent,
        environment=world.uat,
        identifiers={"NxtEntityId": "NXT220000000"},
    )
    world.application = application
    world.client = SimpleNamespace(client_id=client.client_id, client_secret=secret, row=client)
    return world


@pytest.fixture
def robot(world):
    return ApiUser.objects.create(
        environment=world.uat,
        organisation=world.agent,
        username="robot",
        password=hashed(Argon2.memory_cost),
    )


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def endpoint(world, clock):
    made = Endpoint(clock)
    yield made
    made.stop()


@pytest.fixture
def form(world):
    """The request that seed 000 prints."""
    return {
        "username": "anna@example.org",
        "password": people.PASSWORD,
        "grant_type": "password",
        "client_id": world.client.client_id,
        "client_secret": world.client.client_secret,
        "scope": "openid",
    }


@pytest.fixture
def client(world):
    """The client of the world, without a secret, with one key."""
    row = world.client.row
    disable_credential(actor=COMMAND, credential=row.secrets.get())
    PAIR.register(row)
    return row


@pytest.fixture
def said(client, clock):
    """Return what the client says of itself, with changes."""
    return lambda **changed: claims(client.client_id, clock.now(), **changed)
