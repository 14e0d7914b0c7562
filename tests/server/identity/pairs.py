"""Key pairs of clients, and what is signed with them by another library than ours."""

import json
import secrets
import subprocess
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.add_public_key import add_public_key
from sluis.server.public_keys import read
from tests.server.identity.served import URL

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ISSUER = f"{URL}/port/uat"
KINDS = {
    "RSA": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "EC": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "Ed25519": ("-algorithm", "ED25519"),
}
ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "Ed25519": "EdDSA"}


def openssl(*arguments, given=""):
    done = subprocess.run(
        ["openssl", *arguments], input=given, capture_output=True, text=True, check=True
    )
    return done.stdout


class Pair:
    """A private key in PEM, and its public half."""

    def __init__(self, kind="EC"):
        self.algorithm = ALGORITHMS[kind]
        self.private = openssl("genpkey", *KINDS[kind])
        self.public = openssl("pkey", "-pubout", given=self.private)

    def register(self, client):
        key = read(self.public, datetime.now(UTC))
        return add_public_key(actor=COMMAND, client=client, key=key)

    def jwk(self, private=False):
        """Return either half as JOSE has it, made by another library than ours."""
        key = load_pem_private_key(self.private.encode(), None)
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        return json.loads(algorithm.to_jwk(key if private else key.public_key()))

    def sign(self, claims, *, algorithm=None, **header):
        return jwt.encode(claims, self.private, algorithm or self.algorithm, headers=header or None)


PAIRS = {kind: Pair(kind) for kind in KINDS}
PAIR, OTHER = PAIRS["EC"], Pair("EC")
REFUSED = (400, "invalid_client")


def claims(client_id, now, **changed):
    """Return what a client says of itself; a member changed to None is left out."""
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "jti": secrets.token_hex(16),
        "iat": int(now),
        "exp": int(now) + 60,
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def asking(assertion, **more):
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        **more,
    }


def segment(value):
    """Return a part of a JWT: of an object, or of bytes as they are."""
    plain = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(plain).rstrip(b"=").decode()
