"""Who may ask the desk and answer for it, tell how things are, and set what a provider sets."""

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.answer_client_request import answer_client_request
from sluis.server.actions.answer_ticket import answer_ticket, close_ticket
from sluis.server.actions.make_ingestion import make_ingestion
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.revoke_token import revoke_token
from sluis.server.actions.set_clock import set_clock
from sluis.server.actions.set_hosts import set_hosts
from sluis.server.actions.set_limits import set_limits
from sluis.server.actions.set_outgoing import set_outgoing
from sluis.server.actions.set_provider import set_provider
from sluis.server.actions.set_version_state import set_version_state
from sluis.server.actions.tell_status import post_incident, resolve_incident, update_incident
from tests.server.actions.prepared import DESK, TERMS, on, simply, ticket


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


def asks(actor, w, **given):
    question = {"kind": "question", "subject": "How?", "text": "Tell me."}
    return open_ticket(actor=actor, provider=w.port, **question, **given)


HELP = {
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
        simply(lambda actor, w: publish_terms(actor=actor, provider=w.port, text=TERMS)),
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
    "deprecate a version": (
        simply(
            lambda actor, w: set_version_state(
                actor=actor, environment=w.uat, api="meteo", deprecation=None
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
    "change the provider": (  # and administrators of the desk: see test_set_provider.py
        simply(lambda a, w: set_provider(actor=a, provider=w.port, changes={"doors": []})),
        {"command"},
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
