"""Mails that tell people what was done, in their language: left in the outbox with the deed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext, override

from sluis.core.subscription import ALIVE
from sluis.server.models import Membership, Organisation, Person, Subscription


def tell(people: Iterable[Person], subject: str, text: str, **words: object) -> None:
    """Mail people. `subject` and `text` are msgids; `words` fill them in."""
    leave([letter(one.email, one.language, subject, text, **words) for one in people])


def write(address: str, language: str, subject: str, text: str, **words: object) -> None:
    """Mail an address in a language: kept or lost with the caller's transaction."""
    leave([letter(address, language, subject, text, **words)])


def leave(letters: list[EmailMessage]) -> None:
    get_connection().send_messages(letters)


def letter(address: str, language: str, subject: str, text: str, **words: object) -> EmailMessage:
    words.setdefault("portal", settings.CONFIG.portal_url)  # or the page that it is about
    with override(language):
        line = " ".join((gettext(subject) % words).split())  # names may hold line breaks
        body = gettext(text) % words
    return EmailMessage(line, body, None, [address], headers={"Content-Language": language})


def administrators(organisation: Organisation) -> list[Person]:
    """Return who is told of what concerns the organisation."""
    memberships = organisation.memberships.select_related("person")
    found = memberships.filter(person__is_active=True).order_by("since", "pk")
    return [m.person for m in found if "administrator" in m.roles]


def tell_subscribers(
    subscriptions: QuerySet[Subscription], subject: str, text: str, **words: object
) -> None:
    """Mail the administrators of whoever has one of the subscriptions, once an organisation.

    Beside `words` the text can name the `organisation`, and the `apis` that it subscribes to
    among these. Those that are over do not count.
    """
    alive = subscriptions.filter(state__in=ALIVE)
    apis: dict[UUID, set[str]] = {}
    for organisation, api in alive.values_list("organisation", "api"):
        apis.setdefault(organisation, set()).add(api)
    theirs = Exists(alive.filter(organisation=OuterRef("organisation")))
    found = Membership.objects.filter(theirs, person__is_active=True)
    # One statement for all: what waits for this transaction meanwhile may be calls.
    letters = []
    for one in found.select_related("person", "organisation").order_by("organisation", "since"):
        if "administrator" in one.roles:
            words["organisation"] = one.organisation.name
            words["apis"] = ", ".join(sorted(apis[one.organisation_id]))
            letters.append(letter(one.person.email, one.person.language, subject, text, **words))
    leave(letters)


def came_and_went(before: Sequence[str], after: Sequence[str]) -> str:
    """Return a list of what is new and what is gone, a line each."""
    came = [gettext("- new: %(name)s") % {"name": name} for name in after if name not in before]
    went = [gettext("- gone: %(name)s") % {"name": name} for name in before if name not in after]
    return "\n".join([*came, *went])
