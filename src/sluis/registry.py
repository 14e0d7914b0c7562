"""What this platform is made of.

Publish an API, let in an authentication scheme or take a provider on board by adding a line
here; nothing else in the code names them all. One API by itself is named where something is
about it alone: the pages of its sandbox (`portal/containers.py`), and what fills it (`demo.py`).
"""

from sluis.apis import certified_pickup, open_data
from sluis.core.api import Api
from sluis.core.provider import EnvironmentKind, EnvironmentPolicy, OldDoor, Provider, Registration
from sluis.gateway.schemes import Scheme
from sluis.gateway.schemes.api_key import ApiKey
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.schemes.subscription_key import SubscriptionKey

HOSTED_APIS: tuple[Api, ...] = (certified_pickup.API, *open_data.APIS)

SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        ApiKey(),
        BearerToken(),
        SubscriptionKey(),
    )
}

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        slug="port",
        name="Port of Antwerp-Bruges",
        summary={
            "nl": "Open data van de haven en de vrijgave van containers.",
            "en": "Open data of the port and the release of containers.",
            "de": "Offene Daten des Hafens und die Freigabe von Containern.",
        },
        registration=Registration.OPEN,
        environments=(
            EnvironmentPolicy(
                name="uat",
                kind=EnvironmentKind.SANDBOX,
                title={"nl": "Sandbox (UAT)", "en": "Sandbox (UAT)", "de": "Sandbox (UAT)"},
                outgoing_addresses=("20.76.52.43",),
            ),
            EnvironmentPolicy(
                name="live",
                kind=EnvironmentKind.LIVE,
                title={"nl": "Live", "en": "Live", "de": "Live"},
                outgoing_addresses=("20.76.217.177",),
            ),
        ),
        doors=frozenset({OldDoor.PASSWORD_GRANT, OldDoor.KEY_IN_QUERY}),
        support_email="support@port.example",
    ),
)
