"""The key of a subscription, in a header or in the query, as Azure API Management has it.

Seed 000 prints both names in translation, `Ocp-Apim-abonnementscode` and `abonnementscode`;
clients written after it send those, so they are read too.
"""

from sluis.core.caller import Caller
from sluis.core.credential import CredentialKind
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Credentials, refuse_key_in_query


class SubscriptionKey:
    name = "subscription-key"
    missing = (
        "This call needs a subscription key. Send it in the header 'Ocp-Apim-Subscription-Key'; "
        "you find it with your subscription in the portal."
    )
    headers: tuple[bytes, ...] = (b"ocp-apim-subscription-key", b"ocp-apim-abonnementscode")
    query_parameters: frozenset[str] = frozenset({"subscription-key", "abonnementscode"})
    repeatable = True

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        keys = [key for name in self.headers if (key := request.header(name)) is not None]
        if request.query_text:
            in_query = [v for name, v in request.query if name in self.query_parameters]
            if in_query and not credentials.takes_keys_in_query():
                raise refuse_key_in_query(self.name, "Ocp-Apim-Subscription-Key")
            keys += in_query
        keys = [key for key in keys if key]  # an empty one is what a client without a key sends
        if not keys:
            return None
        if len(keys) > 1:
            detail = "This call carries more than one subscription key. Send one."
            raise Problem(Reason.MALFORMED, detail, scheme=self.name)
        organisation = credentials.organisation_of_key(CredentialKind.SUBSCRIPTION_KEY, keys[0])
        return Caller(organisation=organisation)
