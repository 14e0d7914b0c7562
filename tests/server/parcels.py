"""A carrier with a sandbox and production, its desk, and a company that is known to it."""

from dataclasses import dataclass

from sluis.server.actions.actor import COMMAND, Actor, member
from sluis.server.actions.open_account import make_customer
from sluis.server.models import (
    Environment,
    Membership,
    Organisation,
    Person,
    Provider,
    Terms,
)
from tests.server import people

CODE, NUMBER = "KADE", "10203040"
# What a call for a barcode is to `calls.called`.
BARCODE = {
    "api": "barcode",
    "operation": "generate-barcode",
    "environment": "parcels/sandbox",
}


@dataclass
class Carrier:
    provider: Provider
    sandbox: Environment
    production: Environment
    shop: Organisation

    @property
    def desk(self) -> Actor:
        return people.desk("floor", self.provider)

    def actor(self, who: str) -> Actor:
        found = Membership.objects.get(person__email=f"{who}@example.org")
        return member(found.person, found.organisation)


def carrier() -> Carrier:
    provider = people.provider("parcels")
    sandbox = people.environment(provider, "sandbox", "sandbox")
    production = people.environment(provider, "production", "live")
    people.with_second_factor(people.person("floor", provider.organisation, "desk"))
    Terms.objects.create(provider=provider, version=1, text=dict.fromkeys(("nl", "en", "de"), "1."))
    identifiers = {"CustomerCode": CODE, "CustomerNumber": NUMBER}
    shop = make_customer(actor=COMMAND, provider=provider, name="De Kade", identifiers=identifiers)
    return Carrier(provider, sandbox, production, shop)


def newcomer(email="sam@example.org") -> Person:
    return Person.objects.get(email=email)
