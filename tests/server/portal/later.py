"""Rows of what is answered later, as the worker leaves them behind."""

import itertools
import uuid
from datetime import UTC, datetime

from sluis.core.moments import SECOND, microseconds
from sluis.server.models import Channel
from sluis.server.models.job import (
    DELIVERED,
    AcceptedRequest,
    AcceptedStep,
    Attempt,
    Delivery,
    Lane,
    StoredNotification,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT = microseconds(NOON)
PACKAGE = "sluis.apis.certified_pickup"
numbers = itertools.count(1)


def request(organisation, *, environment="port/uat", operation="ingest", **more):
    """Return the reference of a request that was accepted at noon."""
    reference = str(uuid.UUID(int=next(numbers) << 64 | 7 << 76 | 2 << 62))
    fields = {
        "external_reference": None,
        "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
        "accepted_at": AT,
        "received_at": AT,
    }
    AcceptedRequest.objects.create(
        reference=reference,
        environment=environment,
        package=PACKAGE,
        operation=operation,
        organisation=organisation.id.hex,
        **fields | more,
    )
    return reference


def step(reference, *, item=0, about="CAIU7654321", applied=True, tries=0, before=0, incident=None):
    """Add a step in a lane of its own; `before` steps of that lane go first."""
    lane = Lane.objects.create(
        key=f"port/uat {PACKAGE} {about}",
        last_seq=before + 1,
        applied_seq=before + 1 if applied else 0,
        tries=tries,
        wait_until=AT + 10 * SECOND if tries else 0,
    )
    AcceptedStep.objects.create(
        reference=reference,
        item=item,
        lane=lane.pk,
        lane_seq=before + 1,
        submission="{}",
        applied_at=AT + SECOND // 50 if applied else None,
        incident=incident,
    )
    return lane


def telling(reference, organisation, lane, *, event="ReleaseLightChanged", message=None):
    """Add a notification for an organisation."""
    return StoredNotification.objects.create(
        id=str(uuid.uuid4()),
        environment="port/uat",
        organisation=organisation.id.hex,
        lane=lane.pk,
        lane_seq=lane.last_seq,
        reference=reference,
        type="ReleaseLight",
        event=event,
        subject="CAIU7654321",
        stored_at=AT + SECOND // 50,
        message=message or f'{{"event":"{event}","body":{{"weight":1.50}}}}',
    )


def channel(organisation, environment, **more):
    fields = {"name": "Our ERP", "url": "https://erp.example/hooks", "sealed": b""}
    return Channel.objects.create(
        organisation=organisation, environment=environment, **fields | more
    )


def delivery(told, to, *, state=DELIVERED, attempts=(), next_at=None):
    """Add what is to be pushed; each attempt is a status, or the text of an error."""
    made = Delivery.objects.create(
        notification=told.seq,
        channel=to.pk,
        lane=told.lane,
        state=state,
        attempts=len(attempts),
        created_at=AT,
        next_at=AT if next_at is None else next_at,
    )
    for number, outcome in enumerate(attempts, 1):
        Attempt.objects.create(
            delivery=made.pk,
            number=number,
            at=AT + number * 5 * SECOND,
            status=outcome if isinstance(outcome, int) else None,
            milliseconds=123,
            error="" if isinstance(outcome, int) else outcome,
            answer="<h1>Bad gateway</h1>" if outcome == 502 else "",
        )
    return made
