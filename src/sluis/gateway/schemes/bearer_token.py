"""`Authorization: Bearer …` (RFC 6750): the token that our token endpoint handed out."""

from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.gateway.schemes import Credentials


class BearerToken:
    name = "bearer-token"
    missing = (
        "This call needs an access token. Fetch one at the token endpoint "
        "and send it as 'Authorization: Bearer {token}'."
    )
    headers: tuple[bytes, ...] = (b"authorization",)
    query_parameters: frozenset[str] = frozenset()
    repeatable = True

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        header = request.header(b"authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" and scheme.lower() != "bearer":
            return None
        claims = credentials.claims_of_token(token.strip())
        application = credentials.application_of_client(claims.client_id)
        return Caller(application, claims.organisation, claims.person)
