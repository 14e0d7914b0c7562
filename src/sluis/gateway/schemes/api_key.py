"""A key by itself proves who calls: the header or query parameter `apikey`."""

from sluis.core.caller import Caller
from sluis.core.credential import CredentialKind
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Credentials, refuse_key_in_query


class ApiKey:
    name = "api-key"
    missing = "This call needs an API key. Send it in the header 'apikey'."
    headers: tuple[bytes, ...] = (b"apikey",)
    query_parameters: frozenset[str] = frozenset({"apikey"})
    repeatable = True

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        in_header, in_query = request.header(b"apikey"), request.query.one("apikey")
        if in_query and not credentials.takes_keys_in_query():
            raise refuse_key_in_query(self.name, "apikey")
        if in_header and in_query and in_header != in_query:
            detail = "This call carries two different API keys. Send one."
            raise Problem(Reason.MALFORMED, detail, scheme=self.name)
        key = in_header or in_query
        if not key:
            return None
        return Caller(organisation=credentials.organisation_of_key(CredentialKind.API_KEY, key))
