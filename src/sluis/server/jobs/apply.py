"""Applies accepted steps: state, notifications and deliveries in one transaction, behind a fence.

A batch takes the lanes that have waited longest and some steps of each. A step that fails by
our mistake is tried again three times while only its lane waits; then it is set aside under an
incident, whoever the API names is told, and the lane goes on.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from sluis.core.api import Api, Operation
from sluis.core.caller import Caller
from sluis.core.job import CLOCK, Notification, Outcome, Work
from sluis.core.moments import SECOND, microseconds, moment
from sluis.core.named import named_uuid
from sluis.gateway.snapshot import Environment, Snapshot
from sluis.server.jobs.accept import new_reference
from sluis.storage import jobs as storage
from sluis.storage.jobs import Advance, Fenced, Item, LaneRow, NotificationRow, StepRow

logger = logging.getLogger(__name__)
NAMES = uuid.UUID("3f6d2f0e-9f0a-5d0e-8f43-51015d3a0002")  # of notifications
STEPS_AT_ONCE = 128  # in one transaction; twice as many gain nothing
PAUSES_SECONDS = (1, 10, 60)
AWAY_SECONDS = 60  # a lane whose API or environment is not there any more
WOKEN_AT_ONCE = 200
encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode
Decide = Callable[[Work, Any], Outcome]


class Part(NamedTuple):
    """What the APIs of one package contribute."""

    operations: Mapping[str, Operation]
    on_clock: Decide | None
    on_fault: Callable[[Work, str], tuple[Notification, ...]] | None

    def decides(self, operation: str) -> Decide | None:
        if operation == CLOCK:
            return self.on_clock
        found = self.operations.get(operation)
        return found.work if found is not None else None


def parts_of(apis: Iterable[Api]) -> dict[str, Part]:
    """Return, by package, what the APIs contribute to work that is answered later."""
    by_package: dict[str, list[Api]] = {}
    for api in apis:
        by_package.setdefault(api.package, []).append(api)
    return {
        package: Part(
            {operation.name: operation for api in those for operation in api.operations},
            next((api.on_clock for api in those if api.on_clock is not None), None),
            next((api.on_fault for api in those if api.on_fault is not None), None),
        )
        for package, those in by_package.items()
    }


@dataclass(slots=True)
class Batch:
    """What one transaction is going to write."""

    lanes: dict[int, LaneRow]
    advances: dict[int, Advance] = field(default_factory=dict)
    steps: list[tuple[int, str | None]] = field(default_factory=list)  # id and incident
    told: list[tuple[str, StepRow, int, Notification, int, str]] = field(default_factory=list)
    wakes: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    poisoned: list[int] = field(default_factory=list)  # lanes that stop here


class Applier:
    """Applies batches; `snapshot` is the policy in force, `now` real time in seconds."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        parts: Mapping[str, Part],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.snapshot = snapshot
        self.parts = parts
        self.now = now

    def some(self, at_most: int = STEPS_AT_ONCE) -> tuple[int, int]:
        """Apply a batch; return how many steps are applied and how many pushes are to be made.

        Of each lane that waits the first step is taken, and more while there is room.

        Raises `OperationalError` when the database is away; nothing was applied then.
        """
        now = int(self.now() * SECOND)
        if not storage.something_waits(now):
            return 0, 0
        lanes: list[LaneRow] = []
        try:
            with transaction.atomic():
                lanes = storage.claim_lanes(now, at_most)
                return self.applied(lanes, at_most // (len(lanes) or 1))
        except (InterfaceError, OperationalError):
            raise
        except Fenced as error:
            logger.warning("another process was first", extra={"said": str(error)})
        except Exception:
            # Of whom the mistake is shows when each lane is applied by itself.
            logger.exception("a batch was not applied", extra={"lanes": len(lanes)})
        return self.one_by_one(lanes)

    def applied(self, lanes: Sequence[LaneRow], steps_of_a_lane: int) -> tuple[int, int]:
        """Apply steps of these lanes, which are locked, in the transaction at hand."""
        if not lanes:
            return 0, 0
        batch = Batch({lane.id: lane for lane in lanes})
        by_store: dict[tuple[str, str], list[StepRow]] = {}
        for step in storage.steps_of(lanes, steps_of_a_lane):
            environment, package, _ = batch.lanes[step.lane].key.split(" ", 2)
            by_store.setdefault((environment, package), []).append(step)
        for (environment, package), steps in by_store.items():
            self.decide(batch, environment, package, steps)
        return self.written(batch)

    def decide(self, batch: Batch, key: str, package: str, steps: Sequence[StepRow]) -> None:
        """Let an API decide on its steps, and keep the states that come of it."""
        environment = self.snapshot().environments.get(key)
        part = self.parts.get(package)
        if environment is None or part is None or package not in environment.stores:
            batch.poisoned += {step.lane for step in steps}
            return
        store = environment.stores[package]
        stored_at = int((self.now() + environment.clock_offset_seconds) * SECOND)
        now = moment(stored_at)
        names = {step.lane: batch.lanes[step.lane].key.split(" ", 2)[2] for step in steps}
        states = dict(store.states(list(names.values())))
        changed: dict[str, Any] = {}
        stopped: set[int] = set()
        for step in steps:
            if step.lane in stopped:
                continue
            lane = names[step.lane]
            work = work_of(step, key, lane, now, environment)
            incident = None
            try:
                outcome = decided(part, work, states.get(lane))
                messages = [written(notification) for notification in outcome.notifications]
            except Exception as error:
                if tries(batch, step) < len(PAUSES_SECONDS):
                    logger.exception("a step was not applied", extra=named(step, lane))
                    stopped.add(step.lane)
                    batch.poisoned.append(step.lane)
                    continue
                outcome, messages, incident = self.given_up(part, work, step, error)
            if outcome.state is not None:
                states[lane] = changed[lane] = outcome.state
            note(batch, step, outcome, messages, incident, key, stored_at)
        if changed:
            store.keep(changed)

    def given_up(
        self, part: Part, work: Work, step: StepRow, error: Exception
    ) -> tuple[Outcome, list[str], str]:
        """Return what becomes of a step that will not be applied, and its incident."""
        incident = str(uuid.uuid4())
        logger.critical(
            "a step is set aside", exc_info=error, extra=named(step, work.lane, incident=incident)
        )
        told: tuple[Notification, ...] = ()
        messages: list[str] = []
        if part.on_fault is not None:
            try:
                told = part.on_fault(work, incident)
                messages = [written(notification) for notification in told]
            except Exception:
                logger.exception("nobody is told of an incident", extra={"incident": incident})
                told, messages = (), []
        return Outcome(None, told), messages, incident

    def written(self, batch: Batch) -> tuple[int, int]:
        """Write a batch down, behind the fence."""
        if batch.advances:
            storage.advance(list(batch.advances.values()))
            storage.mark_applied(batch.steps, int(self.now() * SECOND))
        pushes = tell(batch, int(self.now() * SECOND)) if batch.told else 0
        if batch.wakes:
            storage.wake_later(list(batch.wakes.values()))
        for lane in batch.poisoned:
            self.put_off(batch, lane)
        return len(batch.steps), pushes

    def put_off(self, batch: Batch, lane: int) -> None:
        advanced = batch.advances.get(lane)
        row = batch.lanes[lane]
        tried = 0 if advanced else row.tries
        pause = PAUSES_SECONDS[tried] if tried < len(PAUSES_SECONDS) else AWAY_SECONDS
        at = int((self.now() + pause) * SECOND)
        storage.put_off(lane, advanced.after if advanced else row.applied_seq, at)

    def one_by_one(self, lanes: Sequence[LaneRow]) -> tuple[int, int]:
        """Apply one step of each lane, each in a transaction of its own."""
        steps = pushes = 0
        for lane in lanes:
            try:
                with transaction.atomic():
                    done = self.applied(storage.claim_lane(lane.id), 1)
            except (InterfaceError, OperationalError):
                raise
            except Fenced:
                continue  # another process applied the step: nobody's mistake, so not a try
            except Exception as error:
                logger.exception("a lane was not applied", extra={"lane": lane.key})
                done = self.stuck(lane.id, error)
            steps, pushes = steps + done[0], pushes + done[1]
        return steps, pushes

    def stuck(self, lane_id: int, error: Exception) -> tuple[int, int]:
        """Put a lane off whose state cannot be loaded or kept; in the end leave the step out."""
        with transaction.atomic():
            lanes = storage.claim_lane(lane_id)
            batch = Batch({lane.id: lane for lane in lanes})
            for step in storage.steps_of(lanes, 1) if lanes else []:
                if tries(batch, step) < len(PAUSES_SECONDS):
                    batch.poisoned.append(step.lane)
                    continue
                key, package, lane = batch.lanes[step.lane].key.split(" ", 2)
                environment = self.snapshot().environments[key]
                now = moment(int((self.now() + environment.clock_offset_seconds) * SECOND))
                work = work_of(step, key, lane, now, environment)
                outcome, messages, incident = self.given_up(self.parts[package], work, step, error)
                note(batch, step, outcome, messages, incident, key, microseconds(now))
            return self.written(batch)

    def wake(self) -> int:
        """Turn wake-ups whose time has come into steps; return how many."""
        count = 0
        for environment in self.snapshot().environments.values():
            at = int((self.now() + environment.clock_offset_seconds) * SECOND)
            if not storage.is_due(environment.key, at):
                continue
            with transaction.atomic():
                items = [
                    clock_item(key, at, int(self.now() * SECOND))
                    for key in storage.woken(environment.key, at, WOKEN_AT_ONCE)
                ]
                if items:
                    storage.accept(items, 0)
                count += len(items)
        return count


def work_of(step: StepRow, key: str, lane: str, now: Any, environment: Environment) -> Work:
    return Work(
        key,
        step.operation,
        step.reference,
        step.external_reference,
        step.item,
        lane,
        decode(step.submission),
        Caller(step.application, step.organisation, step.person),
        moment(step.accepted_at),
        now,
        environment.directory,
    )


def decided(part: Part, work: Work, state: Any) -> Outcome:
    decide = part.decides(work.operation)
    if decide is None:
        raise LookupError(f"Nothing decides on {work.operation}.")
    return decide(work, state)


def tries(batch: Batch, step: StepRow) -> int:
    """Return how often a step was tried before: only the first of a lane can have been."""
    lane = batch.lanes[step.lane]
    return lane.tries if step.lane_seq == lane.applied_seq + 1 else 0


def note(
    batch: Batch,
    step: StepRow,
    outcome: Outcome,
    messages: Sequence[str],
    incident: str | None,
    environment: str,
    stored_at: int,
) -> None:
    """Add to a batch what comes of one step."""
    lane = batch.lanes[step.lane]
    batch.advances[step.lane] = Advance(
        step.lane, lane.applied_seq, step.lane_seq, step.received_at
    )
    batch.steps.append((step.id, incident))
    ordinals: dict[tuple[str, str], int] = {}
    for notification, message in zip(outcome.notifications, messages, strict=True):
        place = (notification.recipient, notification.event)
        ordinal = ordinals.get(place, 0)
        batch.told.append((environment, step, stored_at, notification, ordinal, message))
        ordinals[place] = ordinal + 1
    if outcome.wake_at is not None:
        batch.wakes[step.lane] = (step.lane, environment, microseconds(outcome.wake_at))


def written(notification: Notification) -> str:
    body = notification.body
    return body if isinstance(body, str) else encode(body).decode()


def notification_id(step: StepRow, notification: Notification, ordinal: int) -> str:
    """Return the same id for the same step, however often it is applied or pushed."""
    name = f"{step.reference} {step.item} {notification.recipient} {notification.event} {ordinal}"
    return named_uuid(NAMES, name)


def tell(batch: Batch, now: int) -> int:
    """Store the notifications, and what is to be pushed to whom; return the number of pushes."""
    numbers = storage.notification_numbers(len(batch.told))
    rows = [
        NotificationRow(
            seq,
            notification_id(step, told, ordinal),
            environment,
            told.recipient,
            step.lane,
            step.lane_seq,
            step.reference,
            step.external_reference,
            told.type,
            told.event,
            told.subject,
            told.object,
            stored_at,
            message,
        )
        for seq, (environment, step, stored_at, told, ordinal, message) in zip(
            numbers, batch.told, strict=True
        )
    ]
    storage.tell(rows)
    return deliver(rows, now)


def deliver(rows: Sequence[NotificationRow], now: int) -> int:
    channels: dict[tuple[str, str], list[tuple[int, list[str]]]] = {}
    for channel in storage.channels_of({(row.environment, row.organisation) for row in rows}):
        place = (channel.environment, channel.organisation)
        channels.setdefault(place, []).append((channel.id, decode(channel.events)))
    pushes = [
        (row.seq, channel, row.lane)
        for row in rows
        for channel, events in channels.get((row.environment, row.organisation), ())
        if not events or row.event in events
    ]
    if pushes:
        storage.deliver(pushes, now)
    return len(pushes)


def clock_item(lane: str, at: int, now: int) -> Item:
    environment, package, _ = lane.split(" ", 2)
    reference = new_reference()
    empty = (None, None, None, None)
    steps = ((lane, "{}"),)
    return Item(reference, environment, package, CLOCK, *empty, "", at, now, steps)


def named(step: StepRow, lane: str, **more: object) -> dict[str, object]:
    place = {"lane_name": lane, "operation": step.operation}
    return {"reference": step.reference, "item": step.item, **place, **more}
