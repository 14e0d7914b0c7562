"""Access tokens: signed by us (RS256, RFC 9068), verified once, remembered until they expire.

What a token says of itself decides nothing. Its header must be exactly one that we write (so
`none`, another algorithm, keys or addresses of keys in the header, `crit` and the like never
get as far as a signature), and its bytes must be spelled as we spell them.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Claims

ALGORITHM = "RS256"
LIFETIME_SECONDS = 3_600
SKEW_SECONDS = 60  # by which the clocks of two of our machines may differ
CHARACTERS_AT_MOST = 4_096
REMEMBERED_AT_MOST = 50_000

Seconds = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]  # since 1970; a float holds them exactly


class Header(msgspec.Struct, forbid_unknown_fields=True):
    """All that we write in a header."""

    alg: Literal["RS256"]
    kid: str
    typ: Literal["at+jwt"]


class Payload(msgspec.Struct, omit_defaults=True):
    """The claims that we write; a token without one of them is none of ours."""

    iss: str
    aud: str
    sub: str
    client_id: str
    jti: str
    iat: Seconds
    exp: Seconds
    scope: str = ""
    org: str | None = None
    person: str | None = None
    nxt_entity_id: str | None = None  # what the port's own tokens call a party


SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
HEADER = msgspec.json.Decoder(Header)
PAYLOAD = msgspec.json.Decoder(Payload)
RS256 = JWSRegistry(algorithms=[ALGORITHM]).get_alg(ALGORITHM)
UNREADABLE = "This is not an access token of this platform. Fetch one at the token endpoint."


def signed(payload: Payload, kid: str, private: RSAKey) -> str:
    """Return the access token that says this."""
    header = msgspec.json.encode(Header("RS256", kid, "at+jwt"))
    text = b".".join((encoded(header), encoded(msgspec.json.encode(payload))))
    return b".".join((text, encoded(RS256.sign(text, private)))).decode()


def verified(token: str, keys: Mapping[str, RSAKey], issuer: str, now: float) -> Claims:
    """Return the claims of a token; its expiry is for the caller to judge.

    `keys` are the public keys of this environment by `kid`, `now` is real time in seconds.
    Raises `Problem`, and nothing else, whatever the text is.
    """
    shape = SHAPE.fullmatch(token) if len(token) <= CHARACTERS_AT_MOST else None
    if shape is None:
        raise unreadable()
    try:
        header = HEADER.decode(decoded(shape[1]))
        key = keys.get(header.kid)
        signature = decoded(shape[3])
        if key is None or not RS256.verify(token[: shape.end(2)].encode(), signature, key):
            raise unreadable()
        payload = PAYLOAD.decode(decoded(shape[2]))
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec raises all three
        raise unreadable() from error
    if payload.iss != issuer or payload.aud != issuer:
        raise unreadable()
    # With a key that leaked one could write tokens for ever, or keep some for later.
    if payload.exp - payload.iat > LIFETIME_SECONDS or payload.iat > now + SKEW_SECONDS:
        raise unreadable()
    return Claims(payload.client_id, payload.org, payload.person, payload.jti, float(payload.exp))


def encoded(value: bytes) -> bytes:
    return urlsafe_b64encode(value).rstrip(b"=")


def decoded(segment: str) -> bytes:
    """Return the bytes of a segment; raises `ValueError` when they have another spelling.

    One token is one text: a signature can be spelled in several ways that all verify.
    """
    value = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if encoded(value) != segment.encode():
        raise ValueError("Not the spelling of these bytes.")
    return value


def refused(reason: Reason, detail: str) -> Problem:
    return Problem(reason, detail, scheme="bearer-token")


def unreadable() -> Problem:
    return refused(Reason.CREDENTIAL_UNKNOWN, UNREADABLE)


class Verified:
    """The tokens that were verified before, by digest: verifying again costs 60 times more."""

    def __init__(self) -> None:
        self._claims: dict[bytes, Claims] = {}

    def get(self, environment: str, token: str, verify: Callable[[str], Claims]) -> Claims:
        """Return the claims of a token of this environment; raises what `verify` raises."""
        digest = sha256(f"{environment} {token}".encode()).digest()
        claims = self._claims.get(digest)
        if claims is None:
            claims = verify(token)
            if len(self._claims) >= REMEMBERED_AT_MOST:
                self._claims.clear()
            self._claims[digest] = claims
        return claims
