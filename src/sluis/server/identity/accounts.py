"""Clients and users, looked up in the database. Runs in a thread of the database."""

import hmac
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F, Q
from django.utils import timezone

from sluis.core.credential import digest
from sluis.core.subscription import State
from sluis.server.actions.actor import has_second_factor
from sluis.server.models import (
    ApiUser,
    Application,
    Client,
    Identifier,
    Membership,
    Organisation,
    Party,
    Person,
    Subscription,
)
from sluis.server.seal import PEPPER


class KnownClient(NamedTuple):
    client_id: str
    application: Application


class User(NamedTuple):
    """Somebody with a password. `refused` says why even the right one opens nothing."""

    id: UUID
    password: str  # a hash
    organisation: Organisation | None
    person: Person | None  # None: an API user
    refused: str = ""


def authenticated(environment: str, client_id: str, secret: str) -> KnownClient | None:
    """Return the client whose secret this is, while both are in use."""
    found = (
        Client.objects.filter(environment=environment, client_id=client_id, disabled_at=None)
        .select_related("application")
        .first()
    )
    if found is None:
        return None
    expires = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    kept = found.secrets.filter(expires, disabled_at=None).values_list("digest", flat=True)
    given = digest(secret, PEPPER)
    # All are compared: the time taken does not tell which of them it was.
    matches = [hmac.compare_digest(given, bytes(one)) for one in kept]
    return KnownClient(found.client_id, found.application) if any(matches) else None


def user_named(environment: str, username: str) -> User | None:
    """Return the API user of this environment with this name, else the person."""
    name = username.strip().lower()
    user = (
        ApiUser.objects.filter(environment=environment, username=name)
        .select_related("organisation")
        .first()
    )
    if user is not None:
        refused = "" if user.disabled_at is None else "API user disabled"
        return User(user.pk, user.password, user.organisation, None, refused)
    person = Person.objects.filter(email=name).first()
    if person is None:
        return None
    organisation = organisation_of(person, environment)
    return User(person.pk, person.password, organisation, person, refusal_of(person, organisation))


def refusal_of(person: Person, organisation: Organisation | None) -> str:
    """Return why a person cannot use the password grant; "" when they can."""
    if not person.is_active:
        return "account disabled"
    if organisation is None:
        return "belongs to no organisation"
    if not EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists():
        return "e-mail address not confirmed"
    if has_second_factor(person):
        return "has a second factor, which this grant cannot carry: make an API user"
    return ""


def organisation_of(person: Person, environment: str) -> Organisation | None:
    """Return for whom a person acts here: of several, the one that is known in the environment.

    Where that leaves more than one, or none, it is the one the person joined first.
    """
    joined = Membership.objects.filter(person=person).order_by("since", "pk")
    organisations = [m.organisation for m in joined.select_related("organisation")]
    if len(organisations) <= 1:
        return organisations[0] if organisations else None
    ids = [organisation.pk for organisation in organisations]
    here = {"environment": environment, "organisation__in": ids}
    known = set(Party.objects.filter(**here).values_list("organisation", flat=True))
    living = Subscription.objects.filter(**here, state__in=(State.ACTIVE, State.REQUESTED))
    known.update(living.values_list("organisation", flat=True))
    return next((one for one in organisations if one.pk in known), organisations[0])


def entity_id(environment: str, organisation: Organisation) -> str | None:
    """Return the identifier by which the port knows an organisation here."""
    return (
        Identifier.objects.filter(
            environment=environment,
            party__organisation=organisation,
            party__environment=F("environment"),
            type="NxtEntityId",
        )
        .values_list("code", flat=True)
        .first()
    )


def keep_hash(user: User, password: str) -> None:
    """Keep the same password under today's parameters, unless it was changed meanwhile."""
    table = ApiUser if user.person is None else Person
    table._default_manager.filter(pk=user.id, password=user.password).update(password=password)
