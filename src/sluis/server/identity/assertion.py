"""A client's proof by key pair: a short statement that it signed itself (RFC 7523, 3).

What depends on the statement alone is refused with a sentence that says what is wrong. Whether
the client is unknown, or none of its keys made the signature, the answer does not tell.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

import msgspec
from django.db import transaction
from django.db.models import Q

from sluis.gateway.tokens import SHAPE, decoded
from sluis.server.identity.accounts import KnownClient, Signed, client_named, in_use
from sluis.server.identity.form import ClientClaim, Refusal
from sluis.server.models import Client, Credential, UsedAssertion
from sluis.server.public_keys import ALGORITHMS, verifies

CHARACTERS_AT_MOST = 8_192
SECONDS_AT_MOST = 300  # from now until it expires
LEEWAY_SECONDS = 30  # by which the clock of a client may be ahead of ours
TYPES = frozenset(
    ("jwt", "client-authentication+jwt")
)  # what has another was signed for another use
USED_TO_THE = timedelta(hours=1)  # or each token would be a change of the key's row

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[^\0]{1,64}\Z")]  # as long as a client id may be
Moment = Annotated[float, msgspec.Meta(ge=0, lt=2**40)]


class Header(msgspec.Struct):
    """What counts of it. Keys, certificates and addresses of them are never looked at."""

    alg: str
    typ: str = "JWT"
    crit: Any = None


class Payload(msgspec.Struct):
    iss: Name
    sub: Name
    aud: str | Annotated[list[str], msgspec.Meta(min_length=1, max_length=1)]
    jti: Text
    exp: Moment
    nbf: Moment = 0
    iat: Moment = 0


class Assertion(NamedTuple):
    """What was signed, and how; by whom is to be seen."""

    algorithm: str
    payload: Payload
    signed: bytes
    signature: bytes


HEADER = msgspec.json.Decoder(Header)
PAYLOAD = msgspec.json.Decoder(Payload)


def authenticated(
    environment: str, claim: ClientClaim, audiences: tuple[str, ...], now: float
) -> KnownClient:
    """Return the client that signed for one of these audiences; raises `Refusal`."""
    assertion = read(claim.assertion)
    payload = assertion.payload
    check(payload, claim.client_id, audiences, now)
    client = client_named(environment, payload.sub)
    key = None if client is None else signer(client, assertion)
    if client is None or key is None:
        detail = "The client is unknown or disabled, or none of its keys made this signature."
        raise refusal(detail, why=f"assertion of client {payload.sub!r}")
    signed = Signed(client.pk, key.pk, payload.jti, payload.exp)
    return KnownClient(client.client_id, client.application, signed)


def signer(client: Client, assertion: Assertion) -> Credential | None:
    """Return which key of the client made the signature; the `kid` of a header decides nothing."""
    for key in in_use(client.public_keys):
        if verifies(key.public, assertion.algorithm, assertion.signed, assertion.signature):
            return key
    return None


def read(text: str) -> Assertion:
    """Return what an assertion says; raises `Refusal`, and nothing else, whatever the text is."""
    shape = SHAPE.fullmatch(text) if len(text) <= CHARACTERS_AT_MOST else None
    if shape is None:
        raise unreadable()
    try:
        header = HEADER.decode(decoded(shape[1]))
        payload = PAYLOAD.decode(decoded(shape[2]))
        signature = decoded(shape[3])
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec raises all three
        raise unreadable() from error
    if header.alg not in ALGORITHMS:
        raise refusal(f"Sign the assertion with one of: {', '.join(ALGORITHMS)}.")
    if header.crit is not None or header.typ.lower() not in TYPES:
        raise refusal("The typ of the assertion is JWT, and it has no crit.")
    return Assertion(header.alg, payload, text[: shape.end(2)].encode(), signature)


def check(payload: Payload, client_id: str, audiences: tuple[str, ...], now: float) -> None:
    """Raise `Refusal` where the statement is not one for us, now, by the client that asks."""
    if payload.iss != payload.sub or client_id not in ("", payload.sub):
        raise refusal("Both iss and sub of the assertion are the client_id.")
    (audience,) = (payload.aud,) if isinstance(payload.aud, str) else payload.aud
    if audience not in audiences:
        raise refusal(f"The aud of the assertion is {' or '.join(audiences)}, and no other.")
    if payload.exp <= now:
        raise refusal("The assertion has expired. Sign a new one for each request.")
    if payload.exp > now + SECONDS_AT_MOST + LEEWAY_SECONDS:
        raise refusal(f"The assertion expires later than {SECONDS_AT_MOST} seconds from now.")
    if max(payload.nbf, payload.iat) > now + LEEWAY_SECONDS:
        raise refusal("The assertion begins in the future. Set your clock.")


@transaction.atomic
def spend(signed: Signed, now: float) -> None:
    """Let an assertion be good for this once; raises `Refusal` the next time.

    In the database, since it has to hold in every process, and after a restart.
    """
    _, first = UsedAssertion.objects.get_or_create(
        client_id=signed.client,
        digest=sha256(signed.jti.encode()).digest(),
        defaults={"expires_at": datetime.fromtimestamp(signed.expires_at, UTC)},
    )
    if not first:
        raise refusal("An assertion with this jti was used before. Sign a new one each time.")
    moment = datetime.fromtimestamp(now, UTC)
    lately = Q(used_at__gt=moment - USED_TO_THE)
    Credential.objects.filter(pk=signed.key).exclude(lately).update(used_at=moment)


def unreadable() -> Refusal:
    detail = (
        "The client_assertion is not a signed JWT with iss, sub, aud, jti and exp, "
        f"of {CHARACTERS_AT_MOST} characters at most and for one aud."
    )
    return refusal(detail)


def refusal(detail: str, why: str = "") -> Refusal:
    return Refusal("invalid_client", detail, why=why)
