"""Access tokens: signed by us (RS256, RFC 9068), verified once, remembered until they expire."""

from collections.abc import Callable, Mapping
from hashlib import sha256

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Claims

ALGORITHM = "RS256"
TYPE = "at+jwt"
CHARACTERS_AT_MOST = 4_096
REMEMBERED_AT_MOST = 50_000


class Payload(msgspec.Struct):
    """The claims that we write; a token without one of them is none of ours."""

    iss: str
    aud: str
    sub: str
    client_id: str
    jti: str
    iat: int
    exp: int
    org: str | None = None
    person: str | None = None


PAYLOAD = msgspec.json.Decoder(Payload)
REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])


def refused(reason: Reason, detail: str) -> Problem:
    return Problem(reason, detail, scheme="bearer-token")


UNREADABLE = "This is not an access token of this platform. Fetch one at the token endpoint."


def verified(token: str, keys: Mapping[str, RSAKey], issuer: str) -> Claims:
    """Return the claims of a token; its expiry is for the caller to judge.

    `keys` are the public keys of this environment by `kid`. Raises `Problem`.
    """
    if len(token) > CHARACTERS_AT_MOST:
        raise refused(Reason.CREDENTIAL_UNKNOWN, UNREADABLE)
    try:
        unverified = jws.extract_compact(token.encode("ascii"))
        header = unverified.headers()
        key = keys.get(str(header.get("kid")))
        # The algorithm is ours to choose, not the token's; keys in a header are never used.
        if key is None or header.get("alg") != ALGORITHM or header.get("typ") != TYPE:
            raise refused(Reason.CREDENTIAL_UNKNOWN, UNREADABLE)
        payload = PAYLOAD.decode(jws.deserialize_compact(token, key, registry=REGISTRY).payload)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError) as error:
        raise refused(Reason.CREDENTIAL_UNKNOWN, UNREADABLE) from error
    if payload.iss != issuer or payload.aud != issuer:
        raise refused(Reason.CREDENTIAL_UNKNOWN, UNREADABLE)
    return Claims(payload.client_id, payload.org, payload.person, payload.jti, float(payload.exp))


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
