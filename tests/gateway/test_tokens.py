"""Tokens that we did not write: every one is refused for what it carries, never by a fault."""

import base64
import hashlib
import hmac
import json
import socket

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import RSAKey

from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.route import Routes
from sluis.gateway.schemes import Claims
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.snapshot import Client, Environment, Snapshot, SnapshotCredentials
from sluis.gateway.tokens import Payload, Verified, signed

NOW = 1_700_000_000
URL = "http://localhost:8000/port/uat"
LIVE_URL = "http://localhost:8000/port/live"

# Made once, for these tests alone: 2048 bits do, and keep them quick.
OURS, LIVES, ATTACKERS = (RSAKey.generate_key(2048) for _ in range(3))
PUBLIC = RSAKey.import_key(OURS.as_pem(private=False))
PUBLIC_OF_LIVE = RSAKey.import_key(LIVES.as_pem(private=False))

CLAIMS = {
    "iss": URL,
    "aud": URL,
    "sub": "1f",
    "client_id": "builder",
    "jti": "j1",
    "iat": NOW,
    "exp": NOW + 3600,
    "scope": "openid",
    "org": "0a",
    "person": "1f",
}
HEADER = {"alg": "RS256", "kid": "ours", "typ": "at+jwt"}


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


def coded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(segment):
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def token(header=None, claims=None, key=OURS, raw_header=None, raw_claims=None):
    """Return a token that is properly signed (RS256) over whatever header and claims."""
    header = coded(raw_header if raw_header is not None else {**HEADER, **(header or {})})
    claims = coded(raw_claims if raw_claims is not None else {**CLAIMS, **(claims or {})})
    return f"{header}.{claims}.{signature(f'{header}.{claims}', key)}"


def signature(text, key=OURS):
    return coded(
        jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(
            text.encode(), key.private_key
        )
    )


def without(name):
    return {key: value for key, value in CLAIMS.items() if key != name}


def macced(secret, algorithm="HS256", **header):
    head = coded({**HEADER, "alg": algorithm, **header})
    text = f"{head}.{coded(CLAIMS)}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
    return f"{text}.{coded(hmac.digest(secret, text.encode(), digest))}"


def unsigned(algorithm, tail=""):
    return f"{coded({**HEADER, 'alg': algorithm})}.{coded(CLAIMS)}.{tail}"


def by_pyjwt(algorithm, key, **header):
    return jwt.encode(CLAIMS, key, algorithm, headers={**HEADER, "alg": algorithm, **header})


GOOD = token()
HEAD, BODY, SIGNATURE = GOOD.split(".")
PEM = OURS.as_pem(private=False)
DER = OURS.as_der(private=False)
JWK = json.dumps(PUBLIC.as_dict(private=False)).encode()
MODULUS = decoded(PUBLIC.as_dict(private=False)["n"])
ATTACKERS_JWK = ATTACKERS.as_dict(private=False)
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())


def flipped(segment, at):
    other = "A" if segment[at] != "A" else "B"
    return segment[:at] + other + segment[at + 1 :]


ATTACKS = {
    # no signature
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg NONE": unsigned("NONE"),
    "alg nOnE": unsigned("nOnE"),
    "alg none with a signature": unsigned("none", SIGNATURE),
    "alg none, trailing blank": unsigned("none "),
    "alg empty": unsigned(""),
    "alg null": unsigned(None),
    "alg RS256, no signature": f"{HEAD}.{BODY}.",
    "alg RS256, signature of one byte": f"{HEAD}.{BODY}.AA",
    "alg RS256, signature of zeros": f"{HEAD}.{BODY}.{coded(bytes(256))}",
    # the public key as a secret
    "HS256 with the PEM": macced(PEM),
    "HS256 with the PEM without its last line end": macced(PEM.rstrip()),
    "HS256 with the DER": macced(DER),
    "HS256 with the JWK": macced(JWK),
    "HS256 with the modulus": macced(MODULUS),
    "HS256 with nothing": macced(b""),
    "HS256 with the key id": macced(b"ours"),
    "HS384 with the PEM": macced(PEM, "HS384"),
    "HS512 with the PEM": macced(PEM, "HS512"),
    "alg says RS256, signed with HMAC": (
        f"{HEAD}.{BODY}.{coded(hmac.digest(PEM, f'{HEAD}.{BODY}'.encode(), 'sha256'))}"
    ),
    # other algorithms, also by the right key
    "RS384 by our own key": by_pyjwt("RS384", OURS.private_key),
    "RS512 by our own key": by_pyjwt("RS512", OURS.private_key),
    "PS256 by our own key": by_pyjwt("PS256", OURS.private_key),
    "ES256": by_pyjwt("ES256", ELLIPTIC),
    "alg rs256": token({"alg": "rs256"}),
    "alg a list": token({"alg": ["RS256"]}),
    "alg a number": token({"alg": 256}),
    # which key
    "kid missing": token(raw_header=json.dumps({"alg": "RS256", "typ": "at+jwt"}).encode()),
    "kid unknown": token({"kid": "other"}),
    "kid empty": token({"kid": ""}),
    "kid null": token({"kid": None}),
    "kid a list": token({"kid": ["ours"]}),
    "kid an object": token({"kid": {"ours": 1}}),
    "kid a number": token({"kid": 0}),
    "kid a path": token({"kid": "../../../../dev/null"}),
    "kid SQL": token({"kid": "x' UNION SELECT 'AA'; --"}),
    "kid a command": token({"kid": "ours; cat /etc/passwd"}),
    "kid with a NUL": token({"kid": "ours\0"}),
    "kid in other case": token({"kid": "OURS"}),
    "kid of ours, key of another": token(key=ATTACKERS),
    # keys, and addresses of keys, in the header
    "jwk": token({"jwk": ATTACKERS_JWK}, key=ATTACKERS),
    "jwk with an unknown kid": token({"jwk": ATTACKERS_JWK, "kid": "new"}, key=ATTACKERS),
    "jku": token({"jku": "http://127.0.0.1:1/jwks.json"}, key=ATTACKERS),
    "jku of ours with a fragment": token({"jku": f"{URL}/#@evil.example"}, key=ATTACKERS),
    "x5u": token({"x5u": "https://127.0.0.1:1/cert.pem"}, key=ATTACKERS),
    "x5c": token({"x5c": [base64.b64encode(DER).decode()]}, key=ATTACKERS),
    "x5t": token({"x5t": "AAAA"}, key=ATTACKERS),
    "jku by our own key": token({"jku": "http://127.0.0.1:1/jwks.json"}),
    # extensions
    "crit": token({"crit": ["exp"]}),
    "crit unknown": token({"crit": ["example"], "example": True}),
    "crit empty": token({"crit": []}),
    "b64 false": token({"b64": False, "crit": ["b64"]}),
    "zip": token({"zip": "DEF"}),
    "cty JWT": token({"cty": "JWT"}),
    # kinds of token
    "typ JWT, as ID tokens have": token({"typ": "JWT"}),
    "typ AT+JWT": token({"typ": "AT+JWT"}),
    "typ application/at+jwt": token({"typ": "application/at+jwt"}),
    "typ missing": token(raw_header=json.dumps({"alg": "RS256", "kid": "ours"}).encode()),
    "typ null": token({"typ": None}),
    "typ logout+jwt": token({"typ": "logout+jwt"}),
    # for whom
    "iss of another": token(claims={"iss": "https://evil.example"}),
    "iss with a slash more": token(claims={"iss": URL + "/"}),
    "iss a list": token(claims={"iss": [URL]}),
    "iss missing": token(raw_claims=json.dumps(without("iss")).encode()),
    "aud of another": token(claims={"aud": "https://evil.example"}),
    "aud a list with ours": token(claims={"aud": [URL, "https://evil.example"]}),
    "aud missing": token(raw_claims=json.dumps(without("aud")).encode()),
    "aud of live, key of uat": token(claims={"iss": LIVE_URL, "aud": LIVE_URL}),
    "client_id missing": token(raw_claims=json.dumps(without("client_id")).encode()),
    "jti missing": token(raw_claims=json.dumps(without("jti")).encode()),
    "org a list": token(claims={"org": ["0a"]}),
    "person a number": token(claims={"person": 1}),
    # when
    "exp missing": token(raw_claims=json.dumps(without("exp")).encode()),
    "exp null": token(claims={"exp": None}),
    "exp a float": token(claims={"exp": NOW + 0.5}),
    "exp a float without a fraction": token(claims={"exp": float(NOW + 10)}),
    "exp a string": token(claims={"exp": str(NOW + 10)}),
    "exp a boolean": token(claims={"exp": True}),
    "exp a list": token(claims={"exp": [NOW + 10]}),
    "exp negative": token(claims={"exp": -1}),
    "exp with 400 digits": token(claims={"exp": 10**400}),
    "exp with 400 digits below zero": token(claims={"exp": -(10**400)}),
    "exp NaN": token(raw_claims=json.dumps({**CLAIMS, "exp": float("nan")}).encode()),
    "exp infinite": token(raw_claims=json.dumps({**CLAIMS, "exp": float("inf")}).encode()),
    "exp in 1e400": token(raw_claims=json.dumps(CLAIMS).replace(str(NOW + 3600), "1e400").encode()),
    "exp a century ahead": token(claims={"exp": NOW + 3_000_000_000}),
    "iat in an hour": token(claims={"iat": NOW + 3600, "exp": NOW + 7200}),
    "iat a string": token(claims={"iat": "now"}),
    "iat missing": token(raw_claims=json.dumps(without("iat")).encode()),
    # tampered with
    "claims changed": f"{HEAD}.{coded({**CLAIMS, 'org': 'ff'})}.{SIGNATURE}",
    "first letter of the header changed": f"{flipped(HEAD, 5)}.{BODY}.{SIGNATURE}",
    "a letter of the claims changed": f"{HEAD}.{flipped(BODY, 20)}.{SIGNATURE}",
    "first letter of the signature changed": f"{HEAD}.{BODY}.{flipped(SIGNATURE, 0)}",
    "a letter of the signature changed": f"{HEAD}.{BODY}.{flipped(SIGNATURE, 100)}",
    "the signature in another spelling": f"{HEAD}.{BODY}.{SIGNATURE[:-1]}"
    + {"A": "B", "Q": "R", "g": "h", "w": "x"}[SIGNATURE[-1]],
    "the signature padded": GOOD + "==",
    "the signature with line ends": f"{HEAD}.{BODY}.{SIGNATURE[:40]}\r\n\r\n{SIGNATURE[40:]}",
    "the signature with plus and slash": GOOD.replace("-", "+").replace("_", "/") + "+",
    "the signature of another token": f"{HEAD}.{coded(without('org'))}.{SIGNATURE}",
    "the header respelled": f"{coded(json.dumps(HEADER, indent=1).encode())}.{BODY}.{SIGNATURE}",
    # not three segments
    "truncated by a letter": GOOD[:-1],
    "truncated by half": GOOD[: len(GOOD) // 2],
    "a letter more": GOOD + "A",
    "one segment": HEAD,
    "two segments": f"{HEAD}.{BODY}",
    "four segments": GOOD + ".",
    "five segments, as of a JWE": f"{HEAD}.{BODY}.{SIGNATURE}.AAAA.AAAA",
    "a JWE of alg dir": ".".join((coded({"alg": "dir", "enc": "A128GCM"}), "", "AA", "AA", "AA")),
    "a JWS in JSON": json.dumps({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}),
    "empty": "",
    "two dots": "..",
    "dots only": "." * 50,
    "a detached payload": f"{HEAD}..{SIGNATURE}",
    "the word Bearer twice": f"Bearer {GOOD}",
    "two tokens": f"{GOOD},{GOOD}",
    # not text, not JSON, not small
    "not ASCII": "é" + GOOD,
    "full-width letters": GOOD.replace("e", "ｅ", 1),
    "a NUL": GOOD + "\0",
    "a blank in it": f"{HEAD}. {BODY}.{SIGNATURE}",
    "a line end before it": f"\n{GOOD}",
    "a line end after it": f"{GOOD}\n",
    "a tab in it": f"{HEAD}\t.{BODY}.{SIGNATURE}",
    "percent-encoded": GOOD.replace(".", "%2E"),
    "huge": "A" * 1_000_000,
    "huge, three segments": ".".join(["A" * 300_000] * 3),
    "huge, and signed": token(claims={"sub": "s" * 4_000}),
    "header not base64": f"%%%.{BODY}.{SIGNATURE}",
    "header not JSON": token(raw_header=b"alg=RS256"),
    "header not UTF-8": token(raw_header=b'{"alg":"RS256","kid":"\xff","typ":"at+jwt"}'),
    "header a list": token(raw_header=b"[]"),
    "header a string": token(raw_header=b'"RS256"'),
    "header a number": token(raw_header=b"1"),
    "header null": token(raw_header=b"null"),
    "header empty": token(raw_header=b"{}"),
    "header nested": token(raw_header=b"[" * 1_000),
    "header nested in an unknown name": token(raw_header=b'{"a":' * 300 + b"1" + b"}" * 300),
    "header with a byte order mark": token(
        raw_header=b"\xef\xbb\xbf" + json.dumps(HEADER).encode()
    ),
    "header with alg twice": token(
        raw_header=b'{"alg":"RS256","alg":"none","kid":"ours","typ":"at+jwt"}'
    ),
    "claims not JSON": token(raw_claims=b"iss=us"),
    "claims not UTF-8": token(raw_claims=b"\xff\xfe"),
    "claims a list": token(raw_claims=b"[]"),
    "claims null": token(raw_claims=b"null"),
    "claims empty": token(raw_claims=b"{}"),
    "claims nested": token(raw_claims=b'{"a":' + b"[" * 1_500),
    "claims with a nested stranger": token(
        raw_claims=json.dumps(CLAIMS)[:-1].encode() + b',"x":' + b"[" * 1_000 + b"]" * 1_000 + b"}"
    ),
    "claims with exp twice": token(
        raw_claims=json.dumps(CLAIMS)[:-1].encode() + b',"exp":"never"}'
    ),
    "claims with a lone surrogate": token(
        raw_claims=json.dumps(CLAIMS).replace("openid", "\\ud800").encode()
    ),
    "claims with a name in escapes": token(
        raw_claims=json.dumps(without("exp"))[:-1].encode() + b',"\\u0065xp":"1"}'
    ),
}
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
