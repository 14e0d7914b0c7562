"""Tokens that we did not write: every one is refused for what it carries, never by a fault."""

import socket

import jwt
import pytest

from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.route import Routes
from sluis.gateway.schemes import Claims
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.snapshot import Client, Environment, Snapshot, SnapshotCredentials
from sluis.gateway.tokens import Payload, Verified, signed
from tests.gateway.forged import (
    ATTACKS,
    GOOD,
    HEADER,
    LIVE_URL,
    LIVES,
    NOW,
    OURS,
    PUBLIC,
    PUBLIC_OF_LIVE,
    URL,
    token,
)


def environment(key="port/uat", url=URL, keys=None, **more):
    return Environment(
        key=key,
        base_url=url,
        routes=Routes(),
        stores={},
        clients={"builder": Client("a1", disabled=False)},
        signing_keys=keys if keys is not None else {"ours": PUBLIC},
        **more,
    )


UAT = environment()
LIVE = environment("port/live", LIVE_URL, {"lives": PUBLIC_OF_LIVE})


def credentials(now=NOW, uat=UAT, members=None):
    snapshot = Snapshot(
        environments={"port/uat": uat, "port/live": LIVE},
        members={"1f": ("0a",)} if members is None else members,
    )
    return SnapshotCredentials(snapshot, uat, now)


CREDENTIAL_REASONS = {
    Reason.CREDENTIAL_UNKNOWN,
    Reason.CREDENTIAL_EXPIRED,
    Reason.CREDENTIAL_DISABLED,
    Reason.WRONG_ENVIRONMENT,
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A token must never make us fetch anything."""

    def refuse(*_):
        raise AssertionError("A token made us open a connection.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_there_are_enough_attacks():
    assert len(ATTACKS) >= 60
    assert len(set(ATTACKS.values())) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_refuses(attack):
    with pytest.raises(Problem) as refusal:
        credentials().claims_of_token(attack)
    assert refusal.value.reason in CREDENTIAL_REASONS
    assert refusal.value.scheme == "bearer-token"


# A header cannot hold these two, and a scheme takes white space off.
IN_A_HEADER = {name: text for name, text in ATTACKS.items() if text.strip() != GOOD}


@pytest.mark.parametrize("attack", IN_A_HEADER.values(), ids=IN_A_HEADER)
def test_refuses_in_a_header(attack):
    request = Request("GET", "/", headers={b"authorization": (b"Bearer " + attack.encode(),)})
    with pytest.raises(Problem) as refusal:
        BearerToken().identify(request, credentials())
    assert refusal.value.reason in CREDENTIAL_REASONS


def test_knows_its_own():
    assert credentials().claims_of_token(GOOD) == Claims("builder", "0a", "1f", "j1", NOW + 3600.0)


def test_reads_what_it_signs():
    payload = Payload(URL, URL, "builder", "builder", "j2", NOW, NOW + 3600, "openid")
    made = signed(payload, "ours", OURS)
    assert credentials().claims_of_token(made) == Claims("builder", None, None, "j2", NOW + 3600.0)
    assert jwt.get_unverified_header(made) == HEADER
    read = jwt.decode(made, OURS.public_key, ["RS256"], audience=URL, options={"verify_exp": False})
    assert "org" not in read


def test_names_application_organisation_and_person():
    request = Request("GET", "/", headers={b"authorization": (f"bearer  {GOOD}".encode(),)})
    assert BearerToken().identify(request, credentials()) == Caller("a1", "0a", "1f")


@pytest.mark.parametrize(
    ("now", "good"),
    [
        pytest.param(NOW - 60, True, id="a machine whose clock is behind"),
        pytest.param(NOW - 61, False, id="not yet"),
        pytest.param(NOW + 3599, True, id="the last second"),
        pytest.param(NOW + 3600, False, id="expired"),
    ],
)
def test_is_good_for_an_hour(now, good):
    if good:
        assert credentials(now).claims_of_token(GOOD)
    else:
        with pytest.raises(Problem):
            credentials(now).claims_of_token(GOOD)


def test_expires_though_it_is_remembered():
    early = credentials()
    early.claims_of_token(GOOD)
    with pytest.raises(Problem) as refusal:
        SnapshotCredentials(early.snapshot, UAT, NOW + 3600).claims_of_token(GOOD)
    assert refusal.value.reason is Reason.CREDENTIAL_EXPIRED


def test_says_for_which_environment_it_is():
    lives = token({"kid": "lives"}, {"iss": LIVE_URL, "aud": LIVE_URL}, LIVES)
    with pytest.raises(Problem, match="port/live, not for port/uat") as refusal:
        credentials().claims_of_token(lives)
    assert refusal.value.reason is Reason.WRONG_ENVIRONMENT


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"uat": environment(revoked=frozenset({"j1"}))}, id="revoked"),
        pytest.param({"members": {"1f": ("ff",)}}, id="belongs to another organisation now"),
        pytest.param({"members": {}}, id="belongs to none"),
    ],
)
def test_is_refused_before_it_expires(changed):
    with pytest.raises(Problem) as refusal:
        credentials(**changed).claims_of_token(GOOD)
    assert refusal.value.reason is Reason.CREDENTIAL_DISABLED


def test_is_refused_with_its_client():
    gone = environment()
    object.__setattr__(gone, "clients", {"builder": Client("a1", disabled=True)})
    request = Request("GET", "/", headers={b"authorization": (f"Bearer {GOOD}".encode(),)})
    with pytest.raises(Problem) as refusal:
        BearerToken().identify(request, credentials(uat=gone))
    assert refusal.value.reason is Reason.CREDENTIAL_DISABLED


def test_verifies_once_for_each_environment():
    verifications = []

    def verify(text):
        verifications.append(text)
        return Claims("builder", None, None, "j", 1.0)

    remembered = Verified()
    for where in ("port/uat", "port/uat", "port/live"):
        remembered.get(where, "a token", verify)
    assert len(verifications) == 2


def test_forgets_rather_than_grow_for_ever(monkeypatch):
    monkeypatch.setattr("sluis.gateway.tokens.REMEMBERED_AT_MOST", 3)
    remembered = Verified()
    for number in range(10):
        remembered.get("port/uat", str(number), lambda _: Claims("", None, None, "", 1.0))
    assert len(remembered._claims) <= 3
