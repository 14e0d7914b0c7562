"""What a token request says: the form and the client's authentication, read strictly."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote_plus

from sluis.core.message import Pairs, Request
from sluis.core.problem import Problem

BODY_BYTES = 16_384
WRONG_PASSWORD = "invalid_username_or_password"  # as NxtPort words it
FORM_TYPE = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# The names as seed 000 prints them in Dutch; clients written after it send those.
ALIASES = {"username": "gebruikersnaam", "password": "wachtwoord"}
GRANT_TYPES = {"wachtwoord": "password"}


@dataclass(slots=True)
class Refusal(Exception):
    """An error in the words of RFC 6749, section 5.2."""

    error: str
    description: str
    status: int = 400
    wait_seconds: int = 0
    why: str = ""  # for the log only


class ClientClaim(NamedTuple):
    """Who a client says it is, and its proof: a secret, or else an assertion."""

    client_id: str  # "" where only the assertion says so
    secret: str = ""
    basic: bool = False
    assertion: str = ""


class Form:
    """The parameters of a request; reading one that is there twice is refused."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    def get(self, name: str) -> str | None:
        """Return a parameter that is not empty (RFC 6749, 3.2: empty is as good as left out)."""
        names = (name, ALIASES[name]) if name in ALIASES else (name,)
        values = [value for known in names for value in self.pairs.all(known)]
        if len(values) > 1:
            raise Refusal("invalid_request", f"The parameter {name} is given more than once.")
        if values and "\0" in values[0]:
            raise Refusal("invalid_request", f"The parameter {name} holds a NUL character.")
        return values[0] or None if values else None

    def required(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise Refusal("invalid_request", f"The parameter {name} is missing.")
        return value

    def grant_type(self) -> str:
        value = self.required("grant_type")
        return GRANT_TYPES.get(value, value)

    def scope(self) -> str:
        words = set((self.get("scope") or "openid").split(" "))
        if words != {"openid"}:
            raise Refusal("invalid_scope", "The only scope is openid.")
        return "openid"


def form_of(request: Request) -> Form:
    """Return the form; raises `Refusal`."""
    content_type = one_header(request, b"content-type") or ""
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise Refusal("invalid_request", f"Send the parameters as {FORM_TYPE}.")
    if len(request.body) > BODY_BYTES:
        raise Refusal("invalid_request", f"The body is larger than {BODY_BYTES} bytes.")
    try:
        return Form(Pairs.parsed(request.body.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise Refusal("invalid_request", "The body is not UTF-8.") from error
    except Problem as problem:
        raise Refusal("invalid_request", problem.detail) from problem


def client_of(request: Request, form: Form) -> ClientClaim:
    """Return the client's claim, from HTTP Basic or from the form; raises `Refusal`."""
    header, assertion = one_header(request, b"authorization"), assertion_of(form)
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if (header is not None) + (assertion is not None) + (secret is not None) > 1:
        raise two_ways()
    if assertion is not None:
        return ClientClaim(client_id or "", assertion=assertion)
    if header is not None:
        basic = basic_of(header)
        if client_id not in (None, basic.client_id):
            raise two_ways()
        return basic
    if client_id is None or secret is None:
        detail = (
            "Send client_id and client_secret, in the form or with HTTP Basic, "
            "or a client_assertion."
        )
        raise Refusal("invalid_client", detail, why="no client authentication")
    return ClientClaim(client_id, secret)


def assertion_of(form: Form) -> str | None:
    """Return what the client signed (RFC 7521, 4.2), None where it did not; raises `Refusal`."""
    if form.get("client_assertion_type") is None and form.get("client_assertion") is None:
        return None
    if form.required("client_assertion_type") != ASSERTION_TYPE:
        detail = f"The client_assertion_type is not known. Use {ASSERTION_TYPE}."
        raise Refusal("invalid_client", detail)
    return form.required("client_assertion")


def two_ways() -> Refusal:
    detail = "The client authenticates in two ways. Use one (RFC 6749, 2.3)."
    return Refusal("invalid_request", detail)


def basic_of(header: str) -> ClientClaim:
    scheme, _, coded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        name, colon, secret = b64decode(coded.strip(), validate=True).decode().partition(":")
        if not colon or "\0" in name:
            raise ValueError(name)
        # RFC 6749, 2.3.1: both are form-encoded first.
        return ClientClaim(unquote_plus(name), unquote_plus(secret), basic=True)
    except (ValueError, binascii.Error) as error:
        detail = "The Authorization header is not HTTP Basic with client id and secret."
        why = "unreadable Authorization header"
        raise Refusal("invalid_client", detail, 401, why=why) from error


def one_header(request: Request, name: bytes) -> str | None:
    try:
        return request.header(name)
    except Problem as problem:
        raise Refusal("invalid_request", problem.detail.replace("'", "")) from problem
