"""Tokens that are not to be believed, one of each kind, and how they are made."""

import base64
import hashlib
import hmac
import json

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import RSAKey

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
