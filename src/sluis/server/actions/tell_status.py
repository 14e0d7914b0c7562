"""Tell callers, on the public status page, of what they may notice."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.core.status import Effect, Happening
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.ticket_message import TEXT_CHARACTERS
from sluis.server.models import Environment, Incident, IncidentUpdate


@transaction.atomic
def post_incident(
    *,
    actor: Actor,
    environment: Environment,
    kind: str,
    effect: str,
    title: str,
    text: str,
    language: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Incident:
    """Return what the page tells from now on. Maintenance says when it begins and ends."""
    only(actor.serves(environment.provider_id), desk_only())
    if kind not in list(Happening) or effect not in list(Effect) or not title.strip():
        raise Refused(_("Say what it is, and what callers notice of it."))
    if kind == Happening.MAINTENANCE and (starts_at is None or ends_at is None):
        raise Refused(_("Say when the maintenance begins and when it ends."))
    begins = starts_at or timezone.now()
    in_order(begins, ends_at)
    incident = Incident.objects.create(
        environment=environment,
        kind=kind,
        effect=effect,
        title=" ".join(title.split())[:200],
        language=language if language in dict(settings.LANGUAGES) else "en",
        starts_at=begins,
        ends_at=ends_at,
    )
    add_update(incident, text)
    audited(actor, "post", incident)
    return incident


@transaction.atomic
def update_incident(
    *, actor: Actor, incident: Incident, text: str, effect: str, ends_at: datetime | None
) -> None:
    """Tell how it goes on: what callers notice now, and when it ends if that is known."""
    only(actor.serves(incident.environment.provider_id), desk_only())
    if effect not in list(Effect):
        raise Refused(_("Say what it is, and what callers notice of it."))
    found = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    in_order(found.starts_at, ends_at)
    found.effect, found.ends_at = effect, ends_at
    found.save()
    add_update(found, text)
    audited(actor, "update", found)


@transaction.atomic
def resolve_incident(*, actor: Actor, incident: Incident, text: str) -> None:
    """Tell that it is over. What had not begun yet does not take place."""
    only(actor.serves(incident.environment.provider_id), desk_only())
    found = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    now = timezone.now()
    found.starts_at, found.ends_at = min(found.starts_at, now), now
    found.save()
    add_update(found, text)
    audited(actor, "resolve", found)


def in_order(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise Refused(_("The end comes after the beginning."))


def add_update(incident: Incident, text: str) -> None:
    if not text.strip() or len(text) > TEXT_CHARACTERS:
        raise Refused(_("Write in a few sentences what callers should know."))
    IncidentUpdate.objects.create(incident=incident, text=text.strip())


def audited(actor: Actor, act: str, incident: Incident) -> None:
    audit.write(
        actor.name,
        f"incident.{act}",
        f"incident:{incident.pk}",
        incident.environment_id,
        kind=incident.kind,
        effect=incident.effect,
    )
