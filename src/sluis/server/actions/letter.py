"""Mails that tell people what was done, in their language: left in the outbox with the deed."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext, override

from sluis.server.models import Organisation, Person


def tell(people: Iterable[Person], subject: str, text: str, **words: object) -> None:
    """Mail people. `subject` and `text` are msgids; `words` fill them in."""
    for person in people:
        write(person.email, person.language, subject, text, **words)


def write(address: str, language: str, subject: str, text: str, **words: object) -> None:
    """Mail an address in a language: kept or lost with the caller's transaction."""
    words.setdefault("portal", settings.CONFIG.portal_url)  # or the page that it is about
    with override(language):
        line = " ".join((gettext(subject) % words).split())  # names may hold line breaks
        send_mail(line, gettext(text) % words, None, [address])


def administrators(organisation: Organisation) -> list[Person]:
    """Return who is told of what concerns the organisation."""
    memberships = organisation.memberships.select_related("person")
    found = memberships.filter(person__is_active=True).order_by("since", "pk")
    return [m.person for m in found if "administrator" in m.roles]
