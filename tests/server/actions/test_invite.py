"""Invitations: who gets them, how often, and what the link can do once."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from sluis.server.actions import invite as invitations
from sluis.server.actions.accept_invitation import (
    accept_invitation,
    account_of,
    invitation_of,
    register_by_invitation,
)
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused, of_person
from sluis.server.actions.announce import Changed
from sluis.server.actions.invite import invite, revoke_invitation
from sluis.server.actions.make_person import make_person
from sluis.server.chores import forget
from sluis.server.models import AuditEntry, Change, Invitation, Membership, Person
from tests.server import people

NEW = "new@example.org"


@pytest.fixture
def sent(world, mailoutbox, django_capture_on_commit_callbacks):
    """Return a function that invites, and returns the token that was mailed."""

    def send(email=NEW, roles=("developer",), **more):
        asked = {"actor": world.actor("anna"), "organisation": world.agent}
        with django_capture_on_commit_callbacks(execute=True):
            invite(**asked | more, email=email, roles=roles)
        return re.search(r"/invitations/([\w-]+)/", mailoutbox[-1].body)[1]

    return send


def join(token, name="New", password=people.PASSWORD):
    return register_by_invitation(token=token, name=name, password=password, language="nl")


def test_makes_who_is_new_a_member_with_a_confirmed_address(world, sent):
    person = join(sent())
    assert (person.email, person.name, person.language) == (NEW, "New", "nl")
    assert person.check_password(people.PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert Membership.objects.get(person=person).roles == ["developer"]
    assert Change.objects.filter(kind=Changed.PERSON, key=str(person.pk)).exists()


def test_lets_who_has_an_account_join_with_it(world, sent):
    token = sent("bram@example.org")
    bram, _ = world.membership("bram")
    bram.set_password(people.PASSWORD)
    bram.save()
    assert account_of(invitation_of(token)) == bram
    with pytest.raises(Refused, match="Log in with it"):
        join(token)
    assert accept_invitation(actor=of_person(bram), token=token) == world.agent
    assert Membership.objects.get(person=bram, organisation=world.agent).roles == ["developer"]


def test_works_once(world, sent):
    token = sent()
    join(token)
    person = Person.objects.get(email=NEW)
    for act in (
        lambda: join(token),
        lambda: accept_invitation(actor=of_person(person), token=token),
    ):
        with pytest.raises(Refused, match="was used"):
            act()


def test_is_for_the_address_that_was_invited(world, sent):
    token = sent()
    bram, _ = world.membership("bram")
    with pytest.raises(NotAllowed, match="another address"):
        accept_invitation(actor=of_person(bram), token=token)
    assert join(token)  # and was not used up


def test_expires_after_seven_days(world, sent):
    token = sent()
    Invitation.objects.update(expires_at=timezone.now() + timedelta(seconds=5))
    assert invitation_of(token) is not None
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="expired"):
        join(token)
    assert not Person.objects.filter(email=NEW).exists()


def test_is_taken_back(world, sent):
    token = sent()
    revoke_invitation(actor=world.actor("anna"), invitation=Invitation.objects.get())
    with pytest.raises(Refused, match="taken back"):
        join(token)


def test_a_new_link_ends_the_one_before(world, sent):
    first, second = sent(), sent()
    assert invitation_of(first) is None
    assert join(second)


def test_of_the_link_only_a_digest_is_kept(world, sent):
    token = sent()
    kept = repr(Invitation.objects.values().get()) + repr(list(AuditEntry.objects.values()))
    assert token not in kept


def test_the_audit_log_holds_no_address(world, sent):
    join(sent())
    assert NEW not in repr(list(AuditEntry.objects.values("subject", "details", "actor")))


def test_a_password_has_to_be_good(world, sent):
    with pytest.raises(Refused, match="too short"):
        join(sent(), password="kort")


def test_throws_out_who_took_the_address_without_confirming_it(world, sent):
    squatter = Person.objects.create_user(NEW, "een boot vol peren", name="Somebody else")
    EmailAddress.objects.create(user=squatter, email=NEW, verified=False, primary=True)
    person = join(sent())
    assert person.pk == squatter.pk
    assert not person.check_password("een boot vol peren")
    assert EmailAddress.objects.get(user=person).verified


def test_opens_an_account_that_a_desk_made(world, sent):
    made = make_person(actor=COMMAND, email=NEW)
    assert join(sent()).pk == made.pk


def test_never_opens_an_account_that_was_closed(world, sent):
    Person.objects.create_user(NEW, None, is_active=False)
    with pytest.raises(Refused):
        join(sent())


def test_takes_no_role_away(world, sent):
    token = sent("dirk@example.org")
    dirk = Person.objects.get(email="dirk@example.org")
    Membership.objects.create(person=dirk, organisation=world.agent, roles=["administrator"])
    accept_invitation(actor=of_person(dirk), token=token)
    roles = Membership.objects.get(person=dirk, organisation=world.agent).roles
    assert roles == ["administrator", "developer"]


@pytest.mark.parametrize("email", ["dev@example.org", "DEV@example.org "])
def test_invites_no_member(world, sent, email):
    with pytest.raises(Refused, match="member already"):
        sent(email)


@pytest.mark.parametrize("roles", [[], ["captain"], ["desk"]])
def test_refuses_roles_that_there_are_not(world, sent, roles):
    with pytest.raises(Refused):
        sent(roles=roles)


@pytest.mark.parametrize("email", ["", "anna", "a@example.org\nBcc: b"])
def test_refuses_what_is_no_address(world, sent, email):
    with pytest.raises(Refused, match="address"):
        sent(email)


def test_says_the_same_whether_there_is_an_account_or_not(world, sent, mailoutbox):
    sent("bram@example.org")
    sent(NEW)
    known, unknown = (
        re.sub(r"/invitations/[\w-]+/", "", mail.body) + mail.subject for mail in mailoutbox
    )
    assert known == unknown


def test_one_address_gets_three_a_day_from_all_together(world, sent):
    for _ in range(invitations.TO_ONE_ADDRESS_A_DAY - 1):
        sent()
    sent(actor=world.actor("bram"), organisation=world.transporter)
    with pytest.raises(Refused, match="as many invitations"):
        sent()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=1, seconds=1))
    assert sent()


def test_one_organisation_sends_so_many_a_day(world, sent, monkeypatch):
    monkeypatch.setattr(invitations, "BY_ONE_ORGANISATION_A_DAY", 2)
    sent("one@example.org")
    sent("two@example.org")
    with pytest.raises(Refused, match="Go on tomorrow"):
        sent("three@example.org")
    assert sent(actor=world.actor("bram"), organisation=world.transporter)


@pytest.mark.parametrize(("days", "kept"), [(36, True), (38, False)])
def test_an_address_is_forgotten_in_time(world, sent, days, kept):
    sent()
    forget(timezone.now() + timedelta(days=days))
    assert Invitation.objects.exists() is kept
