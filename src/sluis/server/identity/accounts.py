"""Clients and users, looked up in the database. Runs in a thread of the database."""

import hmac
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sluis.core.credential import digest
from sluis.core.subscription import State
from sluis.server.actions.actor import has_second_factor
from sluis.server.identity.form import WRONG_PASSWORD, ClientClaim, Refusal
from sluis.server.models import (
    ApiUser,
    Application,
    Client,
    Credential,
    Identifier,
    Membership,
    Organisation,
    Party,
    Person,
    Subscription,
)
from sluis.server.seal import PEPPER

NOBODY = UUID(int=0)


class Signed(NamedTuple):
    """What a client signed, which is good once, and with which of its keys."""

    client: int
    key: UUID
    jti: str
    expires_at: float


class KnownClient(NamedTuple):
    client_id: str
    application: Application
    signed: Signed | None = None  # None: it has a secret


class User(NamedTuple):
    """Somebody with a password: an API user, or a person."""

    id: UUID
    password: str  # a hash
    api_user: ApiUser | None = None
    person: Person | None = None


def authenticated(environment: str, claim: ClientClaim) -> KnownClient:
    """Return the client whose secret is claimed, while both are in use; raises `Refusal`."""
    found = client_named(environment, claim.client_id)
    kept = in_use(found.secrets).values_list("digest", flat=True) if found else ()
    given = digest(claim.secret, PEPPER)
    # All are compared: the time taken does not tell which of them it was.
    matches = [hmac.compare_digest(given, bytes(one)) for one in kept]
    if found is None or not any(matches):
        detail = "The client is unknown, disabled, or its secret is another."
        status = 401 if claim.basic else 400
        why = f"client {claim.client_id[:64]!r}"
        raise Refusal("invalid_client", detail, status, why=why)
    return KnownClient(found.client_id, found.application)


def client_named(environment: str, client_id: str) -> Client | None:
    found = Client.objects.filter(environment=environment, client_id=client_id, disabled_at=None)
    return found.select_related("application").first()


def in_use(credentials: QuerySet[Credential]) -> QuerySet[Credential]:
    """Return those that are neither disabled nor expired: asked anew for each token."""
    expires = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return credentials.filter(expires, disabled_at=None)


def user_named(environment: str, username: str) -> User | None:
    """Return the API user of this environment with this name, else the person."""
    name = username.strip().lower()
    api_user = (
        ApiUser.objects.filter(environment=environment, username=name)
        .select_related("organisation")
        .first()
    )
    person = Person.objects.filter(email=name).first()  # asked for in any case: see `standing`
    if api_user is not None:
        return User(api_user.pk, api_user.password, api_user=api_user)
    return None if person is None else User(person.pk, person.password, person=person)


def why_not(user: User | None) -> str:
    """Return why even the right password opens nothing; "" when it does.

    The same questions go to the database whoever the user is, and if there is none: neither a
    name nor a password should be known by the time that its refusal takes.
    """
    asked = NOBODY if user is None else user.id
    belongs = Membership.objects.filter(person=asked).exists()
    confirmed = EmailAddress.objects.filter(user=asked, primary=True, verified=True).exists()
    second_factor = has_second_factor(asked)
    if user is None:
        return "unknown user"
    if user.api_user is not None:
        return "" if user.api_user.disabled_at is None else "API user disabled"
    if user.person is None or not user.person.is_active:
        return "account disabled"
    if not belongs:
        return "belongs to no organisation"
    if not confirmed:
        return "e-mail address not confirmed"
    if second_factor:
        return "has a second factor, which this grant cannot carry: make an API user"
    return ""


def organisation_of(user: User, environment: str) -> Organisation:
    """Return for whom a user acts here, of whom `why_not` said nothing."""
    if user.api_user is not None:
        return user.api_user.organisation
    return organisation_of_person(user.id, environment)


def organisation_of_person(person: UUID, environment: str) -> Organisation:
    """Return, of several organisations, the one that is known in the environment.

    Where that leaves more than one, or none, it is the one the person joined first.
    """
    joined = Membership.objects.filter(person=person).order_by("since", "pk")
    organisations = [m.organisation for m in joined.select_related("organisation")]
    if not organisations:
        raise Refusal("invalid_grant", WRONG_PASSWORD, why="has just left the organisation")
    if len(organisations) == 1:
        return organisations[0]
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
