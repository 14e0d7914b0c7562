"""An organisation lets an application act for it, or no longer."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import (
    PLATFORM,
    Actor,
    administrators_only,
    administrators_or_desk_only,
    only,
)
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.models import Application, Consent, Environment, Organisation, Person

BY_ITSELF = gettext_noop(
    "%(organisation)s has withdrawn its consent for %(application)s in "
    "%(environment)s. Calls of the application for it are refused.\n"
)
BY_DESK = gettext_noop(
    "The service desk has withdrawn the consent of %(organisation)s for %(application)s in "
    "%(environment)s. Calls of the application for it are refused.\n"
)


class Withdrawn(Exception):
    """The organisation took its consent back, and has not given it again."""


@transaction.atomic
def give_consent(
    *, actor: Actor, organisation: Organisation, application: Application, environment: Environment
) -> Consent:
    """Let an application act for the organisation; its own administrators decide, not the desk."""
    only(actor.manages(organisation), administrators_only())
    changes = {
        "how": Consent.How.PORTAL,
        "given_by": actor.person,
        "given_at": timezone.now(),
        "withdrawn_at": None,
    }
    consent, _ = Consent.objects.update_or_create(
        environment=environment,
        application=application,
        organisation=organisation,
        defaults=changes,
    )
    written_down(actor, "consent.give", consent)
    return consent


@transaction.atomic
def withdraw_consent(
    *, actor: Actor, organisation: Organisation, application: Application, environment: Environment
) -> Consent:
    """Refuse the application's calls for the organisation, from now on.

    Also before there was any consent: a later password grant does not give it then. A second
    time nothing changes, and nobody is told again.
    """
    desk = actor.serves(environment.provider_id)
    only(desk or actor.manages(organisation), administrators_or_desk_only())
    pair = {"environment": environment, "application": application, "organisation": organisation}
    found = Consent.objects.select_for_update(no_key=True).filter(**pair).first()
    if found is not None and found.withdrawn_at is not None:
        return found
    now = timezone.now()
    consent, _ = Consent.objects.update_or_create(
        **pair,
        defaults={"withdrawn_at": now},
        create_defaults={"how": Consent.How.PORTAL, "given_at": now, "withdrawn_at": now},
    )
    written_down(actor, "consent.withdraw", consent)
    own = actor.manages(organisation) and not actor.trusted
    owners = (application.organisation,) if own else (application.organisation, organisation)
    tell(
        dict.fromkeys(person for owner in owners for person in administrators(owner)),
        gettext_noop("%(organisation)s no longer works with %(application)s"),
        BY_ITSELF if own else BY_DESK,
        organisation=organisation.name,
        application=application.name,
        environment=environment.pk,
    )
    return consent


def consent_by_password(
    *, environment: str, application: Application, organisation: Organisation, person: Person | None
) -> int | None:
    """Take the organisation's password in the builder's hands as its consent, the first time.

    Returns the revision with which it is in force; None where there was consent already, or
    no need of it. Raises `Withdrawn`.
    """
    if application.organisation_id == organisation.pk:
        return None
    pair = {
        "environment_id": environment,
        "application": application,
        "organisation": organisation,
    }
    # Looked up first: tokens are fetched all day, and must not queue for the database to write.
    found = Consent.objects.filter(**pair).first()
    if found is None:
        return consent_made(pair, person)
    if found.withdrawn_at is not None:
        raise Withdrawn
    return None


@transaction.atomic
def consent_made(pair: dict[str, Any], person: Person | None) -> int | None:
    found, made = Consent.objects.get_or_create(
        **pair,
        defaults={
            "how": Consent.How.PASSWORD_GRANT,
            "given_by": person,
            "given_at": timezone.now(),
        },
    )
    if found.withdrawn_at is not None:
        raise Withdrawn
    if not made:  # by somebody else, a moment ago
        return None
    revision = written_down(PLATFORM, "consent.give", found)
    tell(
        administrators(found.organisation),
        gettext_noop("%(application)s now works for %(organisation)s"),
        gettext_noop(
            "%(application)s of %(builder)s fetched its first token in %(environment)s with a "
            "password of %(organisation)s. It can call APIs for you from now on.\n"
            "You can withdraw this at any time in the portal: %(portal)s\n"
        ),
        organisation=found.organisation.name,
        application=found.application.name,
        builder=found.application.organisation.name,
        environment=found.environment_id,
    )
    return revision


def written_down(actor: Actor, action: str, consent: Consent) -> int:
    """Audit and announce; return the revision."""
    audit.write(
        actor.name,
        action,
        f"consent:{consent.pk}",
        consent.environment_id,
        how=consent.how,
        application=consent.application_id.hex,
        organisation=consent.organisation_id.hex,
    )
    return announce(Changed.CONSENT, consent.pk)
