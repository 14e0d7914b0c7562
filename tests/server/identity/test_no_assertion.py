"""Everything that is no proof of a client: said wrongly, forged, in a form that is wrong."""

import hmac
import json

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.identity import assertion as rules
from sluis.server.identity.form import Refusal
from tests.server import people
from tests.server.identity.conftest import NOW
from tests.server.identity.pairs import (
    ASSERTION_TYPE,
    ISSUER,
    OTHER,
    PAIR,
    PAIRS,
    REFUSED,
    asking,
    claims,
    segment,
)
from tests.server.identity.served import error, post

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
