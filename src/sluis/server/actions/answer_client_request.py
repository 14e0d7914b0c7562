"""Answer a ticket that asks for a client id and secret: make them, and say where they lie ready."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from sluis.apis.certified_pickup.tables.models import Ingestion
from sluis.registry import PROVIDERS
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.answer_ticket import CLOSED, answer_ticket
from sluis.server.actions.hand_over import hand_over_client
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_ingestion import make_ingestion
from sluis.server.models import Application, Environment, Handover, Organisation, Ticket

Made = tuple[Handover, Ingestion | None]  # for one environment


@transaction.atomic
def answer_client_request(
    *,
    actor: Actor,
    ticket: Ticket,
    application: str,
    environments: Sequence[Environment],
    message_type: str = "",
) -> list[Handover]:
    """Return where the secrets lie ready, one for each environment; the ticket is done with it.

    With a message type the company gets its ingestion ids too. The desk never sees a secret.
    Raises `NotAllowed` and `Refused`.
    """
    only(actor.serves(ticket.provider_id), desk_only())
    locked = Ticket.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.pk)
    if locked.state in CLOSED:
        raise Refused(_("This ticket is closed. Reopen it first."))
    if locked.organisation is None:
        raise Refused(_("This ticket names no organisation. Ask back for which one it is."))
    if not environments:
        raise Refused(_("Choose an environment."))
    software = named(actor, locked.organisation, application)
    made: list[Made] = []
    for environment in environments:
        ready = hand_over_client(
            actor=actor, application=software, environment=environment, to=locked.person
        )
        ingestion = None
        if message_type:
            ingestion = make_ingestion(
                actor=actor,
                organisation=locked.organisation,
                environment=environment,
                message_type=message_type,
            )
        made.append((ready, ingestion))
    with override(locked.person.language if locked.person else "en"):
        text = worded(software, made)
    answer_ticket(actor=actor, ticket=locked, text=text, state=Ticket.State.DONE)
    return [ready for ready, _ingestion in made]


def named(actor: Actor, organisation: Organisation, name: str) -> Application:
    """Return the organisation's application of this name, made where it is missing."""
    found = organisation.applications.filter(name=name.strip()).first()
    return found or make_application(actor=actor, organisation=organisation, name=name)


def worded(software: Application, made: Sequence[Made]) -> str:
    """Return what is ready where, in the language in force."""
    head = _("Your client for %(application)s is ready. Each secret is shown once, to you.")
    lines = [head % {"application": software.name}, ""]
    for ready, ingestion in made:
        lines.append(told(ready))
        if ingestion is not None:
            values = {"type": ingestion.message_type, "id": ingestion.id}
            lines.append(_("Ingestion id (%(type)s): %(id)s") % values)
    return "\n".join(lines)


def told(ready: Handover) -> str:
    client = ready.credential.client
    assert client is not None  # of a handover it always is
    return _("%(environment)s: client id %(client_id)s, secret until %(day)s: %(address)s") % {
        "environment": titled(client.environment_id),
        "client_id": client.client_id,
        "day": ready.expires_at.date().isoformat(),
        "address": settings.CONFIG.portal_url + reverse("handover", args=[ready.pk]),
    }


def titled(key: str) -> str:
    """Return what an environment is called, in the language of the answer."""
    slug, _slash, name = key.partition("/")
    policies = next(provider.environments for provider in PROVIDERS if provider.slug == slug)
    title = next(policy.title for policy in policies if policy.name == name)
    return title.get(get_language() or "en") or title["en"]
