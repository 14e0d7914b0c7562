"""Every action × everybody: who is not named here is refused, and leaves no trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from sluis.core.credential import CredentialKind
from sluis.server.actions import keys, subscribe
from sluis.server.actions.accept_terms import accept_terms
from sluis.server.actions.actor import (
    COMMAND,
    VISITOR,
    NotAllowed,
    member,
    of_desk,
    of_person,
)
from sluis.server.actions.add_member import add_member, remove_member
from sluis.server.actions.add_public_key import add_public_key
from sluis.server.actions.answer_client_request import answer_client_request
from sluis.server.actions.answer_ticket import answer_ticket, close_ticket
from sluis.server.actions.change_party import remove_address, set_address, set_identifiers
from sluis.server.actions.change_person import rename_person
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.hand_over import hand_over_client, hand_over_secret, read_handover
from sluis.server.actions.invite import invite, revoke_invitation
from sluis.server.actions.make_api_user import disable_api_user, make_api_user, set_password
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.actions.make_ingestion import make_ingestion
from sluis.server.actions.make_organisation import make_organisation
from sluis.server.actions.make_party import make_party
from sluis.server.actions.make_person import make_person, resend_activation
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.register_organisation import register_organisation
from sluis.server.actions.rename_organisation import rename_organisation
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.revoke_token import revoke_token
from sluis.server.actions.rotate_key import rotate_key
from sluis.server.actions.set_clock import set_clock
from sluis.server.actions.set_hosts import set_hosts
from sluis.server.actions.set_limits import set_limits
from sluis.server.actions.set_outgoing import set_outgoing
from sluis.server.actions.tell_status import (
    post_incident,
    resolve_incident,
    update_incident,
)
from sluis.server.models import (
    Address,
    ApiUser,
    Application,
    AuditEntry,
    Change,
    Client,
    Invitation,
    Party,
    Person,
    Subscription,
    Ticket,
)
from sluis.server.public_keys import read
from tests.server import people
from tests.server.portal import acts

API = "meteo"
PUBLIC_KEY = read(acts.PUBLIC_KEY, timezone.now())
TEXT = {"nl": "Voorwaarden", "en": "Terms", "de": "Bedingungen"}


@pytest.fixture
def world(db):
    return people.world()


def everybody(world):
    return {
        "administrator": world.actor("anna"),
        "developer": world.actor("dev"),
        "api user": world.actor("api"),
        "outsider": world.actor("bram"),
        "nobody's": of_person(people.person("loner")),
        "desk": people.desk("dirk", world.port),
        "other desk": replace(people.desk("dirk", world.port), desk="maasplassen"),
        "visitor": VISITOR,
        "command": COMMAND,
        "none": None,
    }


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


def key(world):
    return subscription(world).keys.get(label="primary")


def api_user(world):
    return ApiUser.objects.create(
        environment=world.uat, organisation=world.agent, username="robot", password="!"
    )


def invitation(world):
    return Invitation.objects.create(
        organisation=world.agent,
        email="new@example.org",
        roles=["developer"],
        digest=b"d" * 32,
        expires_at=timezone.now() + timedelta(days=1),
    )


def party(world, environment=None):
    where = environment or world.uat
    return Party.objects.create(environment=where, organisation=world.agent, name="Agent")


ADDRESS = {"street": "Kaai 1", "postal_code": "2030", "city": "Antwerpen", "country": "BE"}


def with_address(world):
    return Address.objects.create(party=party(world), type="1", **ADDRESS)


def terms_of(world):
    return publish_terms(actor=COMMAND, provider=world.port, text=TEXT)


def handed_over(world):
    return hand_over_client(
        actor=COMMAND, application=application(world), environment=world.live, to=None
    )


def ticket(world):
    return Ticket.objects.create(
        provider=world.port, organisation=world.agent, kind="question", subject="How?"
    )


def incident(actor, world):
    return post_incident(
        actor=actor,
        environment=world.uat,
        kind="incident",
        effect="down",
        title="Slow",
        text="We look.",
        language="en",
    )


def renamed(actor, world):
    return rename_organisation(
        actor=actor, provider=world.port, organisation=world.agent, name="Zonen"
    )


def on(make, act):
    """Return the act on a thing that is made before the actor comes."""

    def prepared(world):
        thing = make(world)
        return lambda actor: act(actor, thing, world)

    return prepared


def asks(actor, w, **given):
    question = {"kind": "question", "subject": "How?", "text": "Tell me."}
    return open_ticket(actor=actor, provider=w.port, **question, **given)


def simply(act):
    return on(lambda world: None, lambda actor, _, world: act(actor, world))


OWN_DEVELOPERS = {"administrator", "developer", "command"}
OWN_ADMINISTRATORS = {"administrator", "command"}
DESK = {"desk", "command"}
MATRIX = {
    "subscribe": (
        simply(
            lambda actor, w: subscribe.request(
                actor=actor, organisation=w.agent, environment=w.uat, api=API
            )
        ),
        OWN_DEVELOPERS,
    ),
    "approve": (
        on(
            lambda w: subscription(w, "requested"),
            lambda actor, s, w: subscribe.approve(actor=actor, subscription=s),
        ),
        DESK,
    ),
    "reject": (
        on(
            lambda w: subscription(w, "requested"),
            lambda actor, s, w: subscribe.reject(actor=actor, subscription=s, reason="No."),
        ),
        DESK,
    ),
    "suspend": (
        on(
            subscription,
            lambda actor, s, w: subscribe.suspend(actor=actor, subscription=s, reason="Why."),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "resume": (
        on(
            lambda w: subscription(w, "suspended"),
            lambda actor, s, w: subscribe.resume(actor=actor, subscription=s),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "end": (
        on(
            subscription,
            lambda actor, s, w: subscribe.end(actor=actor, subscription=s, reason="Why."),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "rotate a key": (
        on(
            subscription,
            lambda actor, s, w: rotate_key(actor=actor, subscription=s, label="primary"),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "reveal a key": (
        on(key, lambda actor, k, w: reveal_key(actor=actor, credential=k)),
        OWN_DEVELOPERS,
    ),
    "disable a key": (
        on(key, lambda actor, k, w: disable_credential(actor=actor, credential=k)),
        OWN_DEVELOPERS | DESK,
    ),
    "make an application": (
        simply(lambda actor, w: make_application(actor=actor, organisation=w.agent, name="App")),
        OWN_DEVELOPERS,
    ),
    "make an application for who asked the desk": (
        on(
            ticket,
            lambda actor, t, w: make_application(actor=actor, organisation=w.agent, name="App"),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "rename an organisation": (
        on(party, lambda actor, p, w: renamed(actor, w)),
        DESK,
    ),
    "rename an organisation that the provider does not know": (
        simply(lambda actor, w: renamed(actor, w)),
        {"command"},
    ),
    "make a client in a sandbox": (
        on(
            application,
            lambda actor, a, w: make_client(actor=actor, application=a, environment=w.uat),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "make a client in production": (
        on(
            application,
            lambda actor, a, w: make_client(actor=actor, application=a, environment=w.live),
        ),
        DESK,
    ),
    "renew a secret": (
        on(client, lambda actor, c, w: renew_secret(actor=actor, client=c)),
        OWN_DEVELOPERS | DESK,
    ),
    "renew a secret in production": (
        on(lambda w: client(w, w.live), lambda actor, c, w: renew_secret(actor=actor, client=c)),
        DESK,
    ),
    "add a public key in production": (
        on(
            lambda w: client(w, w.live),
            lambda actor, c, w: add_public_key(actor=actor, client=c, key=PUBLIC_KEY),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "disable a client": (
        on(client, lambda actor, c, w: disable_client(actor=actor, client=c)),
        OWN_DEVELOPERS | DESK,
    ),
    "give consent": (
        on(
            application,
            lambda actor, a, w: give_consent(
                actor=actor, organisation=w.agent, application=a, environment=w.uat
            ),
        ),
        OWN_ADMINISTRATORS,
    ),
    "withdraw consent": (
        on(
            application,
            lambda actor, a, w: withdraw_consent(
                actor=actor, organisation=w.agent, application=a, environment=w.uat
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "make an organisation": (
        simply(lambda actor, w: make_organisation(actor=actor, name="New")),
        {"administrator", "developer", "api user", "outsider", "nobody's", "desk", "other desk"}
        | {"command"},
    ),
    "register an organisation": (
        simply(lambda actor, w: register_organisation(actor=actor, name="New")),
        {"administrator", "developer", "api user", "outsider", "nobody's"},
    ),
    "invite": (
        simply(
            lambda actor, w: invite(
                actor=actor, organisation=w.agent, email="new@example.org", roles=["developer"]
            )
        ),
        OWN_ADMINISTRATORS,
    ),
    "take an invitation back": (
        on(invitation, lambda actor, i, w: revoke_invitation(actor=actor, invitation=i)),
        OWN_ADMINISTRATORS,
    ),
    "set identifiers in a sandbox": (
        on(
            party,
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                identifiers={"Duns": "123456789"},
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "set identifiers of whom the provider does not know": (
        simply(
            lambda actor, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                identifiers={"Duns": "123456789"},
            )
        ),
        OWN_ADMINISTRATORS,
    ),
    "give out an identifier": (
        on(
            party,
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                identifiers={"NxtEntityId": "NXT230000001"},
            ),
        ),
        DESK,
    ),
    "set identifiers in production": (
        on(
            lambda w: party(w, w.live),
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                identifiers={"Duns": "123456789"},
            ),
        ),
        DESK,
    ),
    "set an address": (
        on(
            lambda w: party(w, w.live),
            lambda actor, p, w: set_address(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                type_="1",
                address=ADDRESS,
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "remove an address": (
        on(
            with_address,
            lambda actor, a, w: remove_address(
                actor=actor, organisation=w.agent, environment=w.uat, type_="1"
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "rename oneself": (
        simply(
            lambda actor, w: rename_person(actor=actor, person=w.membership("dev")[0], name="Devi")
        ),
        {"developer"},
    ),
    "make a party": (
        simply(
            lambda actor, w: make_party(
                actor=actor, organisation=w.agent, environment=w.uat, identifiers={"TIN": "1"}
            )
        ),
        DESK,
    ),
    "add a member": (
        on(
            lambda w: people.person("new"),
            lambda actor, p, w: add_member(
                actor=actor, organisation=w.agent, person=p, roles=["developer"]
            ),
        ),
        OWN_ADMINISTRATORS,
    ),
    "remove a member": (
        on(
            lambda w: people.person("old", w.agent, "developer"),
            lambda actor, p, w: remove_member(actor=actor, organisation=w.agent, person=p),
        ),
        OWN_ADMINISTRATORS,
    ),
    "make a person": (
        simply(lambda actor, w: make_person(actor=actor, email="new@example.org")),
        {"desk", "other desk", "command"},
    ),
    "resend an activation": (
        on(
            lambda w: people.person("silent"),
            lambda actor, p, w: resend_activation(actor=actor, person=p),
        ),
        {"desk", "other desk", "command"},
    ),
    "make an API user": (
        simply(
            lambda actor, w: make_api_user(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                username="robot",
                password=people.PASSWORD,
            )
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "set an API user's password": (
        on(
            api_user,
            lambda actor, u, w: set_password(actor=actor, user=u, password=people.PASSWORD),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "disable an API user": (
        on(api_user, lambda actor, u, w: disable_api_user(actor=actor, user=u)),
        OWN_ADMINISTRATORS | DESK,
    ),
    "ask for the organisation": (
        simply(lambda actor, w: asks(actor, w, organisation=w.agent)),
        {"administrator", "developer", "api user", "command"},
    ),
    "ask by the contact form": (
        simply(lambda actor, w: asks(actor, w, origin="form", contact_email="x@example.org")),
        {"administrator", "developer", "api user", "outsider", "nobody's", "desk", "other desk"}
        | {"visitor", "command"},
    ),
    "write down a telephone call": (
        simply(lambda actor, w: asks(actor, w, origin="telephone")),
        DESK,
    ),
    "write down a call of whom the provider does not know": (
        simply(lambda actor, w: asks(actor, w, organisation=w.agent, origin="telephone")),
        {"command"},
    ),
    "answer a ticket": (
        on(ticket, lambda actor, t, w: answer_ticket(actor=actor, ticket=t, text="So.")),
        {"administrator", "developer", "api user"} | DESK,
    ),
    "accept new terms": (
        on(
            lambda w: (subscription(w), terms_of(w)),
            lambda actor, made, w: accept_terms(
                actor=actor, subscription=made[0], terms=made[1].pk
            ),
        ),
        OWN_DEVELOPERS,
    ),
    "hand over a client of the sandbox": (
        on(
            application,
            lambda actor, a, w: hand_over_client(
                actor=actor, application=a, environment=w.uat, to=None
            ),
        ),
        OWN_DEVELOPERS | DESK,
    ),
    "hand over a client of live": (
        on(
            application,
            lambda actor, a, w: hand_over_client(
                actor=actor, application=a, environment=w.live, to=None
            ),
        ),
        DESK,
    ),
    "hand over a further secret of live": (
        on(
            lambda w: client(w, w.live),
            lambda actor, c, w: hand_over_secret(actor=actor, client=c, to=None),
        ),
        DESK,
    ),
    "read a secret that lies ready": (
        on(handed_over, lambda actor, h, w: read_handover(actor=actor, handover=h)),
        {"administrator", "developer"},
    ),
    "make an ingestion id": (
        simply(
            lambda actor, w: make_ingestion(
                actor=actor, organisation=w.agent, environment=w.uat, message_type="json"
            )
        ),
        DESK,
    ),
    "answer a request for a client": (
        on(
            ticket,
            lambda actor, t, w: answer_client_request(
                actor=actor, ticket=t, application="Planner", environments=[w.uat]
            ),
        ),
        DESK,
    ),
    "close a ticket": (
        on(ticket, lambda actor, t, w: close_ticket(actor=actor, ticket=t)),
        {"administrator", "developer", "api user"} | DESK,
    ),
    "tell of an incident": (simply(incident), DESK),
    "tell how it goes on": (
        on(
            lambda w: incident(COMMAND, w),
            lambda actor, i, w: update_incident(
                actor=actor, incident=i, text="Better.", effect="none", ends_at=None
            ),
        ),
        DESK,
    ),
    "tell that it is over": (
        on(
            lambda w: incident(COMMAND, w),
            lambda actor, i, w: resolve_incident(actor=actor, incident=i, text="Over."),
        ),
        DESK,
    ),
    "publish terms": (
        simply(lambda actor, w: publish_terms(actor=actor, provider=w.port, text=TEXT)),
        DESK,
    ),
    "set the clock": (
        simply(lambda actor, w: set_clock(actor=actor, environment=w.uat, offset_seconds=60.0)),
        DESK,
    ),
    "set the host names": (
        simply(
            lambda actor, w: set_hosts(
                actor=actor, environment=w.uat, hosts=["api.example.org"], of_portal=()
            )
        ),
        DESK,
    ),
    "set the limits": (
        simply(
            lambda actor, w: set_limits(
                actor=actor, environment=w.uat, product="open-data", limits=None
            )
        ),
        DESK,
    ),
    "set the outgoing addresses": (
        simply(
            lambda actor, w: set_outgoing(
                actor=actor, environment=w.uat, addresses=["192.0.2.1"], published=()
            )
        ),
        DESK,
    ),
    "revoke a token": (
        simply(
            lambda actor, w: revoke_token(
                actor=actor, environment=w.uat, jti="j1", expires_at=w.agent.created_at
            )
        ),
        DESK,
    ),
}
WHO = (
    "administrator",
    "developer",
    "api user",
    "outsider",
    "nobody's",
    "desk",
    "other desk",
    "visitor",
    "command",
    "none",
)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("action", MATRIX)
def test_who_may(world, action, who):
    prepare, allowed = MATRIX[action]
    actor = everybody(world)[who]
    act = prepare(world)
    before = traces()
    if who in allowed:
        act(actor)
        assert AuditEntry.objects.count() > before[0]
    else:
        with pytest.raises(AttributeError if actor is None else NotAllowed):
            act(actor)
        assert traces() == before


def traces():
    return AuditEntry.objects.count(), Change.objects.count(), Person.objects.count()


def test_only_members_act_for_an_organisation(world):
    with pytest.raises(NotAllowed, match="Only members"):
        member(Person.objects.get(email="anna@example.org"), world.transporter)


def test_a_disabled_person_acts_for_nobody(world):
    anna, agent = world.membership("anna")
    anna.is_active = False
    anna.save()
    for attempt in (lambda: member(anna, agent), lambda: of_person(anna)):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_desk_works_with_a_second_factor(world):
    newcomer = people.person("newcomer", world.port.organisation, "desk")
    with pytest.raises(NotAllowed, match="second factor"):
        of_desk(newcomer, world.port)


def test_colleagues_of_the_desk_are_not_the_desk(world):
    colleague = people.person("colleague", world.port.organisation, "administrator")
    with pytest.raises(NotAllowed, match="Only the service desk"):
        of_desk(people.with_second_factor(colleague), world.port)
