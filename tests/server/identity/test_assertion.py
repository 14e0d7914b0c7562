"""Clients that prove themselves by signing (RFC 7523), and everything that is no proof."""

import hmac
import json
import logging
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluis.server import chores
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.identity import assertion as rules
from sluis.server.identity.form import Refusal
from sluis.server.identity.thresholds import Thresholds
from sluis.server.models import Credential, RevokedToken, UsedAssertion
from tests.server import people
from tests.server.identity.conftest import NOW
from tests.server.identity.pairs import (
    ASSERTION_TYPE,
    ISSUER,
    KINDS,
    Pair,
    asking,
    claims,
    openssl,
    segment,
)
from tests.server.identity.served import Endpoint, post

PAIRS = {kind: Pair(kind) for kind in KINDS}
PAIR, OTHER = PAIRS["EC"], Pair("EC")


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


def error(answer):
    return answer.status, answer.json["error"]


REFUSED = (400, "invalid_client")


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


# What is no proof

CLAIMS = {
    "another issuer": {"iss": "other"},
    "another subject": {"sub": "other"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "an empty client": {"iss": "", "sub": ""},
    "a client that is no text": {"iss": 1, "sub": 1},
    "a NUL": {"iss": "a\0", "sub": "a\0"},
    "half a character": {"iss": "\ud800", "sub": "\ud800"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": ""},
    "no audience in a list": {"aud": []},
    "another environment": {"aud": ISSUER.replace("uat", "live")},
    "the endpoint of another environment": {
        "aud": f"{ISSUER.replace('uat', 'live')}/connect/token"
    },
    "two environments": {"aud": [ISSUER, ISSUER.replace("uat", "live")]},
    "an audience that begins alike": {"aud": f"{ISSUER}/x"},
    "an audience in other letters": {"aud": ISSUER.upper()},
    "an audience that is no text": {"aud": {"x": ISSUER}},
    "no expiry": {"exp": None},
    "expired": {"exp": int(NOW) - 1},
    "expired this moment": {"exp": int(NOW)},
    "an expiry far ahead": {"exp": int(NOW) + 331},
    "an expiry in milliseconds": {"exp": int(NOW) * 1000},
    "an expiry beyond all years": {"exp": 10**300},
    "an expiry that is no number": {"exp": str(int(NOW) + 60)},
    "an expiry that is true": {"exp": True},
    "issued in the future": {"iat": int(NOW) + 31},
    "not before the future": {"nbf": int(NOW) + 31},
    "a negative time": {"iat": -1},
    "no jti": {"jti": None},
    "an empty jti": {"jti": ""},
    "a jti that is too long": {"jti": "x" * 257},
    "a jti that is no text": {"jti": 7},
    "half a character as jti": {"jti": "\udfff"},
}


@pytest.mark.parametrize("changed", CLAIMS.values(), ids=CLAIMS)
def test_refuses_what_is_said_wrongly(changed):
    """Without asking the database who it is: the good statement gets that far."""
    with pytest.raises(Refusal):
        known(signed(spoken(**changed)), NOW)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        known(signed(spoken()), NOW)


def spoken(**changed):
    text = claims("plan", NOW, **changed)
    return f"{segment({'alg': 'ES256', 'typ': 'JWT'})}.{segment(text)}"


def signed(text, pair=PAIR):
    """Sign a text that the library would not, with the library's own algorithm."""
    algorithm = jwt.algorithms.ECAlgorithm(jwt.algorithms.hashes.SHA256)
    return f"{text}.{segment(algorithm.sign(text.encode(), algorithm.prepare_key(pair.private)))}"


def unsigned(said):
    return f"{segment({'alg': 'none'})}.{segment(said())}."


def mac(algorithm, secret):
    def make(said):
        text = f"{segment({'alg': algorithm, 'typ': 'JWT'})}.{segment(said())}"
        digest = hmac.digest(secret.encode(), text.encode(), f"sha{algorithm[2:]}")
        return f"{text}.{segment(digest)}"

    return make


def with_header(**header):
    text = {"alg": "ES256", "typ": "JWT"} | header
    return lambda said: signed(f"{segment(text)}.{segment(said())}")


def changed(place, value):
    def make(said):
        parts = PAIR.sign(said()).split(".")
        parts[place] = value(parts[place]) if callable(value) else value
        return ".".join(parts)

    return make


def other_claims(said):
    """Return a good signature under another text."""
    head, _, signature = PAIR.sign(said()).split(".")
    return f"{head}.{segment(said())}.{signature}"


def zeros(said):
    return changed(2, segment(bytes(64)))(said)


FORGED = {
    "no algorithm": unsigned,
    "none in capitals": changed(0, segment({"alg": "NONE"})),
    "none, with the signature left": changed(0, segment({"alg": "none"})),
    "HS256 with the public key": mac("HS256", PAIR.public),
    "HS256 with the public key, without the last line break": mac("HS256", PAIR.public.strip()),
    "HS512 with the public key": mac("HS512", PAIR.public),
    "HS256 with nothing": mac("HS256", ""),
    "the name of another algorithm": changed(0, segment({"alg": "RS256"})),
    "an algorithm nobody has": with_header(alg="ES257"),
    "an algorithm that is a list": with_header(alg=["ES256"]),
    "no algorithm named": with_header(alg=None),
    "a critical extension": with_header(crit=["b64"], b64=False),
    "an empty list of them": with_header(crit=[]),
    "an access token's type": with_header(typ="at+jwt"),
    "a type that is no text": with_header(typ=1),
    "another client's key": lambda said: OTHER.sign(said()),
    "an RSA key that is not registered": lambda said: PAIRS["RSA"].sign(said()),
    "other claims": other_claims,
    "a signature of zeros": zeros,
    "half a signature": changed(2, lambda part: part[:43]),
    "no signature": changed(2, ""),
    "the signature twice": changed(2, lambda part: part + part),
    "a signature in DER": changed(2, lambda _: segment(b"\x30\x44" + bytes(70))),
    "a header that is no JSON": changed(0, segment(b"{")),
    "a header that is a list": changed(0, segment([])),
    "claims that are no JSON": changed(1, segment(b"\xff\xfe")),
    "claims that are a list": changed(1, segment([1])),
    "claims as deep as a well": changed(1, segment(b"[" * 3_000)),
    "not base64": changed(1, "%%%"),
    "padded": changed(1, lambda part: part + "="),
    "another spelling of the last bits": changed(1, lambda part: part + "A"),
    "letters outside ASCII": lambda said: PAIR.sign(said()) + "é",
    "two parts": lambda said: PAIR.sign(said()).rpartition(".")[0],
    "four parts": lambda said: PAIR.sign(said()) + ".x",
    "five parts, as encrypted ones have": lambda said: PAIR.sign(said()) + ".x.x",
    "JSON instead of a JWT": lambda said: json.dumps({"payload": segment(said())}),
    "a single point": lambda said: ".",
    "blanks around": lambda said: f" {PAIR.sign(said())} ",
    "too long": lambda said: PAIR.sign(said(padding="x" * 9_000)),
}


@pytest.fixture
def spoken_by(db):
    """Return what a client with a key says of itself; nothing of it is used up."""
    world = people.world()
    application = make_application(actor=COMMAND, organisation=world.agent, name="Plan")
    made = make_client(actor=COMMAND, application=application, environment=world.uat).client
    PAIR.register(made)
    return lambda **changed: claims(made.client_id, NOW, **changed)


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_refuses_what_is_forged(make, spoken_by):
    with pytest.raises(Refusal) as refusal:
        known(make(spoken_by), NOW)
    assert (refusal.value.status, refusal.value.error) == REFUSED
    assert known(PAIR.sign(spoken_by()), NOW)


@pytest.mark.parametrize("name", ["no algorithm", "claims as deep as a well", "too long"])
def test_answers_what_is_forged(name, endpoint, said):
    assert error(endpoint.post(asking(FORGED[name](said)))) == REFUSED


FORMS = {
    "a secret beside it": ({"client_secret": "x", "client_id": "x"}, "invalid_request"),
    "a secret that is right": ({"client_secret": "right"}, "invalid_request"),
    "another type": ({"client_assertion_type": "urn:saml2-bearer"}, "invalid_client"),
    "an empty type": ({"client_assertion_type": ""}, "invalid_request"),
    "an empty assertion": ({"client_assertion": ""}, "invalid_request"),
    "a NUL": ({"client_assertion": "a\0b"}, "invalid_request"),
    "all that fits into no form": ({"client_assertion": "x" * 20_000}, "invalid_request"),
    "an unknown grant": ({"grant_type": ASSERTION_TYPE}, "unsupported_grant_type"),
}


@pytest.mark.parametrize(("form", "expected"), FORMS.values(), ids=FORMS)
def test_refuses_a_form_that_is_wrong(form, expected, endpoint, client, said):
    if form.get("client_secret") == "right":
        form = {"client_secret": renew_secret(actor=COMMAND, client=client)}
        form["client_id"] = client.client_id
    answer = endpoint.post(asking(PAIR.sign(said())) | form)
    assert error(answer) == (400, expected)


@pytest.mark.parametrize("name", ["client_assertion", "client_assertion_type", "grant_type"])
def test_refuses_a_parameter_that_is_doubled(name, endpoint, said):
    pairs = [*asking(PAIR.sign(said())).items()]
    body = "&".join(f"{key}={value}" for key, value in [*pairs, (name, dict(pairs)[name])])
    assert error(endpoint.send(post(body.encode()))) == (400, "invalid_request")


def test_refuses_a_header_beside_it(endpoint, client, said):
    headers = {b"authorization": b"Basic eDp5"}
    answer = endpoint.post(asking(PAIR.sign(said())), headers=headers)
    assert error(answer) == (400, "invalid_request")


def test_does_not_tell_who_is_a_client(endpoint, client, said):
    wrong = endpoint.post(asking(OTHER.sign(said())))
    nobody = endpoint.post(asking(OTHER.sign(said(iss="nobody", sub="nobody"))))
    disable_client(actor=COMMAND, client=client)
    gone = endpoint.post(asking(PAIR.sign(said())))
    assert wrong.body == nobody.body == gone.body
    assert error(wrong) == REFUSED


@settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_no_assertion_with_a_bit_flipped_passes(data, spoken_by):
    """A flipped bit changes what was signed, or the signature, or is no JWT any more."""
    good = PAIR.sign(spoken_by())
    at = data.draw(st.integers(0, len(good) - 1))
    flipped = ord(good[at]) ^ (1 << data.draw(st.integers(0, 6)))
    bad = good[:at] + chr(flipped) + good[at + 1 :]
    with pytest.raises(Refusal):
        known(bad, NOW)
    assert known(good, NOW)


@settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])
@given(text=st.text(max_size=300) | st.from_regex(rules.SHAPE, fullmatch=True))
def test_reads_any_text_without_a_fault(text):
    with pytest.raises(Refusal):
        rules.read(text)


def known(text, now):
    claim = rules.ClientClaim("", assertion=text)
    return rules.authenticated("port/uat", claim, (ISSUER,), now)


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
