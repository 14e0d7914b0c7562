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
from sluis.server.models import Organisation, Person
from sluis.server.settings import LANGUAGES

SUBJECT = gettext_noop("Your account: choose a password")
TEXT = gettext_noop(
    "An account was made for you. Choose a password to open it:\n%(link)s\n"
    "The link works once, and for three days.\n"
)
SUBJECT_FOR = gettext_noop("Your account for %(organisation)s: choose a password")
TEXT_FOR = gettext_noop(
    "An account was made for you, to work for %(organisation)s. Choose a password to open it:\n"
    "%(link)s\n"
    "The link works once, and for three days.\n"
)


@transaction.atomic
def make_person(
    *,
    actor: Actor,
    email: str,
    name: str = "",
    language: str = "en",
    password: str | None = None,
    organisation: Organisation | None = None,
) -> Person:
    """Return a person whose address counts as confirmed: only the link in the mail opens it.

    Desks tie people to companies; administrators invite them, and are not told who has an
    account. The mail says for which organisation it is. With a password, which only a command
    gives, no mail is sent.
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
        send_activation(person, organisation)
    return person


@transaction.atomic
def resend_activation(
    *, actor: Actor, person: Person, organisation: Organisation | None = None
) -> None:
    """Send the link once more, to somebody who has not chosen a password yet."""
    if not (actor.trusted or actor.desk):
        raise NotAllowed(_("Only service desks can make accounts for others."))
    if person.has_usable_password():
        raise Refused(_("This account is in use: its owner can ask for a new password."))
    audit.write(actor.name, "person.resend-activation", f"person:{person.pk}")
    send_activation(person, organisation)


def send_activation(person: Person, organisation: Organisation | None) -> None:
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": person.pk.hex, "key": default_token_generator.make_token(person)},
    )
    link = settings.CONFIG.portal_url + path
    if organisation is None:
        tell([person], SUBJECT, TEXT, link=link)
    else:
        tell([person], SUBJECT_FOR, TEXT_FOR, link=link, organisation=organisation.name)
