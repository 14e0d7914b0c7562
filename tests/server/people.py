"""Anna of a shipping agent, Bram of a transporter, Dirk at the desk of the port, and the rest."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from sluis.core.version import Deprecation
from sluis.server.actions.actor import COMMAND, Actor, member, of_desk
from sluis.server.actions.set_version_state import set_version_state
from sluis.server.models import Environment, Membership, Organisation, Person, Provider

PASSWORD = "correct horse battery staple"


@dataclass
class World:
    """The port with two environments, another provider, and two companies."""

    port: Provider
    uat: Environment
    live: Environment
    agent: Organisation
    transporter: Organisation

    def actor(self, who: str) -> Actor:
        return member(*self.membership(who))

    def membership(self, who):
        found = Membership.objects.get(person__email=f"{who}@example.org")
        return found.person, found.organisation


def world() -> World:
    port = provider("port")
    other = provider("maasplassen")
    environment(other, "test", "sandbox")
    agent, transporter = (Organisation.objects.create(name=n) for n in ("Agent", "Transporter"))
    person("anna", agent, "administrator")
    person("dev", agent, "developer")
    person("api", agent, "api-user")
    person("bram", transporter, "administrator", "developer")
    for slug, row in (("dirk", port), ("mia", other)):
        with_second_factor(person(slug, row.organisation, "desk"))
    return World(
        port,
        environment(port, "uat", "sandbox"),
        environment(port, "live", "live"),
        agent,
        transporter,
    )


def provider(slug):
    organisation = Organisation.objects.create(name=slug.title())
    return Provider.objects.create(slug=slug, name=slug.title(), organisation=organisation)


def environment(provider, name, kind):
    key = f"{provider.slug}/{name}"
    return Environment.objects.create(key=key, provider=provider, name=name, kind=kind)


def person(name, organisation=None, *roles, password=None, **more):
    made = Person.objects.create_user(f"{name}@example.org", password, name=name.title(), **more)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    if organisation is not None:
        Membership.objects.create(person=made, organisation=organisation, roles=list(roles))
    return made


def with_second_factor(person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    return person


def deprecate(environment, api, version, sunset=None, notes=""):
    """Deprecate a version, long ago; a sunset that came needs the environment's clock ahead."""
    said = Deprecation(version, datetime(2020, 3, 1, 8, tzinfo=UTC), sunset, notes)
    set_version_state(actor=COMMAND, environment=environment, api=api, deprecation=said)
    environment.refresh_from_db()


def retire(environment, api, version, notes=""):
    """Deprecate a version until tomorrow, and set the environment's clock after that."""
    deprecate(environment, api, version, datetime.now(UTC) + timedelta(days=1), notes)
    environment.clock_offset_seconds = timedelta(days=2).total_seconds()
    environment.save()


def desk(name, provider) -> Actor:
    return of_desk(Person.objects.get(email=f"{name}@example.org"), provider)


def log_in(client, who):
    """Let a test's client be somebody from now on."""
    client.force_login(Person.objects.get(email=f"{who}@example.org"))
