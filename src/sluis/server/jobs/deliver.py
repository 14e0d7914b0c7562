"""Pushes notifications to channels: claimed in one transaction, sent outside it, reported.

At least once, in order of each lane where the channel asks for it. The loop lives in a thread
of its own; the database is reached through the process's one worker.
"""

import asyncio
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import uvloop
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_noop

from sluis.core.moments import SECOND
from sluis.server.jobs import channels, timetable
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.targets import Answer, Target
from sluis.server.jobs.timetable import Verdict, verdict
from sluis.server.jobs.traffic import CLAIMED_PER_CHANNEL, Traffic
from sluis.server.jobs.worker import AWAY_AT_STOP_SECONDS, AWAY_SECONDS, Worker, call
from sluis.storage import jobs as storage
from sluis.storage.jobs import Claimed, Report

if TYPE_CHECKING:
    from sluis.server.jobs.push import Pusher

logger = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE = 200
CLAIMED = 1_000
PER_SECOND = 50
BEHIND = 4  # claimed with the first of a lane: a round through the database less for each
LEASE = 120 * SECOND  # longer than fifty pushes take that hang, ten at a time, or five of a lane
POLL_SECONDS = 0.25
HURRY_SECONDS = 0.05  # while something that is claimed may not begin yet
LOOK_AFTER_EVERY_SECONDS = 30.0
PATIENCE_SECONDS = 16.0  # at a stop, with what is under way


class NoWorker(Exception):
    """The thread that writes has ended, or does not come to it: nothing is claimed or reported."""


class Dispatcher:
    """Keeps the channels supplied. `now` is real time, `monotonic` for rates and breakers."""

    def __init__(
        self,
        worker: Worker,
        guard: Guard,
        *,
        per_second: float = PER_SECOND,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.worker = worker
        self.guard = guard
        self.per_second = per_second
        self.now = now
        self.monotonic = monotonic
        self.chance = chance
        self.owner = uuid.uuid4().hex
        self.known = channels.Known()
        self.traffic: dict[int, Traffic] = {}
        self.reports: list[Report] = []
        self.pushing: set[asyncio.Task[None]] = set()
        self.pusher: Pusher | None = None
        self.turn = 0
        self.stopping = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.event: asyncio.Event | None = None
        self.thread = threading.Thread(target=self.run, name="deliveries", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Begin no more pushes, and finish those under way; the rest waits in the database."""
        self.stopping = True
        self.wake()
        self.thread.join()

    def wake(self) -> None:
        """There may be something to push; from any thread."""
        loop, event = self.loop, self.event
        if loop is not None and event is not None:
            call(loop, event.set)

    def run(self) -> None:
        try:
            uvloop.run(self.deliver())
        except NoWorker as error:
            logger.error("pushes stop", extra={"because": str(error)})

    async def deliver(self) -> None:
        self.loop, self.event = asyncio.get_running_loop(), asyncio.Event()
        if connection.vendor == "sqlite":
            await self.in_worker(lambda: storage.free_claims(self.microseconds()))
        looking = ThreadPoolExecutor(1, thread_name_prefix="channels")
        look_at = self.monotonic()
        while not self.stopping:
            self.event.clear()
            claimed = await self.survived_round()
            if self.monotonic() >= look_at:
                look_at = self.monotonic() + LOOK_AFTER_EVERY_SECONDS
                self.loop.run_in_executor(looking, look_after, self.microseconds())
            if not claimed:
                await self.rest()
        if self.pushing:
            await asyncio.wait(self.pushing, timeout=PATIENCE_SECONDS)
        for traffic in self.traffic.values():
            self.put_back(traffic.all(), self.microseconds())
        await self.in_worker(self.last_reports)
        if self.pusher is not None:
            await self.pusher.close()
        looking.shutdown()

    async def rest(self) -> None:
        assert self.event is not None
        held = any(traffic.next for traffic in self.traffic.values())
        try:
            async with asyncio.timeout(HURRY_SECONDS if held else POLL_SECONDS):
                await self.event.wait()
        except TimeoutError:
            pass

    async def survived_round(self) -> bool:
        """Take a round. Whatever goes wrong, this thread must live: nobody else pushes."""
        try:
            return await self.round()
        except NoWorker:
            raise
        except Exception:
            # What was to be reported is pushed again, when its claim runs out.
            logger.exception("fault of the dispatcher")
            await asyncio.sleep(AWAY_SECONDS)
            return False

    async def round(self) -> bool:
        """Report what ended and claim what is due; return whether there was anything."""
        self.begin_all()
        reports, self.reports = self.reports, []
        now = self.monotonic()
        rooms = {channel: traffic.room(now) for channel, traffic in self.traffic.items()}
        held = sum(len(traffic.next) for traffic in self.traffic.values())
        free = CLAIMED - held - len(self.pushing)
        claimed = await self.in_worker(lambda: self.exchange(reports, rooms, free))
        for target, delivery in claimed:
            traffic = self.traffic.setdefault(target.id, Traffic(self.per_second, now))
            traffic.next.append((target, delivery))
        self.begin_all()
        return bool(claimed)

    def begin_all(self) -> None:
        """Begin what is claimed, one of each channel in turn, as far as each may."""
        now = self.monotonic()
        ready = [traffic for traffic in self.traffic.values() if traffic.next]
        while ready and not self.stopping:
            ready = [one for one in ready if len(self.pushing) < AT_ONCE and self.begin(one, now)]

    def begin(self, traffic: Traffic, now: float) -> bool:
        """Begin one push of a channel; return whether there may be another."""
        if traffic.breaker.lets_through(now) == 0 and not traffic.breaker.probing:
            self.put_back(traffic.all(), self.microseconds())
        found = traffic.first() if traffic.may_begin(now) else None
        if found is None:
            return False
        traffic.begin(*found, now)
        task = asyncio.get_running_loop().create_task(self.push(*found))
        self.pushing.add(task)
        task.add_done_callback(self.pushing.discard)
        return bool(traffic.next)

    def put_back(self, those: Sequence[tuple[Target, Claimed]], until: int) -> None:
        """Let go of what is claimed and will not begin soon; no attempt is used up."""
        now = self.microseconds()
        for target, delivery in those:
            back = (storage.WAITING, until, target.in_order, False)
            place = (delivery.id, target.id, delivery.lane, delivery.attempts, now)
            self.reports.append(Report(*place, None, 0, "", "", *back))

    def exchange(
        self, reports: Sequence[Report], rooms: dict[int, int], free: int
    ) -> list[tuple[Target, Claimed]]:
        """Write reports down and claim what is due, in one transaction; in the worker."""
        now = self.microseconds()
        waiting = storage.waiting_channels()
        targets = [t for t in self.known.targets(waiting) if rooms.get(t.id, 1) > 0]
        due = [target for target in targets if storage.is_delivery_due(target.id, now)]
        if not reports and (not due or free <= 0):
            return []
        self.turn += 1
        shift = self.turn % (len(due) or 1)
        claimed: list[tuple[Target, Claimed]] = []
        with transaction.atomic():
            if reports:
                storage.report(reports)
            for target in due[shift:] + due[:shift]:  # nobody is always the last to be served
                room = min(rooms.get(target.id, CLAIMED_PER_CHANNEL), free - len(claimed))
                if room > 0:
                    claimed += [
                        (target, one)
                        for one in storage.claim_deliveries(
                            target.id,
                            now,
                            room,
                            in_order=target.in_order,
                            owner=self.owner,
                            until=now + LEASE,
                            behind=BEHIND,
                        )
                    ]
        return claimed

    def last_reports(self) -> None:
        if self.reports:
            with transaction.atomic():
                storage.report(self.reports)
        self.reports = []

    async def push(self, target: Target, delivery: Claimed) -> None:
        if self.pusher is None:
            from sluis.server.jobs.push import Pusher  # aiohttp takes a while to import

            self.pusher = Pusher(self.guard)
        began = self.microseconds()
        traffic = self.traffic[target.id]
        if began > delivery.created_at + timetable.AGE_AT_MOST:
            traffic.breaker.forget()
            report = too_old(delivery, began)
        else:
            try:
                answer = await self.pusher.push(target, delivery.notification_id, delivery.message)
            except Exception:
                logger.exception("fault of a push", extra={"delivery": delivery.id})
                answer = Answer(None, error=gettext_noop("A mistake of ours."))
            report = self.judged(target, delivery, answer, began)
            self.note(traffic, verdict(answer.status))
        traffic.end(delivery)
        self.reports.append(report)
        if report.state == storage.WAITING and report.holds:
            self.put_back(traffic.all(delivery.lane), report.next_at)
        if traffic.at_once(self.monotonic()) == 1:
            self.put_back(traffic.all(), self.microseconds())
        self.begin_all()
        if report.state == storage.GIVEN_UP:
            extra = {"notification": delivery.notification_id, "channel": target.id}
            logger.error("a push is given up", extra=extra | {"attempts": report.number})
        assert self.event is not None
        self.event.set()

    def note(self, traffic: Traffic, found: Verdict) -> None:
        now = self.monotonic()
        if found is Verdict.REFUSED:
            traffic.breaker.forget()  # of this message it says nothing of the next
        else:
            traffic.breaker.note(now, good=found is Verdict.DELIVERED)
        if found is Verdict.OVERLOADED:
            traffic.slow_until = now + timetable.SLOWER / SECOND

    def judged(self, target: Target, delivery: Claimed, answer: Answer, began: int) -> Report:
        """Return what becomes of a delivery."""
        now = self.microseconds()
        number = delivery.attempts + 1
        found = verdict(answer.status)
        state, again, holds = storage.WAITING, now, target.in_order
        if found is Verdict.DELIVERED:
            state = storage.DELIVERED
        elif found is Verdict.GONE:
            state = storage.GIVEN_UP
            self.loop_disable(target.id)
        else:
            asked = timetable.waiting_asked(answer.retry_after, now)
            at = timetable.next_at(
                number,
                delivery.created_at,
                now,
                self.chance,
                overloaded=found is Verdict.OVERLOADED,
                retry_after=asked,
            )
            if at is None:
                state = storage.GIVEN_UP
            else:
                again = at
            refused = found is Verdict.REFUSED and number >= timetable.BLOCKS_FOR_ATTEMPTS
            holds = holds and not refused
        return Report(
            delivery.id,
            target.id,
            delivery.lane,
            number,
            began,
            answer.status,
            answer.milliseconds,
            answer.error,
            answer.text,
            state,
            again,
            holds,
        )

    def loop_disable(self, channel: int) -> None:
        """Disable a channel that is gone, in a thread that may mail."""
        asyncio.get_running_loop().run_in_executor(None, disable_gone, channel)

    async def in_worker(self, deed: Callable[[], T]) -> T:
        """Have the worker do this in its thread; return what it returned."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def done() -> None:
            try:
                outcome = deed()
            except (InterfaceError, OperationalError):
                raise  # it is tried again when the database answers
            except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
                call(loop, tell, future, None, error)
            else:
                call(loop, tell, future, outcome, None)

        self.worker.do(done)
        left = AWAY_AT_STOP_SECONDS
        while not future.done():
            await asyncio.wait([future], timeout=1.0)
            if not future.done() and not self.worker.thread.is_alive():
                raise NoWorker("The thread that writes has ended.")
            left -= self.stopping
            if not future.done() and left <= 0:
                raise NoWorker("The database does not answer.")
        return future.result()

    def microseconds(self) -> int:
        return int(self.now() * SECOND)


def tell(future: "asyncio.Future[Any]", outcome: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(outcome)


def too_old(delivery: Claimed, now: int) -> Report:
    error = gettext_noop("Too old: it was not tried again.")
    given_up = (storage.GIVEN_UP, now, True, False)
    number = delivery.attempts
    return Report(
        delivery.id, delivery.channel, delivery.lane, number, now, None, 0, error, "", *given_up
    )


def look_after(now: int) -> None:
    try:
        channels.look_after(now)
    except DatabaseError:
        logger.exception("channels are looked after later")
    finally:
        connection.close()


def disable_gone(channel: int) -> None:
    try:
        channels.disable_gone(channel)
    except DatabaseError:
        logger.exception("a channel that is gone is not disabled")
    finally:
        connection.close()
