"""A user name for software: fetches tokens in one environment, and cannot log in to the portal."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, administrators_or_desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.documented import refuse_documented
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import ApiUser, Environment, Organisation, Person

API_USERS_AT_MOST = 100


def make_api_user(
    *,
    actor: Actor,
    organisation: Organisation,
    environment: Environment,
    username: str,
    password: str,
) -> ApiUser:
    """Return the user. Raises `NotAllowed` and `Refused`."""
    desk = actor.serves(environment.provider_id)
    only(desk or actor.manages(organisation), administrators_or_desk_only())
    name = username.strip().lower()
    if not name or len(name) > 254 or not name.isprintable() or " " in name:
        raise Refused(_("A user name has 1 to 254 characters, and no spaces."))
    refuse_documented(environment, name)
    checked(password)
    kept = make_password(password)  # 35 ms, so before the transaction
    with transaction.atomic():
        if taken(name, organisation):
            raise Refused(_("This user name is taken."))
        if organisation.api_users.count() >= API_USERS_AT_MOST:
            raise Refused(_("The organisation has as many API users as it can have."))
        try:
            with transaction.atomic():
                made = ApiUser.objects.create(
                    environment=environment, organisation=organisation, username=name, password=kept
                )
        except IntegrityError as error:
            raise Refused(_("This user name is taken.")) from error
        written_down(actor, "api-user.make", made)
    return made


def set_password(*, actor: Actor, user: ApiUser, password: str) -> None:
    """Give an API user another password."""
    desk = actor.serves(user.environment.provider_id)
    only(desk or actor.manages(user.organisation), administrators_or_desk_only())
    checked(password)
    kept = make_password(password)
    with transaction.atomic():
        ApiUser.objects.filter(pk=user.pk).update(password=kept)
        written_down(actor, "api-user.set-password", user)


@transaction.atomic
def disable_api_user(*, actor: Actor, user: ApiUser) -> bool:
    """Refuse the user, and the tokens it has, from now on; return False if it was disabled."""
    desk = actor.serves(user.environment.provider_id)
    only(desk or actor.manages(user.organisation), administrators_or_desk_only())
    changed = ApiUser.objects.filter(pk=user.pk, disabled_at=None)
    if not changed.update(disabled_at=timezone.now()):
        return False
    written_down(actor, "api-user.disable", user)
    tell(
        administrators(user.organisation),
        gettext_noop("API user %(username)s disabled"),
        gettext_noop(
            "The API user %(username)s of %(organisation)s in %(environment)s is disabled; "
            "its tokens no longer work.\n"
        ),
        username=user.username,
        organisation=user.organisation.name,
        environment=user.environment_id,
    )
    return True


def checked(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def taken(name: str, organisation: Organisation) -> bool:
    """Return whether the name is the address of a person of another organisation.

    An API user's name goes before a person's: anybody could lock anybody out.
    """
    outsiders = Person.objects.filter(email=name).exclude(memberships__organisation=organisation)
    return outsiders.exists()


def written_down(actor: Actor, action: str, user: ApiUser) -> None:
    audit.write(
        actor.name,
        action,
        f"api-user:{user.pk}",
        user.environment_id,
        organisation=user.organisation_id.hex,
    )
    announce(Changed.PERSON, user.pk)
