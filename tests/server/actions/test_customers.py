"""A customer of the carrier: linked to a company, given a key, and let into production."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings

from sluis.core.credential import CredentialKind
from sluis.core.problem import Problem, Reason
from sluis.core.subscription import State
from sluis.gateway.snapshot import SnapshotCredentials
from sluis.server.actions import keys
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.link_person import link_person
from sluis.server.actions.make_person import make_person
from sluis.server.actions.open_account import make_customer, open_account
from sluis.server.actions.production import (
    authorise_production,
    reject_production,
    request_production,
)
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.actions.regenerate_key import regenerate_key
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.subscribe import end
from sluis.server.answers.snapshot import Loader
from sluis.server.models import AuditEntry, Identifier, Membership, Person, Subscription, Ticket
from tests.server import people
from tests.server.calls import called
from tests.server.parcels import BARCODE, CODE, NUMBER, carrier


@pytest.fixture
def world(db):
    return carrier()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return what runs a block with all that follows its commit: mails."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def link(world, email="sam@example.org", **more):
    given = {"name": "Sam", "language": "nl", "roles": ["administrator", "developer"], **more}
    return link_person(
        actor=given.pop("actor", world.desk),
        provider=world.provider,
        organisation=given.pop("organisation", world.shop),
        email=email,
        **given,
    )


def active(world, environment=None):
    return Subscription.objects.filter(
        environment=environment or world.sandbox, organisation=world.shop, state=State.ACTIVE
    )


def known_as(secret, environment, *, later_hours=0):
    """Return whose key this is by a snapshot read now, or why it is refused."""
    snapshot = Loader("http://testserver", settings.CONFIG.secret).load()
    now = time.time() + later_hours * 3600
    asked = SnapshotCredentials(snapshot, snapshot.environments[environment.key], now)
    try:
        return asked.organisation_of_key(CredentialKind.API_KEY, secret)
    except Problem as problem:
        return problem.reason


def test_linking_gives_no_account_where_the_version_is_retired(world):
    people.retire(world.sandbox, "barcode", "1.1")
    assert link(world).person.email == "sam@example.org"
    assert not active(world).exists()
    people.deprecate(world.sandbox, "barcode", "1.1")
    link(world, "toos@example.org")
    assert active(world).count() == 1


def test_linking_makes_a_member_and_one_mail_leaves_at_once(world, mailoutbox, committed):
    with committed():
        found = link(world, "Sam@Example.org ")
    assert found.invited
    assert found.person.email == "sam@example.org"
    assert Membership.objects.get(person=found.person).organisation == world.shop
    (mail,) = mailoutbox
    assert mail.to == ["sam@example.org"]
    assert re.search(r"/accounts/password/reset/key/\S+", mail.body)
    assert "drie dagen" in mail.body
    assert AuditEntry.objects.filter(action="person.link").exists()


def test_the_company_has_an_account_with_a_key_before_its_first_log_in(world):
    link(world)
    assert [item.api for item in active(world)] == ["barcode"]
    (key,) = keys.of_account(world.sandbox, world.shop)
    secret = reveal_key(actor=world.actor("sam"), credential=key)
    assert re.fullmatch(r"[A-Za-z0-9]{32}", secret)
    assert known_as(secret, world.sandbox) == world.shop.pk.hex
    assert known_as(secret, world.production) is Reason.WRONG_ENVIRONMENT


def test_a_second_colleague_gets_no_second_account(world):
    link(world)
    before = keys.of_account(world.sandbox, world.shop)
    link(world, "kim@example.org")
    assert keys.of_account(world.sandbox, world.shop) == before


def test_who_has_an_account_already_is_told_and_needs_no_link(world, mailoutbox, committed):
    known = people.person("kim", password="een boot vol peren")
    with committed():
        found = link(world, known.email)
    assert not found.invited
    assert found.person == known
    (mail,) = mailoutbox
    assert "reset" not in mail.body


def test_who_was_invited_elsewhere_gets_the_link_again(world, mailoutbox, committed):
    make_person(actor=COMMAND, email="kim@example.org")
    with committed():
        assert link(world, "kim@example.org").invited
    assert "/accounts/password/reset/key/" in mailoutbox[-1].body


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"name": " "}, "name"),
        ({"email": "sam"}, "no.* e-mail address|not an e-mail address"),
        ({"language": "fr"}, "language"),
        ({"roles": ["desk"]}, "service desk"),
    ],
)
def test_refuses_to_link(world, more, why):
    with pytest.raises(Refused, match=why):
        link(world, **more)
    assert not Person.objects.filter(email__startswith="sam").exists()


def test_links_nobody_twice(world):
    link(world)
    with pytest.raises(Refused, match="already"):
        link(world)


def test_only_the_desk_of_the_provider_links(world):
    link(world)
    port = people.provider("port")
    other = people.with_second_factor(people.person("dirk", port.organisation, "desk"))
    for actor in (world.actor("sam"), people.desk("dirk", port)):
        with pytest.raises(NotAllowed):
            link(world, "kim@example.org", actor=actor)
    assert other.is_active


def test_a_desk_links_nobody_to_a_company_of_another_provider_too(world):
    stranger = people.world().agent
    with pytest.raises(NotAllowed):
        link(world, organisation=stranger)


def test_the_names_of_the_documentation_are_of_one_company(world):
    with pytest.raises(Refused, match="known already"):
        make_customer(
            actor=world.desk,
            provider=world.provider,
            name="Another",
            identifiers={"CustomerCode": CODE, "CustomerNumber": "1"},
        )


# Keys


def test_a_new_key_leaves_the_old_one_a_day(world):
    link(world)
    sam, subscription = world.actor("sam"), active(world).get()
    old = reveal_key(actor=sam, credential=keys.of_account(world.sandbox, world.shop)[0])
    _, new = regenerate_key(actor=sam, subscription=subscription)
    ours = world.shop.pk.hex
    assert [known_as(key, world.sandbox) for key in (old, new)] == [ours, ours]
    assert known_as(old, world.sandbox, later_hours=23.9) == ours
    assert known_as(old, world.sandbox, later_hours=24.1) is Reason.CREDENTIAL_EXPIRED
    assert known_as(new, world.sandbox, later_hours=24.1) == ours


def test_of_two_regenerations_the_oldest_key_goes_at_once(world):
    link(world)
    sam, subscription = world.actor("sam"), active(world).get()
    first = reveal_key(actor=sam, credential=keys.of_account(world.sandbox, world.shop)[0])
    regenerate_key(actor=sam, subscription=subscription)
    regenerate_key(actor=sam, subscription=subscription)
    assert len(keys.of_account(world.sandbox, world.shop)) == 2
    assert known_as(first, world.sandbox) is Reason.CREDENTIAL_DISABLED


def test_a_revoked_key_is_refused_at_once_and_another_can_be_made(world):
    link(world)
    sam, subscription = world.actor("sam"), active(world).get()
    (key,) = keys.of_account(world.sandbox, world.shop)
    secret = reveal_key(actor=sam, credential=key)
    disable_credential(actor=sam, credential=key)
    assert known_as(secret, world.sandbox) is Reason.CREDENTIAL_DISABLED
    assert keys.of_account(world.sandbox, world.shop) == []
    _, new = regenerate_key(actor=sam, subscription=subscription)
    assert known_as(new, world.sandbox) == world.shop.pk.hex


def test_strangers_and_readers_make_no_key(world):
    link(world)
    link(world, "kim@example.org", roles=["api-user"])
    subscription = active(world).get()
    stranger = people.person("eve", people.Organisation.objects.create(name="E"), "developer")
    for who in ("kim", stranger.email.partition("@")[0]):
        with pytest.raises(NotAllowed):
            regenerate_key(actor=world.actor(who), subscription=subscription)


def test_an_ended_account_gets_no_key(world):
    link(world)
    subscription = active(world).get()
    end(actor=world.actor("sam"), subscription=subscription)
    with pytest.raises(Refused):
        regenerate_key(actor=world.actor("sam"), subscription=subscription)


# Production


def ask(world, **more):
    given = {"terms": terms_in_force("parcels", ""), "subject": "Live", "text": "Works.", **more}
    return request_production(
        actor=world.actor("sam"), organisation=world.shop, provider=world.provider, **given
    )


def authorise(world, **more):
    given = {"actor": world.desk, "environment": world.production, **more}
    return authorise_production(organisation=world.shop, **given)


@pytest.fixture
def linked(world):
    link(world)
    return world


def test_asking_opens_a_ticket_and_gives_nothing_yet(linked):
    ticket = ask(linked)
    assert (ticket.kind, ticket.environment) == (Ticket.Kind.PRODUCTION, linked.production)
    assert [s.state for s in Subscription.objects.filter(environment=linked.production)] == [
        State.REQUESTED
    ]
    assert keys.of_account(linked.production, linked.shop) == []
    with pytest.raises(Refused, match="already"):
        ask(linked)


def test_asking_without_the_terms_in_force_is_refused(linked):
    with pytest.raises(Refused, match="terms"):
        ask(linked, terms=None)
    assert not Ticket.objects.exists()


def test_authorising_wants_calls_that_worked(linked):
    ask(linked)
    with pytest.raises(Refused, match="checklist"):
        authorise(linked)
    called(linked.shop, ago=timedelta(days=31).total_seconds(), **BARCODE)
    called(linked.shop, 400, "malformed", ago=0, **BARCODE)
    called(linked.shop, ago=0, **BARCODE | {"environment": "parcels/production"})
    with pytest.raises(Refused, match="checklist"):
        authorise(linked)
    assert not active(linked, linked.production).exists()


def test_authorised_after_a_good_call_the_company_has_a_key_of_its_own(
    linked, mailoutbox, committed
):
    with committed():
        ask(linked)
    mailoutbox.clear()  # the desk was told that somebody asks
    called(linked.shop, **BARCODE)
    with committed():
        authorise(linked)
    (key,) = keys.of_account(linked.production, linked.shop)
    secret = reveal_key(actor=linked.actor("sam"), credential=key)
    assert known_as(secret, linked.production) == linked.shop.pk.hex
    assert known_as(secret, linked.sandbox) is Reason.WRONG_ENVIRONMENT
    assert [mail.to for mail in mailoutbox] == [["sam@example.org"]]
    known = Identifier.objects.filter(environment=linked.production).values_list("type", "code")
    assert dict(known) == {"CustomerCode": CODE, "CustomerNumber": NUMBER}
    (entry,) = AuditEntry.objects.filter(action="production.authorise")
    assert entry.details["evidence"] is True


def test_a_reason_stands_in_for_the_calls_and_is_written_down(linked):
    ask(linked)
    authorise(linked, although="They tested with us on the telephone.")
    [found] = active(linked, linked.production)
    assert found.although == "They tested with us on the telephone."
    assert AuditEntry.objects.get(action="production.authorise").details["evidence"] is False


def test_who_asked_by_telephone_is_authorised_for_what_the_sandbox_has(linked):
    called(linked.shop, ago=0, **BARCODE)
    authorise(linked)
    assert [item.api for item in active(linked, linked.production)] == ["barcode"]
    with pytest.raises(Refused, match="left"):
        authorise(linked)


def test_names_of_the_documentation_never_reach_production(world):
    seed = {"CustomerCode": "DEVC", "CustomerNumber": "11223344"}
    world.shop = make_customer(
        actor=COMMAND, provider=world.provider, name="Seed", identifiers=seed
    )
    link(world)
    authorise(world, although="Try.")
    assert active(world, world.production).exists()
    assert not Identifier.objects.filter(environment=world.production).exists()


def test_a_rejection_says_why_and_leaves_room_to_ask_again(linked, mailoutbox, committed):
    ask(linked)
    with pytest.raises(Refused, match="reason"):
        reject_production(
            actor=linked.desk,
            organisation=linked.shop,
            environment=linked.production,
            reason=" ",
        )
    with committed():
        reject_production(
            actor=linked.desk,
            organisation=linked.shop,
            environment=linked.production,
            reason="No call yet.",
        )
    assert "No call yet." in mailoutbox[-1].body
    assert ask(linked)


def reject(world):
    return reject_production(
        actor=world.desk,
        organisation=world.shop,
        environment=world.production,
        reason="Not yet.",
    )


def test_of_who_asked_by_telephone_nothing_in_the_portal_is_rejected(linked):
    assert reject(linked) == []
    ask(linked)
    assert [one.api for one in reject(linked)] == ["barcode"]


def test_what_is_decided_on_is_not_rejected(linked):
    ask(linked)
    authorise(linked, although="Try.")
    with pytest.raises(Refused, match="decided on already"):
        reject(linked)
    assert active(linked, linked.production).exists()


def test_only_the_desk_decides(linked):
    ask(linked)
    sam = linked.actor("sam")
    with pytest.raises(NotAllowed):
        authorise(linked, actor=sam, although="me")
    with pytest.raises(NotAllowed):
        reject_production(
            actor=sam, organisation=linked.shop, environment=linked.production, reason="me"
        )
    with pytest.raises(NotAllowed):
        open_account(actor=sam, provider=linked.provider, organisation=linked.shop)
