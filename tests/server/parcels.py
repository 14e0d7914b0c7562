"""A carrier with a sandbox and production, its desk, and a company that is known to it."""

from dataclasses import dataclass

from sluis.server.actions.actor import COMMAND, Actor, member
from sluis.server.actions.open_account import make_customer
from sluis.server.models import (
    CallRecord,
    Environment,
    Membership,
    Organisation,
    Person,
    Provider,
    Terms,
)
from tests.server import people

CODE, NUMBER = "KADE", "10203040"


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


def called(organisation, status=200, reason=None, *, at, environment="parcels/sandbox"):
    """Keep the record of a call for a barcode, as the gateway does."""
    CallRecord.objects.create(
        trace="4bf92f3577b34da6a3ce929d0e0e4736",
        at=at,
        environment=environment,
        api="barcode",
        operation="generate-barcode",
        organisation=organisation.pk.hex,
        status=status,
        reason=reason,
        microseconds=1,
        request_bytes=0,
        response_bytes=0,
    )


def newcomer(email="sam@example.org") -> Person:
    return Person.objects.get(email=email)
