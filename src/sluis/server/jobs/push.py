"""One push: a POST to a channel's address, with what it takes to be let in there."""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec
from aiohttp.client_proto import ResponseHandler
from django.utils.translation import gettext_noop

from sluis.server.jobs import signature
from sluis.server.jobs.guard import Guard, NotAllowed
from sluis.server.jobs.lookup import Lookup
from sluis.server.jobs.targets import Answer, Target

TOTAL_SECONDS = 15.0  # `described` says so
CONNECT_SECONDS = 5.0
READ_BYTES = 16 * 1024
KEPT_CHARACTERS = 1024
ERROR_CHARACTERS = 200
INTERIM_AT_MOST = 20  # heads such as 100 Continue, before the one that answers
TOKEN_BYTES = 64 * 1024
TOKEN_EARLY_SECONDS = 60.0  # a token is renewed so long before it expires
TOKEN_SECONDS = 300.0  # where the token endpoint does not say
AGENT = "Sluis"


class NoToken(Exception):
    """The token endpoint gave no token; the message says what it did."""


class Listener(ResponseHandler):
    """What hears an answer; hangs up on one that has a beginning and no end.

    A megabyte of `100 Continue` takes a second to read, in which no channel is served.
    """

    interim = 0

    def feed_data(self, data: Any, size: int = 0) -> None:
        if self.interim > INTERIM_AT_MOST:
            return
        self.interim = self.interim + 1 if 100 <= data[0].code < 200 else 0
        if self.interim <= INTERIM_AT_MOST:
            super().feed_data(data, size)
        else:
            self.abort()
            self.set_exception(aiohttp.ClientPayloadError("no end of interim answers"))


class Pusher:
    """Pushes over connections that it keeps; made and used within one event loop."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        connector = aiohttp.TCPConnector(
            limit=0, resolver=Lookup(), socket_factory=guard.socket, keepalive_timeout=30.0
        )
        listener = partial(Listener, asyncio.get_running_loop())
        connector._factory = listener  # type: ignore[assignment]  # a partial is not covariant
        self.session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
            trust_env=False,
            auto_decompress=False,  # a small answer could become a large one
            headers={"user-agent": AGENT},
        )
        self.tokens: dict[int, tuple[Target, str, float]] = {}
        self.fetching: dict[int, asyncio.Lock] = {}

    async def __aenter__(self) -> "Pusher":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.session.close()

    async def push(self, target: Target, message_id: str, message: str) -> Answer:
        """Attempt once; whatever goes wrong out there is an answer."""
        began = time.monotonic()
        answer = await self.attempt(target, message_id, message)
        return answer._replace(milliseconds=int(1000 * (time.monotonic() - began)))

    async def attempt(self, target: Target, message_id: str, message: str) -> Answer:
        fault = self.guard.faults_of(target.url)
        if fault is not None:
            return Answer(None, error=fault)
        body = message.encode()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await self.post(target, message_id, body, renew=False)
                if answer.status == 401 and target.authentication != "none":
                    answer = await self.post(target, message_id, body, renew=True)
        except NoToken as error:
            return Answer(None, error=short(str(error)))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(None, error=short(described(error)))
        return answer._replace(text=masked(answer.text, self.hidden(target)))

    async def post(self, target: Target, message_id: str, body: bytes, *, renew: bool) -> Answer:
        secrets = target.secrets
        headers = dict(secrets.headers)
        if target.authentication != "none":
            token = await self.token(target, renew=renew)
            headers = {n: v for n, v in headers.items() if n.lower() != "authorization"}
            headers["authorization"] = f"Bearer {token}"
        headers["content-type"] = "application/json"
        now = time.time()
        headers |= signature.headers(message_id, int(now), body, secrets.signers(now))
        async with self.session.post(
            target.url, data=body, headers=headers, allow_redirects=False
        ) as response:
            text = await read(response, READ_BYTES)
            if response.status == 0 or 300 <= response.status < 400:
                error = gettext_noop("It redirects, which is not followed.")
                return Answer(response.status, text, error)
            return Answer(response.status, text, "", response.headers.get("retry-after"))

    async def token(self, target: Target, *, renew: bool) -> str:
        """Return a token for the channel; raises `NoToken`."""
        async with self.fetching.setdefault(target.id, asyncio.Lock()):
            known = self.tokens.get(target.id)
            now = asyncio.get_running_loop().time()
            if not renew and known is not None and known[0] == target and now < known[2]:
                return known[1]
            token, seconds = await self.fetched(target)
            self.tokens[target.id] = (target, token, now + seconds - TOKEN_EARLY_SECONDS)
            return token

    async def fetched(self, target: Target) -> tuple[str, float]:
        fault = self.guard.faults_of(target.token_url)
        if fault is not None:
            raise NoToken(f"Token endpoint: {fault}")
        headers = {**target.secrets.token_headers, "accept": "application/json"}
        headers["content-type"] = "application/x-www-form-urlencoded"
        async with self.session.post(
            target.token_url,
            data=urlencode(form_of(target)).encode(),
            headers=headers,
            allow_redirects=False,
        ) as response:
            text = await read(response, TOKEN_BYTES)
        if response.status != 200:
            raise NoToken(f"The token endpoint answered {response.status}.")
        try:
            told = msgspec.json.decode(text, type=dict[str, Any])
            token = told["access_token"]
            seconds = float(told.get("expires_in", TOKEN_SECONDS))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise NoToken(gettext_noop("The token endpoint gave no token.")) from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise NoToken(gettext_noop("The token endpoint gave a token that no header can carry."))
        return token, seconds

    def hidden(self, target: Target) -> list[str]:
        known = self.tokens.get(target.id)
        return [*target.secrets.all(), *([known[1]] if known else [])]


def form_of(target: Target) -> Mapping[str, str]:
    form = {"client_id": target.client_id, "client_secret": target.secrets.client_secret}
    if target.authentication == "password":
        form |= {"grant_type": "password", "username": target.username}
        form["password"] = target.secrets.password
    else:
        form["grant_type"] = "client_credentials"
    if target.scopes:
        form["scope"] = target.scopes
    return {name: value for name, value in form.items() if value}


async def read(response: aiohttp.ClientResponse, at_most: int) -> str:
    """Return the beginning of a body; the rest is left where it is, with its connection."""
    parts, size = [], 0
    while size < at_most and (part := await response.content.read(at_most - size)):
        parts.append(part)
        size += len(part)
    if size >= at_most:
        response.close()
    return b"".join(parts).decode("utf-8", "replace")


def masked(text: str, hidden: list[str]) -> str:
    """Return what is kept of an answer: receivers send back what they were sent."""
    for secret in hidden:
        text = text.replace(secret, "***")
        scheme, _, credential = secret.partition(" ")
        if credential and scheme.isalpha():
            text = text.replace(credential, "***")
    return text.replace("\0", "")[:KEPT_CHARACTERS]


def short(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:ERROR_CHARACTERS]


def described(error: BaseException) -> str:
    """Return in words why nothing was answered; never an address, which may be internal."""
    if isinstance(error, aiohttp.ClientConnectorError):
        refused = find(error, NotAllowed)
        if refused is not None:
            return str(refused)
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return gettext_noop("The name of the host is unknown.")
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            why = getattr(error.certificate_error, "verify_message", "the certificate is not valid")
            return f"TLS: {why}."
        if isinstance(error, aiohttp.ClientSSLError):
            return gettext_noop("TLS: no connection could be made.")
        return gettext_noop("No connection could be made.")
    if isinstance(error, aiohttp.InvalidURL):  # such as a decimal number for a host
        return gettext_noop("This is not a URL.")
    if isinstance(error, TimeoutError):
        return gettext_noop("No answer within 15 seconds.")
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | ConnectionError):
        return gettext_noop("The connection was closed half way.")
    return f"What was answered is no HTTP: {type(error).__name__}."


def find(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """Return the error of a kind behind an error: as its cause, its context, or one of a group."""
    seen: list[BaseException] = [error]
    for one in seen:
        if isinstance(one, kind):
            return one
        behind = [one.__cause__, one.__context__, getattr(one, "os_error", None)]
        behind += list(getattr(one, "exceptions", ()))
        behind += [a for a in one.args if isinstance(a, BaseException)]
        seen += [e for e in behind if e is not None and e not in seen]
    return None
