"""The desk ties a name and an address to a company; the mail with the link leaves at once."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from sluis.core.provider import Registration
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.add_member import add_member
from sluis.server.actions.make_person import make_person, send_activation
from sluis.server.actions.open_account import open_account
from sluis.server.answers import policy
from sluis.server.models import Membership, Organisation, Person, Provider


class Linked(NamedTuple):
    person: Person
    invited: bool  # a link is on its way; else the person had an account already


@transaction.atomic
def link_person(
    *,
    actor: Actor,
    provider: Provider,
    organisation: Organisation,
    name: str,
    email: str,
    language: str,
    roles: Iterable[str],
) -> Linked:
    """Make the person a member of the company, which has an account in the sandbox from now on.

    Who has no account yet gets one, and a link to choose a password with. Raises `NotAllowed`
    and `Refused`.
    """
    only(actor.serves(provider.pk), desk_only())
    if not name.strip():
        raise Refused(_("Fill in the name of the person."))
    if makes_accounts(provider):
        # Before there is somebody to tell of it: one mail is enough, and it is the invitation.
        open_account(actor=actor, provider=provider, organisation=organisation)
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = make_person(
            actor=actor, email=email, name=name, language=language, organisation=organisation
        )
    elif Membership.objects.filter(person=person, organisation=organisation).exists():
        raise Refused(_("This person belongs to the company already."))
    elif not person.has_usable_password():
        send_activation(person, organisation)
    add_member(actor=actor, organisation=organisation, person=person, roles=roles)
    audit.write(actor.name, "person.link", f"person:{person.pk}", organisation=organisation.pk.hex)
    return Linked(person, invited=not person.has_usable_password())


def makes_accounts(provider: Provider) -> bool:
    """Return whether companies of the provider have an account as soon as the desk knows them."""
    found = policy.provider(provider.pk)
    return found is not None and found.registration is Registration.DESK
