"""A client's secret for who asked for it: read once, within a week, by nobody else."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.core.credential import digest
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, developers_only, only
from sluis.server.actions.make_client import make_client, renew_secret
from sluis.server.models import Application, Client, Credential, Environment, Handover, Person
from sluis.server.seal import PEPPER, SEAL

LIES_READY = timedelta(days=7)


@transaction.atomic
def hand_over_client(
    *, actor: Actor, application: Application, environment: Environment, to: Person | None
) -> Handover:
    """Make a client; its secret lies ready for a person. Raises as `make_client` does."""
    made = make_client(actor=actor, application=application, environment=environment)
    return laid_ready(made.client, made.secret, to)


@transaction.atomic
def hand_over_secret(*, actor: Actor, client: Client, to: Person | None) -> Handover:
    """Make a further secret, that lies ready for a person. Raises as `renew_secret` does."""
    return laid_ready(client, renew_secret(actor=actor, client=client), to)


@transaction.atomic
def read_handover(*, actor: Actor, handover: Handover) -> str:
    """Return the secret, and erase what was kept of it. Raises `NotAllowed` and `Refused`."""
    found = (
        Handover.objects.select_for_update(no_key=True, of=("self",))
        .select_related("credential__client__application__organisation")
        .get(pk=handover.pk)
    )
    only(may_read(actor, found), developers_only())
    if found.read_at is not None:
        raise Refused(_("This secret was shown already, and is kept nowhere. Make a new one."))
    if found.sealed is None or found.expires_at <= timezone.now():
        raise Refused(_("This secret lay ready for seven days, and is gone. Make a new one."))
    secret = SEAL.open(bytes(found.sealed), sealed_for(found)).decode()
    found.sealed, found.read_at = None, timezone.now()
    found.save()
    credential = found.credential
    audit.write(actor.name, "secret.read", f"credential:{credential.pk}", credential.environment_id)
    return secret


def erase_expired(now: datetime) -> int:
    """Erase the secrets that nobody came for; return how many."""
    return Handover.objects.filter(expires_at__lte=now, sealed__isnull=False).update(sealed=None)


def may_read(actor: Actor, handover: Handover) -> bool:
    """Return whether this is a developer of the client's organisation, or its member who asked."""
    assert handover.credential.client is not None  # of a handover it always is
    builder = handover.credential.client.application.organisation
    asked = actor.person is not None and actor.person.pk == handover.person_id
    own = actor.organisation == builder.pk
    return own and (asked or actor.develops(builder))


def laid_ready(client: Client, secret: str, to: Person | None) -> Handover:
    kept = Credential.objects.get(client=client, digest=digest(secret, PEPPER))
    made = Handover(credential=kept, person=to, expires_at=timezone.now() + LIES_READY)
    made.sealed = SEAL.close(secret.encode(), sealed_for(made))
    made.save()
    return made


def sealed_for(handover: Handover) -> str:
    return f"handover {handover.pk}"
