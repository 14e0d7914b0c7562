"""Tokens, once it is known who asks. Runs in a thread of the database."""

import secrets
from datetime import UTC, datetime
from typing import NamedTuple

from sluis.core.problem import Problem
from sluis.gateway.snapshot import Environment
from sluis.gateway.tokens import LIFETIME_SECONDS, Payload, signed, verified
from sluis.server import models
from sluis.server.actions.actor import PLATFORM
from sluis.server.actions.consent import Withdrawn, consent_by_password
from sluis.server.actions.revoke_token import revoke_token
from sluis.server.answers.rows import newest_revision
from sluis.server.identity.accounts import KnownClient, User, entity_id, keep_hash, organisation_of
from sluis.server.identity.form import Refusal
from sluis.server.identity.signing_keys import NoKey, rotate, signer


class Granted(NamedTuple):
    token: str
    jti: str
    revision: int  # what has to be in force before the token works; 0 for nothing new


def for_user(
    environment: Environment, client: KnownClient, user: User, rehashed: str | None, now: float
) -> Granted:
    """Return a token of a user whose password was right. Raises `Refusal`."""
    organisation = organisation_of(user, environment.key)
    try:
        consent = consent_by_password(
            environment=environment.key,
            application=client.application,
            organisation=organisation,
            person=user.person,
        )
    except Withdrawn as error:
        detail = "The organisation has withdrawn its consent. It can give it again in the portal."
        raise Refusal("unauthorized_client", detail, why="consent withdrawn") from error
    if rehashed is not None:
        keep_hash(user, rehashed)
    payload = claims(environment, client, user.id.hex, now)
    payload.org = organisation.pk.hex
    payload.person = user.id.hex
    payload.nxt_entity_id = entity_id(environment.key, organisation)
    return granted(environment, payload, consent or 0)


def for_application(environment: Environment, client: KnownClient, now: float) -> Granted:
    """Return a token of the application by itself; for whom it calls, its keys say."""
    return granted(environment, claims(environment, client, client.client_id, now), 0)


def claims(environment: Environment, client: KnownClient, subject: str, now: float) -> Payload:
    return Payload(
        iss=environment.base_url,
        aud=environment.base_url,
        sub=subject,
        client_id=client.client_id,
        jti=secrets.token_hex(16),
        iat=int(now),
        exp=int(now) + LIFETIME_SECONDS,
        scope="openid",
    )


def granted(environment: Environment, payload: Payload, revision: int) -> Granted:
    moment = datetime.fromtimestamp(payload.iat, UTC)
    try:
        kid, private = signer(environment.key, moment)
    except NoKey:  # the first token of an environment may come before its first key
        rotate(environment.key, moment)
        kid, private = signer(environment.key, moment)
    if kid not in environment.signing_keys:  # it was made a moment ago, here or elsewhere
        revision = max(revision, newest_revision())
    return Granted(signed(payload, kid, private), payload.jti, revision)


def revoke(environment: Environment, client: KnownClient, token: str, now: float) -> int:
    """Refuse a token from now on; return the revision that does so, 0 where there was no need.

    Raises `Refusal` for a token of another client.
    """
    try:
        found = verified(token, environment.signing_keys, environment.base_url, now)
    except Problem:
        return 0  # RFC 7009, 2.2: what is no token is revoked already
    if found.client_id != client.client_id:
        detail = "The token was issued to another client."
        raise Refusal("invalid_grant", detail, why="token of another client")
    if found.expires_at <= now:
        return 0
    row = models.Environment.objects.get(pk=environment.key)
    expires_at = datetime.fromtimestamp(found.expires_at, UTC)
    done = revoke_token(actor=PLATFORM, environment=row, jti=found.jti, expires_at=expires_at)
    return done or 0
