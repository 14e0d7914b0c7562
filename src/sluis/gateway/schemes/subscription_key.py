"""The key of a subscription, in a header or in the query, as Azure API Management has it.

Seed 000 prints both names in translation, `Ocp-Apim-abonnementscode` and `abonnementscode`;
clients written after it send those, so they are read too.
"""

from sluis.core.caller import Caller
from sluis.core.credential import CredentialKind
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Credentials

HEADERS = (b"ocp-apim-subscription-key", b"ocp-apim-abonnementscode")
PARAMETERS = ("subscription-key", "abonnementscode")


class SubscriptionKey:
    name = "subscription-key"
    missing = (
        "This call needs a subscription key. Send it in the header 'Ocp-Apim-Subscription-Key'; "
        "you find it with your subscription in the portal."
    )
    query_parameters: frozenset[str] = frozenset(PARAMETERS)

    def identify(self, request: Request, credentials: Credentials) -> Caller | None:
        keys = {found for name in HEADERS if (found := request.header(name)) is not None}
        if request.query_text:
            query = request.query
            keys.update(v for name in PARAMETERS if (v := query.one(name)) is not None)
        if not keys:
            return None
        if len(keys) > 1:
            detail = "This call carries two different subscription keys. Send one."
            raise Problem(Reason.MALFORMED, detail, scheme=self.name)
        key = keys.pop()
        if not key:
            return None  # an empty header is what a client without a key sends
        organisation = credentials.organisation_of_key(CredentialKind.SUBSCRIPTION_KEY, key)
        return Caller(organisation=organisation)
