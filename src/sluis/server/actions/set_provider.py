"""Change what a provider says of itself, how accounts come about, and its old doors."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from sluis import registry
from sluis.core.provider import OldDoor, Registration, in_force
from sluis.core.provider import Provider as Publisher
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import tell_subscribers
from sluis.server.models import Membership, Provider, Subscription

LANGUAGES = ("nl", "en", "de")
NAME_CHARACTERS, SUMMARY_CHARACTERS, LINE_CHARACTERS, LINES_AT_MOST = 120, 300, 100, 6
TELEPHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,38}", re.ASCII)  # it becomes the address of a link
DOORS = {
    OldDoor.PASSWORD_GRANT: (
        gettext_lazy("Tokens for a user name and a password"),
        gettext_lazy("The clean way is client credentials."),
    ),
    OldDoor.KEY_IN_QUERY: (
        gettext_lazy("Keys in the address of a call"),
        gettext_lazy("The clean way is the header."),
    ),
}
BEHIND = {  # who may go through a door: callers of the APIs that take one of these
    OldDoor.PASSWORD_GRANT: {"bearer-token"},
    OldDoor.KEY_IN_QUERY: {"subscription-key", "api-key"},
}


@transaction.atomic
def set_provider(*, actor: Actor, provider: Provider, changes: Mapping[str, Any]) -> None:
    """Put in force what `changes` names, by the names of `core/provider.py`.

    What is as the registry has it follows the registry again. Who may go through a door that is
    closed is told. Raises `NotAllowed`, and `Refused` for what is not written as it should be.
    """
    only(administers(actor, provider), administrators_of_desk_only())
    wanted = {name: CHECKED[name](value) for name, value in changes.items()}
    published = next((one for one in registry.PROVIDERS if one.slug == provider.pk), None)
    if published is None:
        raise Refused(_("This provider is not there any more."))
    found = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    before = in_force(published, found.own)
    found.own = different(published, found.own | wanted)
    after = in_force(published, found.own)
    if "name" in wanted:
        found.name = after.name
    found.save(update_fields=["own", "name"])
    tell_of_doors(found, [door for door in OldDoor if door in before.doors - after.doors])
    subject = f"provider:{found.pk}"
    audit.write(
        actor.name,
        "provider.set",
        subject,
        found.pk,
        changed=[name for name in CHECKED if getattr(before, name) != getattr(after, name)],
        registration=after.registration.value,
        doors=sorted(door.value for door in after.doors),
    )
    for environment in found.environments.order_by("key"):
        announce(Changed.ENVIRONMENT, environment.pk)


def administers(actor: Actor, provider: Provider) -> bool:
    """Return whether this is an administrator at the provider's desk."""
    if actor.trusted or not actor.serves(provider.pk):
        return actor.trusted
    own = Membership.objects.filter(person=actor.person, organisation=provider.organisation_id)
    return any("administrator" in one.roles for one in own)


def administrators_of_desk_only() -> str:
    return _("Only administrators of the service desk can do this.")


def different(published: Publisher, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not as the registry has it."""
    return {
        name: value
        for name, value in own.items()
        if getattr(in_force(published, {name: value}), name) != getattr(published, name)
    }


# What is written, as it is kept; each raises `Refused`


def named(text: str) -> str:
    found = line(text, NAME_CHARACTERS)
    if not found:
        raise Refused(_("Enter the name."))
    return found


def summarised(text: Mapping[str, str]) -> dict[str, str]:
    found = {language: line(text.get(language, ""), SUMMARY_CHARACTERS) for language in LANGUAGES}
    if not all(found.values()):
        raise Refused(_("Enter the summary in Dutch, English and German."))
    return found


def email(text: str) -> str:
    address = text.strip()
    try:
        MaxLengthValidator(254)(address)
        validate_email(address)
    except ValidationError as error:
        told = _("This is not an e-mail address. It looks like name@example.org.")
        raise Refused(told) from error
    return address


def telephone(text: str) -> str:
    number = line(text, LINE_CHARACTERS)
    if number and not TELEPHONE.fullmatch(number):
        raise Refused(_("Write the number with digits, as +32 3 123 45 67."))
    return number


def addressed(lines: Sequence[str]) -> list[str]:
    found = [text for text in (line(one, LINE_CHARACTERS) for one in lines) if text]
    if len(found) > LINES_AT_MOST:
        raise Refused(_("An address has 6 lines at most."))
    return found


def registered(how: str) -> str:
    if how not in {one.value for one in Registration}:
        raise Refused(_("Choose how accounts come about."))
    return str(how)


def opened(doors: Collection[str]) -> list[str]:
    if not set(doors) <= {door.value for door in OldDoor}:
        raise Refused(_("There is no such door."))
    return sorted(str(door) for door in doors)


def line(text: str, most: int) -> str:
    """Return a text on one line: without what breaks lines, and nothing that cannot be seen."""
    found = " ".join(text.split())
    if len(found) > most:
        raise Refused(_("This text is too long."))
    if not found.isprintable():
        raise Refused(_("There is a character in this that cannot be seen. Type it anew."))
    return found


CHECKED: dict[str, Callable[[Any], Any]] = {
    "name": named,
    "summary": summarised,
    "support_email": email,
    "support_telephone": telephone,
    "support_address": addressed,
    "registration": registered,
    "doors": opened,
}


def tell_of_doors(provider: Provider, closed: Sequence[OldDoor]) -> None:
    """Tell who may go through a door that it is closed; nobody where none is."""
    schemes = {name for door in closed for name in BEHIND[door]}
    apis = [
        api.slug
        for api in registry.HOSTED_APIS
        if api.provider == provider.pk and schemes & {n for o in api.operations for n in o.schemes}
    ]
    if not apis:
        return
    tell_subscribers(
        Subscription.objects.filter(environment__provider=provider, api__in=apis),
        gettext_noop("%(provider)s no longer takes what it took"),
        gettext_noop(
            "From now on %(provider)s refuses this, in all its environments:\n"
            "%(doors)s\n"
            "Does software of %(organisation)s still do so? Change it today: its calls to %(apis)s"
            " are refused. The clean way works already.\n"
        ),
        provider=provider.name,
        doors=lazy(listed, str)(closed),  # in the language of each reader
    )


def listed(doors: Sequence[OldDoor]) -> str:
    return "\n".join(f"- {DOORS[door][0]}. {DOORS[door][1]}" for door in doors)
