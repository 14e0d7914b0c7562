"""Who may subscribe, have keys and clients, consent, and be handed a secret."""

from django.utils import timezone

from sluis.server.actions import subscribe
from sluis.server.actions.accept_terms import accept_terms
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.add_public_key import add_public_key
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.hand_over import hand_over_client, hand_over_secret, read_handover
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.rotate_key import rotate_key
from sluis.server.public_keys import read
from tests.server.actions.prepared import (
    API,
    DESK,
    OWN_ADMINISTRATORS,
    OWN_DEVELOPERS,
    TERMS,
    application,
    client,
    on,
    simply,
    subscription,
    ticket,
)
from tests.server.portal import acts

PUBLIC_KEY = read(acts.PUBLIC_KEY, timezone.now())


def key(world):
    return subscription(world).keys.get(label="primary")


def terms_of(world):
    return publish_terms(actor=COMMAND, provider=world.port, text=TERMS)


def handed_over(world):
    return hand_over_client(
        actor=COMMAND, application=application(world), environment=world.live, to=None
    )


ACCESS = {
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
}
