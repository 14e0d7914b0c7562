"""Clients that prove themselves by signing (RFC 7523), each time anew."""

import logging
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from sluis.server import chores
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import make_client
from sluis.server.identity.thresholds import Thresholds
from sluis.server.models import Credential, RevokedToken, UsedAssertion
from tests.server.identity.conftest import NOW
from tests.server.identity.pairs import (
    ISSUER,
    KINDS,
    OTHER,
    PAIR,
    PAIRS,
    REFUSED,
    asking,
    openssl,
    segment,
)
from tests.server.identity.served import Endpoint, error, post


@pytest.mark.parametrize("kind", [*KINDS])
def test_each_kind_of_key_fetches_a_token(kind, endpoint, client, said):
    if kind != "EC":
        PAIRS[kind].register(client)
    answer = endpoint.post(asking(PAIRS[kind].sign(said())))
    token = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert (answer.status, token["sub"]) == (200, client.client_id)


def test_an_rsa_key_signs_in_both_ways(endpoint, client, said):
    PAIRS["RSA"].register(client)
    for algorithm in ("RS256", "PS256"):
        signed = PAIRS["RSA"].sign(said(), algorithm=algorithm)
        assert endpoint.post(asking(signed)).status == 200


def test_ed25519_has_two_names(endpoint, client, said):
    PAIRS["Ed25519"].register(client)
    key = jwt.algorithms.OKPAlgorithm().prepare_key(PAIRS["Ed25519"].private)
    text = f"{segment({'alg': 'Ed25519'})}.{segment(said())}"
    assert endpoint.post(asking(f"{text}.{segment(key.sign(text.encode()))}")).status == 200


def test_fetches_a_token_of_a_user(endpoint, client, said, form):
    asked = {name: form[name] for name in ("grant_type", "username", "password", "scope")}
    answer = endpoint.post(asking(PAIR.sign(said())) | asked)
    token = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert (answer.status, token["client_id"]) == (200, client.client_id)
    assert token["nxt_entity_id"] == "NXT220000000"


def test_takes_a_token_back(endpoint, client, said):
    token = endpoint.post(asking(PAIR.sign(said()))).json["access_token"]
    asked = asking(PAIR.sign(said()), token=token)
    del asked["grant_type"]
    assert endpoint.post(asked, path="/connect/revocation").status == 200
    assert RevokedToken.objects.count() == 1


GOOD = {
    "the token endpoint as audience": {"aud": f"{ISSUER}/connect/token"},
    "one audience in a list": {"aud": [ISSUER]},
    "no iat": {"iat": None},
    "nbf now": {"nbf": int(NOW)},
    "times with fractions": {"exp": NOW + 9.5, "iat": NOW - 0.5},
    "the longest life": {"exp": int(NOW) + 300},
    "a clock that is ahead": {"iat": int(NOW) + 30, "nbf": int(NOW) + 30, "exp": int(NOW) + 330},
    "members of its own": {"tenant": "x", "nested": {"a": [1]}},
    "a long name": {"jti": "é" * 256},
}


def test_takes_what_is_right(endpoint, said):
    for name, changed in GOOD.items():
        assert endpoint.post(asking(PAIR.sign(said(**changed)))).status == 200, name


HEADERS = {
    "no type": {"typ": None},
    "the newer type": {"typ": "client-authentication+jwt"},
    "a key id of its own": {"kid": "mine"},
    "the key of a stranger": {
        "jwk": OTHER.jwk(),
        "jku": "https://evil.example/",
        "x5u": "https://evil.example/",
    },
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_looks_at_no_key_in_the_header(header, endpoint, said):
    assert endpoint.post(asking(PAIR.sign(said(), **header))).status == 200
    if "jwk" in header:
        assert error(endpoint.post(asking(OTHER.sign(said(), **header)))) == REFUSED


def test_names_the_client_once_or_twice(endpoint, client, said):
    named = asking(PAIR.sign(said()), client_id=client.client_id)
    assert endpoint.post(named).status == 200
    assert error(endpoint.post(asking(PAIR.sign(said()), client_id="other"))) == REFUSED


# Once, here, as long as the key is in use


def test_an_assertion_is_good_once(endpoint, said):
    asked = asking(PAIR.sign(said()))
    assert endpoint.post(asked).status == 200
    again = endpoint.post(asked)
    assert error(again) == REFUSED
    assert "jti" in again.json["error_description"]


def test_a_name_is_good_once_whatever_else_is_said(endpoint, said):
    for expected in (200, 400):
        assert endpoint.post(asking(PAIR.sign(said(jti="same")))).status == expected


def test_two_clients_can_use_the_same_name(endpoint, world, said):
    own = make_application(actor=COMMAND, organisation=world.agent, name="Own")
    made = make_client(actor=COMMAND, application=own, environment=world.uat).client
    OTHER.register(made)
    named = {"iss": made.client_id, "sub": made.client_id}
    for signed_by in (PAIR.sign(said(jti="same")), OTHER.sign(said(jti="same", **named))):
        assert endpoint.post(asking(signed_by)).status == 200


def test_of_many_at_once_one_passes(endpoint, said):
    asked = post(asking(PAIR.sign(said())))
    answers = endpoint.send_together([asked] * 8)
    assert sorted(answer.status for answer in answers) == [200, *[400] * 7]


def test_another_process_knows_what_was_used(endpoint, clock, said):
    asked = asking(PAIR.sign(said()))
    assert endpoint.post(asked).status == 200
    beside = Endpoint(clock)
    try:
        assert error(beside.post(asked)) == REFUSED
    finally:
        beside.stop()


def test_what_is_refused_later_was_used_all_the_same(endpoint, said, form):
    asked = asking(PAIR.sign(said())) | {
        "grant_type": "password",
        "username": form["username"],
        "password": "wrong",
    }
    assert endpoint.post(asked).json["error"] == "invalid_grant"
    assert error(endpoint.post(asked | {"password": form["password"]})) == REFUSED


def test_a_client_that_asks_too_often_keeps_its_assertion(world, clock, client, said):
    endpoint = Endpoint(clock, Thresholds(requests_per_client=1))
    try:
        assert endpoint.post(asking(PAIR.sign(said()))).status == 200
        asked = asking(PAIR.sign(said(exp=int(NOW) + 120)))
        assert endpoint.post(asked).status == 429
        clock.passed += 60
        assert endpoint.post(asked).status == 200
    finally:
        endpoint.stop()
    assert UsedAssertion.objects.count() == 2


def test_an_address_that_fails_often_has_to_wait(world, clock, client, said):
    endpoint = Endpoint(clock, Thresholds(failures_per_address=3))
    try:
        for _ in range(3):
            assert error(endpoint.post(asking(OTHER.sign(said())))) == REFUSED
        answer = endpoint.post(asking(PAIR.sign(said())))
    finally:
        endpoint.stop()
    assert (answer.status, "retry-after" in answer.headers) == (429, True)


def test_what_was_used_is_forgotten_once_it_is_of_no_use(endpoint, said):
    endpoint.post(asking(PAIR.sign(said())))
    end = datetime.fromtimestamp(NOW + 60, UTC)
    chores.forget(end + timedelta(minutes=59))
    assert UsedAssertion.objects.count() == 1
    chores.forget(end + timedelta(minutes=61))
    assert UsedAssertion.objects.count() == 0


def test_a_disabled_key_is_refused_at_once(endpoint, client, said):
    second = PAIRS["RSA"].register(client)
    disable_credential(actor=COMMAND, credential=client.public_keys.exclude(pk=second.pk).get())
    assert error(endpoint.post(asking(PAIR.sign(said())))) == REFUSED
    assert endpoint.post(asking(PAIRS["RSA"].sign(said()))).status == 200


def test_a_key_goes_with_its_certificate(endpoint, client, said):
    client.public_keys.update(expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert error(endpoint.post(asking(PAIR.sign(said())))) == REFUSED


def test_a_key_opens_no_other_environment(endpoint, world, client, said):
    """Not even where the same software has the same key: what was signed names one."""
    live = make_client(actor=COMMAND, application=world.application, environment=world.live).client
    OTHER.register(live)
    to_live = {"iss": live.client_id, "sub": live.client_id, "aud": ISSUER.replace("uat", "live")}
    assert endpoint.post(asking(OTHER.sign(said(**to_live))), environment="port/live").status == 200
    assert error(endpoint.post(asking(OTHER.sign(said(**to_live))))) == REFUSED
    to_uat = to_live | {"aud": ISSUER}
    assert error(endpoint.post(asking(OTHER.sign(said(**to_uat))))) == REFUSED
    here = asking(PAIR.sign(said(aud=to_live["aud"])))
    assert error(endpoint.post(here, environment="port/live")) == REFUSED


def test_a_public_key_is_no_secret(endpoint, client):
    """What is kept of a key is known to everybody: it must not pass for a secret's digest."""
    key = client.public_keys.get()
    for secret in (key.key_id, key.public, bytes(key.digest).hex()):
        answer = endpoint.post(
            {
                "grant_type": "client_credentials",
                "client_id": client.client_id,
                "client_secret": secret,
            }
        )
        assert error(answer) == REFUSED


def test_keeps_when_a_key_was_used_to_the_hour(endpoint, client, clock, said):
    def used():
        return Credential.objects.get(client=client, kind="public-key").used_at.timestamp() - NOW

    endpoint.post(asking(PAIR.sign(said())))
    for passed, expected in ((0, 0), (3_000, 0), (3_700, 3_700)):
        clock.passed = passed
        endpoint.post(asking(PAIR.sign(said())))
        assert used() == expected


def test_no_assertion_gets_into_the_logs(endpoint, client, said, caplog):
    caplog.set_level(logging.DEBUG, logger="sluis")
    for signed_by in (PAIR, OTHER):
        asked = signed_by.sign(said())
        endpoint.post(asking(asked))
        assert asked.rpartition(".")[2] not in " ".join(str(vars(one)) for one in caplog.records)
    assert "token granted" in caplog.messages
    assert "token refused" in caplog.messages


def test_openssl_signs_what_we_accept(endpoint, client, said, tmp_path):
    """Without any library: the private key in a file, and a signature over two segments."""
    PAIRS["RSA"].register(client)
    path = tmp_path / "private-key.pem"
    path.write_text(PAIRS["RSA"].private)
    text = f"{segment({'alg': 'RS256'})}.{segment(said())}"
    signature = openssl("dgst", "-sha256", "-sign", str(path), "-hex", given=text).rpartition("= ")[
        2
    ]
    assert endpoint.post(asking(f"{text}.{segment(bytes.fromhex(signature))}")).status == 200
