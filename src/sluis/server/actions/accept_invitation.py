"""Join the organisation that sent a link: with the account one has, or with a new one."""

from collections.abc import Iterable
from dataclasses import replace

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.core.credential import digest
from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused, of_person
from sluis.server.actions.add_member import add_member
from sluis.server.models import Invitation, Membership, Organisation, Person
from sluis.server.seal import PEPPER


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation whose link this is, while it works."""
    return (
        Invitation.objects.filter(
            digest=digest(token, PEPPER),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("organisation", "invited_by")
        .first()
    )


def account_of(invitation: Invitation) -> Person | None:
    """Return who has an account with the invited address, and has shown that it is theirs."""
    person = Person.objects.filter(email=invitation.email).first()
    return person if person is not None and (taken(person) or not person.is_active) else None


def taken(person: Person) -> bool:
    confirmed = EmailAddress.objects.filter(user=person, email=person.email, verified=True)
    return person.has_usable_password() and confirmed.exists()


@transaction.atomic
def accept_invitation(*, actor: Actor, token: str) -> Organisation:
    """Make the person a member; raises `NotAllowed` to whoever was not invited."""
    person, invitation = actor.person, used(token)
    if person is None or person.email != invitation.email:
        raise NotAllowed(_("This invitation is for another address."))
    join(actor, person, invitation)
    return invitation.organisation


def register_by_invitation(*, token: str, name: str, password: str, language: str) -> Person:
    """Return a new person, who is a member; the link has shown that the address is theirs.

    An account that nobody opened yet (made by a desk, or by somebody who registered with this
    address and never confirmed it) becomes theirs, and the password that it had is gone.
    """
    invitation = invitation_of(token)
    person = Person(name=name.strip()[:120], email="" if invitation is None else invitation.email)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    kept = make_password(password)  # 35 ms, so before the transaction
    with transaction.atomic():
        invitation = used(token)
        if account_of(invitation) is not None:
            raise Refused(_("There is an account for this address already. Log in with it."))
        changes = {"name": person.name, "password": kept, "language": language}
        person, _made = Person.objects.update_or_create(email=invitation.email, defaults=changes)
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        audit.write(str(person.pk), "person.make", f"person:{person.pk}")
        join(of_person(person), person, invitation)
    return person


def used(token: str) -> Invitation:
    """Return the invitation, which from now on is used; raises `Refused` when it does not work."""
    invitation = invitation_of(token)
    if invitation is not None:
        # Counted, so that of two who follow it at the same time one joins.
        unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if unused.update(accepted_at=timezone.now()):
            return invitation
    raise Refused(_("This invitation was used, was taken back or has expired. Ask for a new one."))


def join(actor: Actor, person: Person, invitation: Invitation) -> None:
    """Add the roles to those one has; who invited had the right to, when they did."""
    add_member(
        actor=replace(actor, trusted=True),
        organisation=invitation.organisation,
        person=person,
        roles={*invitation.roles, *roles_of(person, invitation.organisation)},
    )


def roles_of(person: Person, organisation: Organisation) -> Iterable[str]:
    found = Membership.objects.filter(person=person, organisation=organisation).first()
    return [] if found is None else found.roles
