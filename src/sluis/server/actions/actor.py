"""Who acts, for whom: every action is handed one, and asks it before anything else."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from sluis.server.models import Membership, Organisation, Person, Provider


class NotAllowed(Exception):
    """The actor may not do this; the sentence says who may."""


class Refused(Exception):
    """This cannot be done, whoever asks; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, and the organisation or the service desk for which they act now.

    Make one with `member` or `of_desk`, which look at what the person really is; or take
    `COMMAND`, `PLATFORM` or `VISITOR`.
    """

    name: str  # in the audit log: a person's id, or what acts in place of a person
    person: Person | None = None
    organisation: UUID | None = None
    roles: frozenset[str] = frozenset()
    desk: str | None = None  # slug of the provider
    trusted: bool = False
    ticket: int | None = None  # whose link a visitor was mailed

    def manages(self, organisation: Organisation) -> bool:
        return self.has("administrator", organisation)

    def develops(self, organisation: Organisation) -> bool:
        return self.has("administrator", organisation) or self.has("developer", organisation)

    def has(self, role: str, organisation: Organisation) -> bool:
        if self.trusted:
            return True
        return self.organisation == organisation.pk and role in self.roles

    def serves(self, provider: str) -> bool:
        """Return whether this is the service desk of the provider."""
        return self.trusted or self.desk == provider


# Recovery codes stand in for one of these; by themselves they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

COMMAND = Actor("command", trusted=True)  # who can run `sluis` on the machine can do anything
PLATFORM = Actor("platform", trusted=True)  # what policy decides, without a person
VISITOR = Actor("visitor")  # anybody, without an account


def of_person(person: Person) -> Actor:
    """Return the actor of a person who acts for no organisation (yet). Raises `NotAllowed`."""
    if not person.is_active:
        raise NotAllowed(_("This account is disabled."))
    return Actor(str(person.pk), person)


def member(person: Person, organisation: Organisation) -> Actor:
    """Return the actor of a person for an organisation; raises `NotAllowed` to outsiders."""
    found = Membership.objects.filter(person=person, organisation=organisation).first()
    if found is None or not person.is_active:
        raise NotAllowed(_("Only members of the organisation can do this."))
    return Actor(str(person.pk), person, organisation.pk, frozenset(found.roles))


def of_desk(person: Person, provider: Provider) -> Actor:
    """Return the actor of a person at a provider's service desk.

    Raises `NotAllowed` to others, and to staff who have no second factor.
    """
    found = Membership.objects.filter(person=person, organisation=provider.organisation_id).first()
    if found is None or "desk" not in found.roles or not person.is_active:
        raise NotAllowed(_("Only the service desk of the provider can do this."))
    if not has_second_factor(person.pk):
        raise NotAllowed(_("The service desk works with a second factor. Set yours up first."))
    return Actor(str(person.pk), person, desk=provider.pk)


def has_second_factor(person: UUID) -> bool:
    found: bool = Authenticator.objects.filter(user=person, type__in=FACTORS).exists()
    return found


def only(allowed: bool, who: str) -> None:
    """Raise `NotAllowed` with the sentence `who` where the actor is none of those it names."""
    if not allowed:
        raise NotAllowed(who)


def administrators_only() -> str:
    return _("Only administrators of the organisation can do this.")


def developers_only() -> str:
    return _("Only administrators and developers of the organisation can do this.")


def desk_only() -> str:
    return _("Only the service desk of the provider can do this.")


def developers_or_desk_only() -> str:
    return _(
        "Only administrators and developers of the organisation, "
        "and the service desk of the provider, can do this."
    )


def administrators_or_desk_only() -> str:
    return _(
        "Only administrators of the organisation, "
        "and the service desk of the provider, can do this."
    )
