"""Ask somebody by mail to join an organisation, and take that back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from sluis.core.credential import digest, new_invitation_token
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, administrators_only, only
from sluis.server.actions.add_member import checked_roles
from sluis.server.actions.letter import write
from sluis.server.models import Invitation, Membership, Organisation
from sluis.server.seal import PEPPER

VALID = timedelta(days=7)
KEPT = timedelta(days=30)  # after that
DAY = timedelta(days=1)
# Anybody can make an organisation: without these it is a way to send mail to strangers.
BY_ONE_ORGANISATION_A_DAY = 50
TO_ONE_ADDRESS_A_DAY = 3


@transaction.atomic
def invite(
    *, actor: Actor, organisation: Organisation, email: str, roles: Iterable[str]
) -> Invitation:
    """Send a link to an address; one sent before to the same address no longer works.

    The answer is the same whether there is an account with the address or not.
    """
    only(actor.manages(organisation), administrators_only())
    wanted = checked_roles(organisation, roles)
    address = checked_address(email)
    # Held, so that two calls at once cannot pass a limit together.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if Membership.objects.filter(organisation=organisation, person__email=address).exists():
        raise Refused(_("This person is a member already."))
    refuse_too_many(organisation, address)
    now, token = timezone.now(), new_invitation_token()
    open_now(organisation).filter(email=address).update(revoked_at=now)
    made = Invitation.objects.create(
        organisation=organisation,
        email=address,
        roles=wanted,
        digest=digest(token, PEPPER),
        invited_by=actor.person,
        expires_at=now + VALID,
    )
    audit.write(
        actor.name,
        "invitation.send",
        f"invitation:{made.pk}",
        organisation=organisation.pk.hex,
        roles=wanted,
    )
    send(made, token)
    return made


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Let the link work no longer; one that was used or revoked stays as it is."""
    only(actor.manages(invitation.organisation), administrators_only())
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if open_ones.update(revoked_at=timezone.now()):
        audit.write(
            actor.name,
            "invitation.revoke",
            f"invitation:{invitation.pk}",
            organisation=invitation.organisation_id.hex,
        )


def forget_invitations(now: datetime) -> None:
    """Delete old ones: the addresses in them may be of people who never answered."""
    Invitation.objects.filter(expires_at__lt=now - KEPT).delete()


def open_now(organisation: Organisation) -> QuerySet[Invitation]:
    """Return the invitations of an organisation whose links still work."""
    return organisation.invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )


def checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("This is not an e-mail address.")) from error
    return address


def refuse_too_many(organisation: Organisation, address: str) -> None:
    today = Invitation.objects.filter(sent_at__gt=timezone.now() - DAY)
    if today.filter(organisation=organisation).count() >= BY_ONE_ORGANISATION_A_DAY:
        raise Refused(_("You invited as many people as you can in one day. Go on tomorrow."))
    if today.filter(email=address).count() >= TO_ONE_ADDRESS_A_DAY:
        raise Refused(_("This address was sent as many invitations as it can get in one day."))


def send(invitation: Invitation, token: str) -> None:
    """Mail the link, in the language of who invites: of who is invited nothing is known."""
    write(
        invitation.email,
        (get_language() or "en")[:2],
        gettext_noop("%(organisation)s invites you"),
        gettext_noop(
            "%(inviter)s invites you to work for %(organisation)s at Sluis.\n"
            "Follow this link to accept:\n%(link)s\n"
            "The link works once, for seven days. If you know nothing of this, do nothing.\n"
        ),
        organisation=invitation.organisation.name,
        inviter=str(invitation.invited_by or invitation.organisation.name),
        link=settings.CONFIG.portal_url + reverse("invitation", args=[token]),
    )
