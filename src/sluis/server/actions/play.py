"""Play the counterparties of a container in a sandbox: what they say is accepted as calls are."""

import time
from collections.abc import Sequence
from uuid import uuid4

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sluis.apis.certified_pickup import API, operations
from sluis.apis.certified_pickup.rules.play import Unreadable, scenes
from sluis.apis.certified_pickup.wire.reading import CONTAINER
from sluis.core.moments import SECOND
from sluis.core.provider import EnvironmentKind
from sluis.server.actions.actor import Actor, Refused, developers_only, only
from sluis.server.jobs.accept import new_reference
from sluis.server.jobs.pressure import watched
from sluis.server.models import Environment, Organisation
from sluis.storage import jobs as storage
from sluis.storage.jobs import Item

OPERATION = next(one.name for one in API.operations if one.work is operations.work_on_scene)
encode = msgspec.json.Encoder().encode


def play(
    *,
    actor: Actor,
    environment: Environment,
    organisation: Organisation | None,
    equipment: str,
    script: str,
) -> str:
    """Return the reference by which to ask what came of it; it is applied within a second.

    `organisation` is who plays, and is told of refusals; a trusted actor can be nobody.
    Raises `Refused`.
    """
    if organisation is None:
        only(actor.trusted, developers_only())
    else:
        only(actor.develops(organisation), developers_only())
    if environment.kind != EnvironmentKind.SANDBOX or environment.provider_id != API.provider:
        raise Refused(_("Counterparties are played in a sandbox only."))
    if not CONTAINER.fullmatch(equipment):
        text = _("%(number)s is no container number: that has four letters and seven digits.")
        raise Refused(text % {"number": equipment})
    try:
        found = scenes(script)
    except Unreadable as error:
        raise Refused(str(error)) from error
    pressure = watched(settings.CONFIG)
    pressure.look()
    if pressure.refusal() is not None:
        raise Refused(_("Too much waits to be done. Try again in a minute."))
    item = item_of(environment, organisation, equipment, found)
    with transaction.atomic():
        storage.accept([item], 0)
    return item.reference


def item_of(
    environment: Environment,
    organisation: Organisation | None,
    equipment: str,
    found: Sequence[str],
) -> Item:
    now = int(time.time() * SECOND)
    lane = f"{environment.pk} {API.package} {equipment}"
    steps = tuple(
        (lane, encode({"equipmentNumber": equipment, "scene": scene}).decode()) for scene in found
    )
    return Item(
        reference=new_reference(),
        environment=environment.pk,
        package=API.package,
        operation=OPERATION,
        application=None,
        organisation=None if organisation is None else organisation.pk.hex,
        person=None,
        external_reference=None,
        trace=uuid4().hex,
        accepted_at=now + int(environment.clock_offset_seconds * SECOND),
        received_at=now,
        steps=steps,
    )
