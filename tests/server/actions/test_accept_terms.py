"""New terms: asked for until accepted, and what was accepted before is not forgotten."""

import pytest

from sluis.server.actions import subscribe
from sluis.server.actions.accept_terms import accept_terms, terms_due, terms_to_accept
from sluis.server.actions.actor import COMMAND, Refused
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import AuditEntry, Subscription, Terms

TEXT = {"nl": "Voorwaarden", "en": "Terms", "de": "Bedingungen"}


def publish(world, **more):
    """Publish terms that are other ones than before."""
    text = TEXT | {"en": f"Terms, version {Terms.objects.count()}"}
    return publish_terms(actor=COMMAND, provider=world.port, text=text, **more)


def subscribed(world, terms=None, api="meteo"):
    return subscribe.request(
        actor=world.actor("anna"),
        organisation=world.agent,
        environment=world.uat,
        api=api,
        terms=terms,
    ).subscription


def fresh():
    return list(Subscription.objects.select_related("environment"))


def test_nothing_is_asked_while_the_terms_are_the_same(world):
    made = subscribed(world, publish(world))
    assert terms_to_accept(made) is None
    assert terms_due(fresh()) == set()


def test_new_terms_are_asked_for(world):
    made = subscribed(world, publish(world))
    new = publish(world)
    assert terms_to_accept(made) == new
    assert terms_due(fresh()) == {made}


def test_an_apis_own_terms_are_asked_of_its_subscribers_only(world):
    first = publish(world)
    meteo, stays = subscribed(world, first), subscribed(world, first, api="port-stays")
    own = publish(world, api="meteo")
    assert (terms_to_accept(meteo), terms_to_accept(stays)) == (own, None)
    assert terms_due(fresh()) == {meteo}


def test_what_is_over_accepts_nothing(world):
    made = subscribe.end(actor=world.actor("anna"), subscription=subscribed(world))
    publish(world)
    assert terms_to_accept(made) is None
    assert terms_due(fresh()) == set()


def test_the_version_before_stays_in_the_audit_log(world):
    old = publish(world)
    made = subscribed(world, old)
    before = made.terms_accepted_at
    new = publish(world)
    accepted = accept_terms(actor=world.actor("dev"), subscription=made, terms=new.pk)
    assert (accepted.terms, accepted.terms_accepted_at > before) == (new, True)
    entry = AuditEntry.objects.get(action="subscription.accept-terms")
    assert (entry.details["terms"], entry.details["before"]) == (new.pk, old.pk)


def test_only_what_was_read_is_accepted(world):
    made = subscribed(world, publish(world))
    read = publish(world)
    publish(world)
    with pytest.raises(Refused, match="in force now"):
        accept_terms(actor=world.actor("anna"), subscription=made, terms=read.pk)
