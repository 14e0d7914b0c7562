"""An account for somebody who did not register: they get a link, and choose a password."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.letter import tell
from sluis.server.models import Person
from sluis.server.settings import LANGUAGES


@transaction.atomic
def make_person(
    *, actor: Actor, email: str, name: str = "", language: str = "en", password: str | None = None
) -> Person:
    """Return a person whose address counts as confirmed: only the link in the mail opens it.

    Desks tie people to companies; administrators invite them, and are not told who has an
    account. With a password, which only a command gives, no mail is sent.
    """
    if not (actor.trusted or actor.desk):
        raise NotAllowed(_("Only service desks can make accounts for others."))
    if password is not None and not actor.trusted:
        raise NotAllowed(_("People choose their own passwords."))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("This is not an e-mail address.")) from error
    if language not in dict(LANGUAGES):
        raise Refused(_("This language is not spoken here."))
    try:
        with transaction.atomic():
            person = Person.objects.create_user(
                address, password, name=name.strip()[:120], language=language
            )
    except IntegrityError as error:
        raise Refused(_("There is an account for this address already.")) from error
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    audit.write(actor.name, "person.make", f"person:{person.pk}")
    if password is None:
        send_activation(person)
    return person


@transaction.atomic
def resend_activation(*, actor: Actor, person: Person) -> None:
    """Send the link once more, to somebody who has not chosen a password yet."""
    if not (actor.trusted or actor.desk):
        raise NotAllowed(_("Only service desks can make accounts for others."))
    if person.has_usable_password():
        raise Refused(_("This account is in use: its owner can ask for a new password."))
    audit.write(actor.name, "person.resend-activation", f"person:{person.pk}")
    send_activation(person)


def send_activation(person: Person) -> None:
    link = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": person.pk.hex, "key": default_token_generator.make_token(person)},
    )
    tell(
        [person],
        gettext_noop("Your account: choose a password"),
        gettext_noop(
            "An account was made for you. Choose a password to open it:\n%(link)s\n"
            "The link works once, and for three days.\n"
        ),
        link=settings.CONFIG.portal_url + link,
    )
