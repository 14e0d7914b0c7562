"""Who belongs to an organisation, and with which roles."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, administrators_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.answers.concern import works_elsewhere
from sluis.server.models import Membership, Organisation, Party, Person, Provider
from sluis.server.models.organisation import ROLES
from sluis.server.roles import titled


@transaction.atomic
def add_member(
    *, actor: Actor, organisation: Organisation, person: Person, roles: Iterable[str]
) -> Membership:
    """Make a person a member with these roles, or give a member other roles: they are told."""
    only(may_change(actor, organisation, person), administrators_or_desk_only())
    wanted = checked_roles(organisation, roles)
    # Held, so that two administrators cannot take the role from each other at the same time.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    before = Membership.objects.filter(person=person, organisation=organisation).first()
    if before is not None and "administrator" not in wanted:
        keep_an_administrator(before)
    membership, made = Membership.objects.update_or_create(
        person=person, organisation=organisation, defaults={"roles": wanted}
    )
    audit.write(
        actor.name,
        "member.add" if made else "member.change",
        f"person:{person.pk}",
        organisation=organisation.pk.hex,
        roles=wanted,
    )
    announce(Changed.PERSON, person.pk)
    if made:
        welcome(person, organisation)
    elif before is not None and sorted(before.roles) != wanted:
        tell_roles(actor, membership)
    return membership


@transaction.atomic
def remove_member(*, actor: Actor, organisation: Organisation, person: Person) -> None:
    """End a membership; the person's tokens for the organisation are refused from now on.

    A person can always leave, unless nobody would be left to administrate. The person and the
    administrators are told, but for who did it.
    """
    allowed = oneself(actor, person) or may_change(actor, organisation, person)
    only(allowed, administrators_or_desk_only())
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    found = Membership.objects.filter(person=person, organisation=organisation).first()
    if found is None:
        return
    keep_an_administrator(found)
    found.delete()
    audit.write(
        actor.name, "member.remove", f"person:{person.pk}", organisation=organisation.pk.hex
    )
    announce(Changed.PERSON, person.pk)
    tell_removed(actor, organisation, person)


def oneself(actor: Actor, person: Person) -> bool:
    return actor.person is not None and actor.person.pk == person.pk


def welcome(person: Person, organisation: Organisation) -> None:
    if person.has_usable_password():  # others are told by the mail that invites them
        tell(
            [person],
            gettext_noop("You now belong to %(organisation)s"),
            gettext_noop(
                "You were made a member of %(organisation)s.\n"
                "You can act for it in the portal: %(portal)s\n"
            ),
            organisation=organisation.name,
        )


def tell_roles(actor: Actor, membership: Membership) -> None:
    """Tell a member of other roles, unless they took them themselves."""
    if not oneself(actor, membership.person):
        tell(
            [membership.person],
            gettext_noop("Your role at %(organisation)s has changed"),
            gettext_noop(
                "Your role at %(organisation)s is now: %(roles)s.\n"
                "What you can do with it, you see in the portal: %(portal)s\n"
                "Is this not right? Ask an administrator of %(organisation)s.\n"
            ),
            organisation=membership.organisation.name,
            roles=titled(membership.roles),
        )


def tell_removed(actor: Actor, organisation: Organisation, person: Person) -> None:
    """Tell the person and the administrators that are left: each but who did it."""
    if not oneself(actor, person):
        tell(
            [person],
            gettext_noop("You no longer belong to %(organisation)s"),
            gettext_noop(
                "You are no longer a member of %(organisation)s, and cannot act for it any more.\n"
                "Is this not right? Ask an administrator of %(organisation)s.\n"
            ),
            organisation=organisation.name,
        )
    tell(
        [one for one in administrators(organisation) if not oneself(actor, one)],
        gettext_noop("%(who)s no longer belongs to %(organisation)s"),
        gettext_noop(
            "%(who)s (%(email)s) is no longer a member of %(organisation)s. Tokens that were "
            "fetched with this account no longer work for it.\n"
            "Keys and secrets that %(who)s knew still work: replace them in the portal if need "
            "be: %(portal)s\n"
        ),
        organisation=organisation.name,
        who=str(person),
        email=person.email,
    )


def checked_roles(organisation: Organisation, roles: Iterable[str]) -> list[str]:
    """Return the roles in order; raises `Refused` for none, and for what is none."""
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(ROLES):
        raise Refused(_("Choose at least one of the roles that there are."))
    if "desk" in wanted and not Provider.objects.filter(organisation=organisation).exists():
        raise Refused(_("Only a provider has a service desk."))
    return wanted


def may_change(actor: Actor, organisation: Organisation, person: Person) -> bool:
    """Return whether the actor decides who belongs to the organisation.

    A desk ties people to companies that are its provider's alone. A member sees all that the
    organisation has: keys, clients, API users, consents, channels and what it asks. One that
    has any of that with another provider has administrators of its own for it. Nobody at the
    desk ties themselves.
    """
    if actor.manages(organisation):
        return True
    if actor.desk is None or oneself(actor, person):
        return False
    if Provider.objects.filter(organisation=organisation).exists():
        return False
    if works_elsewhere(organisation, actor.desk):
        return False
    here = Party.objects.filter(organisation=organisation, environment__provider=actor.desk)
    return here.exists() or not organisation.memberships.exists()


def keep_an_administrator(membership: Membership) -> None:
    """Raise `Refused` when this is the only administrator."""
    if "administrator" not in membership.roles:
        return
    others = Membership.objects.filter(organisation=membership.organisation_id)
    if not any("administrator" in m.roles for m in others.exclude(pk=membership.pk)):
        raise Refused(_("An organisation keeps at least one administrator."))
