"""The people of the fictional world: members of its companies, and the desks of its providers."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from sluis.server.actions.announce import Changed, announce
from sluis.server.demo.world import World
from sluis.server.models import Membership, Organisation, Person, Provider


@dataclass(frozen=True, slots=True)
class Someone:
    """A person; `company` is a company's slug, None for the provider's own desk."""

    slug: str
    name: str
    company: str | None
    roles: tuple[str, ...]
    language: str
    second_factor: bool = False


PEOPLE = (
    Someone("anna", "Anna Verstraete", "scheldekaai", ("administrator", "developer"), "nl"),
    Someone("bram", "Bram Peeters", "kempenspoor", ("administrator",), "nl"),
    Someone("carla", "Carla Schmitz", "vaartkapoen", ("developer",), "de"),
    Someone("dirk", "Dirk Mertens", None, ("administrator", "desk"), "nl", second_factor=True),
)
CUSTOMERS = (
    Someone("emma", "Emma de Wit", "devcode", ("administrator", "developer"), "nl"),
    Someone("floor", "Floor Hendriks", None, ("administrator", "desk"), "nl", second_factor=True),
)


def loaded_person(world: World, someone: Someone, hashes: Mapping[str, str]) -> dict[str, Any]:
    address, secret = email(world, someone), password(world, someone)
    totp = base64.b32encode(world.secret(f"{someone.slug} totp", 20)).decode()
    organisation = organisation_of(world, someone)
    person = Person.objects.filter(email=address).first()
    if person is None:
        person = Person.objects.create(
            id=world.id(someone.slug),
            email=address,
            password=hashes[secret],
            name=someone.name,
            language=someone.language,
        )
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    if someone.second_factor and not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, totp)
    _, created = Membership.objects.get_or_create(
        person=person, organisation=organisation, defaults={"roles": list(someone.roles)}
    )
    if created:
        announce(Changed.PERSON, person.pk)
    return {
        "name": someone.name,
        "email": address,
        "password": secret,
        "totp": totp if someone.second_factor else None,
        "provider": world.provider,
        "organisation": organisation.name,
        "roles": list(someone.roles),
    }


def email(world: World, someone: Someone) -> str:
    return f"{someone.slug}@{someone.company or world.provider}.example"


def password(world: World, someone: Someone) -> str:
    return f"sluis-{world.secret(f'{someone.slug} password', 9).hex()}"


def organisation_of(world: World, someone: Someone) -> Organisation:
    if someone.company is None:
        return Provider.objects.get(slug=world.provider).organisation
    return Organisation.objects.get(id=world.id(someone.company))
