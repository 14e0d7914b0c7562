"""What an action is done to, made before the actor comes; and who may act, in sets."""

from sluis.core.credential import CredentialKind
from sluis.server.actions import keys
from sluis.server.models import Application, Client, Party, Subscription, Ticket

API = "meteo"
TERMS = {"nl": "Voorwaarden", "en": "Terms", "de": "Bedingungen"}

OWN_DEVELOPERS = {"administrator", "developer", "command"}
OWN_ADMINISTRATORS = {"administrator", "command"}
DESK = {"desk", "command"}


def on(make, act):
    """Return the act on a thing that is made before the actor comes."""

    def prepared(world):
        thing = make(world)
        return lambda actor: act(actor, thing, world)

    return prepared


def simply(act):
    return on(lambda world: None, lambda actor, _, world: act(actor, world))


def subscription(world, state="active", environment=None):
    made = Subscription.objects.create(
        environment=environment or world.uat, organisation=world.agent, api=API, state=state
    )
    for label in keys.LABELS:
        kind = CredentialKind.SUBSCRIPTION_KEY
        keys.keep_key(made, label, kind, f"{label} key")
    return made


def application(world):
    return Application.objects.create(organisation=world.agent, name="Planner")


def client(world, environment=None):
    return Client.objects.create(
        client_id="planner", environment=environment or world.uat, application=application(world)
    )


def ticket(world):
    return Ticket.objects.create(
        provider=world.port, organisation=world.agent, kind="question", subject="How?"
    )


def party(world, environment=None):
    where = environment or world.uat
    return Party.objects.create(environment=where, organisation=world.agent, name="Agent")
