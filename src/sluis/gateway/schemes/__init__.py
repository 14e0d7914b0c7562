"""Authentication schemes: how a call proves who is calling. One file each."""

from typing import NamedTuple, Protocol

from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason


class Claims(NamedTuple):
    """What a verified access token says."""

    client_id: str
    organisation: str | None  # None: of an application by itself (client credentials)
    person: str | None
    jti: str
    expires_at: float


class Credentials(Protocol):
    """What the schemes ask the platform; every question is about one environment."""

    def organisation_of_key(self, kind: str, secret: str) -> str:
        """Return whose key this is; raises `Problem` when it is not good here, and says why."""

    def claims_of_token(self, token: str) -> Claims:
        """Return what a token says; raises `Problem` when it is not good here, and says why."""

    def takes_keys_in_query(self) -> bool:
        """Return whether this environment reads keys from the address, where logs see them."""

    def application_of_client(self, client_id: str) -> str:
        """Return the application of a client; raises `Problem` when it is unknown or disabled."""


def refuse_key_in_query(scheme: str, header: str) -> Problem:
    detail = f"Keys are not read from the address, where logs see them. Send it in '{header}'."
    return Problem(Reason.MALFORMED, detail, scheme=scheme)


class Scheme(Protocol):
    """`headers` and `query_parameters`, in lower case, are all of a call that decides who calls.

    A scheme that looks at more, as a signature does, has `repeatable` False: what it said of
    one call says nothing of the next.
    """

    name: str
    missing: str  # what to say, and to do, when a call carries nothing of this scheme
    headers: tuple[bytes, ...]
    query_parameters: frozenset[str]
    repeatable: bool

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        """Return the caller, or None when the call carries nothing of this scheme.

        Raises `Problem` when it does carry something, and that is wrong.
        """
