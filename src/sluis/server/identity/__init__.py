"""The identity endpoint of an environment: tokens, their revocation, and who signs them.

Seed 000 documents the password grant, which today's standards forbid: it is a door that a
provider's policy opens. Errors are those of RFC 6749, section 5.2.
"""

import asyncio
import hmac
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

import msgspec
from django.db import DatabaseError, close_old_connections

from sluis.core.credential import derived
from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.core.provider import OldDoor
from sluis.gateway.snapshot import Environment
from sluis.gateway.tokens import ALGORITHM, LIFETIME_SECONDS
from sluis.server.config import Config
from sluis.server.identity import accounts, assertion, grants
from sluis.server.identity.accounts import KnownClient, User
from sluis.server.identity.form import (
    WRONG_PASSWORD,
    ClientClaim,
    Form,
    Refusal,
    client_of,
    form_of,
)
from sluis.server.identity.hashing import Busy, Hashing
from sluis.server.identity.thresholds import Guard, Thresholds
from sluis.server.public_keys import ALGORITHMS

logger = logging.getLogger(__name__)
T = TypeVar("T")

TOKEN = "/connect/token"
REVOCATION = "/connect/revocation"
CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks.json"
KEYS_ALIAS = "/.well-known/openid-configuration/jwks"  # as IdentityServer, and NxtPort, have it
CLIENT_PROOFS = ["client_secret_post", "client_secret_basic", "private_key_jwt"]
NO_STORE = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]
PUBLIC = [(b"cache-control", b"public, max-age=3600"), (b"access-control-allow-origin", b"*")]


class Identity:
    """Answers for every environment.

    `in_force` waits until a revision of the policy works in this process, so that the very
    next call does (ruling 5). `database` are threads that may block; passwords have one of
    their own, since a thread that computes slows down every other.
    """

    def __init__(
        self,
        *,
        config: Config,
        database: Executor,
        in_force: Callable[[int], Awaitable[object]],
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        thresholds: Thresholds | None = None,
    ) -> None:
        thresholds = thresholds or Thresholds()
        self.database = database
        self.hashing = Hashing(thresholds.passwords_waiting)
        self.in_force = in_force
        self.now = now
        self.guard = Guard(thresholds, monotonic)
        # One attempt at a time for each account: forty at once would all come before a delay.
        self.turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self.log_key = derived(config.secret, "user names in logs")

    def stop(self) -> None:
        """End the thread of the passwords, once nothing is under way."""
        self.hashing.stop()

    async def answer(
        self, request: Request, environment: Environment, path: str
    ) -> Response | None:
        """Return the answer; None when the path is none of identity's."""
        match path:
            case "/.well-known/openid-configuration":
                return published(request, self.configuration(environment))
            case "/.well-known/jwks.json" | "/.well-known/openid-configuration/jwks":
                return published(request, key_set(environment))
            case "/connect/token":
                return await self.posted(request, environment, self.token)
            case "/connect/revocation":
                return await self.posted(request, environment, self.revocation)
        return None

    def unread(self, environment: Environment, path: str, problem: Problem) -> Response | None:
        """Return the refusal of a form that did not arrive whole; None where none is taken."""
        if path not in (TOKEN, REVOCATION):
            return None
        status = 413 if problem.reason is Reason.TOO_LARGE else 400
        return refused(Refusal("invalid_request", problem.detail, status), environment)

    async def posted(
        self,
        request: Request,
        environment: Environment,
        act: Callable[[Request, Environment], Awaitable[Response]],
    ) -> Response:
        """Return what `act` answers, or the refusal that it raises, in the words of the RFC."""
        if request.method != "POST":
            refusal = Refusal("invalid_request", "Use POST.", 405)
            return refused(refusal, environment, [(b"allow", b"POST")])
        try:
            await asyncio.sleep(0)  # from here on there is a task, as the event loop expects
            return await act(request, environment)
        except Refusal as refusal:
            self.log_refusal(request, environment, refusal)
            return refused(refusal, environment)
        except Busy:
            wait = 1 + self.hashing.waiting_at_most // 20  # 35 ms each, rounded up
            busy = too_many("Too many tokens are asked for just now.", wait)
            self.log_refusal(request, environment, busy)
            return refused(busy, environment)
        except DatabaseError:
            logger.exception("token endpoint without database")
            detail = "Tokens cannot be issued just now. Try again."
            return refused(Refusal("temporarily_unavailable", detail, 503, 1), environment)

    async def token(self, request: Request, environment: Environment) -> Response:
        form = form_of(request)
        claim = client_of(request, form)
        grant_type = form.grant_type()
        if grant_type not in self.grant_types(environment):
            detail = f"Use one of: {', '.join(self.grant_types(environment))}."
            raise Refusal("unsupported_grant_type", detail)
        scope = form.scope()
        client = await self.client(request, environment, claim)
        if grant_type == "password":
            granted = await self.by_password(request, environment, form, client)
        else:
            granted = await self.in_database(
                grants.for_application, environment, client, self.now()
            )
            self.log_grant(request, environment, client, granted, grant_type)
        if granted.revision:
            await self.in_force(granted.revision)
        return worded(
            200,
            {
                "access_token": granted.token,
                "expires_in": LIFETIME_SECONDS,
                "token_type": "Bearer",
                "scope": scope,
            },
            NO_STORE,
        )

    async def revocation(self, request: Request, environment: Environment) -> Response:
        """Revoke a token of the client that asks (RFC 7009)."""
        form = form_of(request)
        client = await self.client(request, environment, client_of(request, form))
        token = form.required("token")
        revision = await self.in_database(grants.revoke, environment, client, token, self.now())
        if revision:
            await self.in_force(revision)
        return Response(200, headers=list(NO_STORE))

    async def client(
        self, request: Request, environment: Environment, claim: ClientClaim
    ) -> KnownClient:
        """Return the client that asks; raises `Refusal`."""
        wait = self.guard.wait_of_address(request.address)
        if wait:
            raise too_many("This address has failed too often.", wait)
        try:
            found = await self.proved(environment, claim)
            wait = self.guard.wait_of_client(f"{environment.key} {found.client_id}")
            if found.signed and not wait:
                await self.in_database(assertion.spend, found.signed, self.now())
        except Refusal:
            self.guard.address_failed(request.address)
            raise
        if wait:
            raise too_many("This client asks for tokens too often. Use each for its hour.", wait)
        return found

    async def proved(self, environment: Environment, claim: ClientClaim) -> KnownClient:
        """Return the client whose secret or signature is right; raises `Refusal`."""
        key, url = environment.key, environment.base_url
        if not claim.assertion:
            return await self.in_database(accounts.authenticated, key, claim)
        return await self.in_database(
            assertion.authenticated, key, claim, (url, url + TOKEN), self.now()
        )

    async def by_password(
        self, request: Request, environment: Environment, form: Form, client: KnownClient
    ) -> grants.Granted:
        """Return a token; raises the same `Refusal`, after the same time, whatever is wrong."""
        username, password = form.required("username"), form.required("password")
        user = await self.in_database(accounts.user_named, environment.key, username)
        account = self.account_of(environment, username, user)
        turn = self.turns.setdefault(account, asyncio.Lock())
        with self.hashing.place():
            async with turn:
                delayed = self.guard.delays(account)
                outcome = await self.hashing.compare(password, user.password if user else None)
                why_not = await self.in_database(accounts.why_not, user)
                why = why_refused(why_not, delayed, outcome.matches)
                if why:
                    self.guard.address_failed(request.address)
                    if not delayed:
                        self.guard.account_failed(account)
                    why = f"{why}; client {client.client_id}; account {account}"
                    raise Refusal("invalid_grant", WRONG_PASSWORD, why=why)
                self.guard.account_succeeded(account)
        granted = await self.in_database(
            grants.for_user, environment, client, user, outcome.rehashed, self.now()
        )
        self.log_grant(request, environment, client, granted, "password", account)
        return granted

    def account_of(self, environment: Environment, username: str, user: User | None) -> str:
        """Return by what failures are counted and logged: never the name, often mistyped."""
        if user is not None:
            return user.id.hex
        name = f"{environment.key} {username.strip().lower()}".encode()
        return "unknown-" + hmac.digest(self.log_key, name, "sha256").hex()[:16]

    def grant_types(self, environment: Environment) -> tuple[str, ...]:
        if OldDoor.PASSWORD_GRANT in environment.doors:
            return ("password", "client_credentials")
        return ("client_credentials",)

    def configuration(self, environment: Environment) -> Mapping[str, Any]:
        """Return what RFC 8414 and OpenID Connect Discovery have clients look up."""
        url = environment.base_url
        return {
            "issuer": url,
            "token_endpoint": url + TOKEN,
            "revocation_endpoint": url + REVOCATION,
            "jwks_uri": url + KEYS,
            "grant_types_supported": self.grant_types(environment),
            "token_endpoint_auth_methods_supported": CLIENT_PROOFS,
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "revocation_endpoint_auth_methods_supported": CLIENT_PROOFS,
            "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "scopes_supported": ["openid"],
            "response_types_supported": [],  # there is no authorization endpoint
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }

    async def in_database(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.database, connected, function, *arguments)

    def log_grant(
        self,
        request: Request,
        environment: Environment,
        client: KnownClient,
        granted: grants.Granted,
        grant_type: str,
        account: str = "",
    ) -> None:
        extra = {
            "environment": environment.key,
            "grant_type": grant_type,
            "client": client.client_id,
            "account": account,
            "jti": granted.jti,
            "address": request.address,
        }
        logger.info("token granted", extra=extra)

    def log_refusal(self, request: Request, environment: Environment, refusal: Refusal) -> None:
        extra = {
            "environment": environment.key,
            "error": refusal.error,
            "why": refusal.why or refusal.description,
            "address": request.address,
        }
        logger.warning("token refused", extra=extra)


def connected(function: Callable[..., T], *arguments: Any) -> T:
    close_old_connections()  # one that broke since is opened again
    return function(*arguments)


def why_refused(why_not: str, delayed: bool, matches: bool) -> str:
    """Return what is wrong, for the log alone; "" when a token is due."""
    if not matches:
        why = "unknown user" if why_not == "unknown user" else "wrong password"
    else:
        why = why_not or ("right password" if delayed else "")
    return f"{why}, during a delay" if delayed else why


def too_many(description: str, wait_seconds: int) -> Refusal:
    return Refusal("temporarily_unavailable", description, 429, wait_seconds)


def refused(
    refusal: Refusal, environment: Environment, more: list[tuple[bytes, bytes]] | None = None
) -> Response:
    headers = [*NO_STORE, *(more or ())]
    if refusal.wait_seconds:
        headers.append((b"retry-after", str(refusal.wait_seconds).encode()))
    if refusal.status == 401:  # RFC 6749, 5.2: the scheme that the client used
        headers.append((b"www-authenticate", f'Basic realm="{environment.key}"'.encode()))
    body = {"error": refusal.error, "error_description": refusal.description}
    return worded(refusal.status, body, headers)


def published(request: Request, document: Mapping[str, Any]) -> Response:
    if request.method not in ("GET", "HEAD"):
        return Response(405, headers=[(b"allow", b"GET")])
    return worded(200, document, PUBLIC)


def key_set(environment: Environment) -> Mapping[str, Any]:
    """Return the public keys, those that are to sign soon included (RFC 7517)."""
    keys = [
        {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}
        for kid, key in environment.signing_keys.items()
    ]
    return {"keys": keys}


def worded(status: int, body: Mapping[str, Any], headers: list[tuple[bytes, bytes]]) -> Response:
    return Response(status, msgspec.json.encode(body), headers=list(headers))
