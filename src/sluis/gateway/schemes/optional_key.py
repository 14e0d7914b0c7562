"""A subscription key where none is needed: absent it says nothing, and a wrong one is refused."""

from sluis.core.caller import NOBODY, Caller
from sluis.core.message import Request
from sluis.gateway.schemes import Credentials
from sluis.gateway.schemes.subscription_key import SubscriptionKey


class OptionalKey:
    name = "optional-key"
    missing = SubscriptionKey.missing
    headers = SubscriptionKey.headers
    query_parameters = SubscriptionKey.query_parameters
    repeatable = True

    def __init__(self) -> None:
        self.key = SubscriptionKey()

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        return self.key.identify(request, credentials) or NOBODY
