"""The one thread of a process that writes what is answered later.

Several threads that write to SQLite make each other wait: one that takes turns makes three
times as many commits. Whatever is queued when its turn comes is one transaction, so a flush is
shared by all who wait for it and nobody who is accepted waits for company. What nobody waits
for, applying and the bookkeeping of pushes, has its turn every 20 ms when there is little of it,
and when calls press, once for some of them: large batches cost a third less a step, and each
change between the loop and this thread empties the processor's caches.
"""

import asyncio
import contextlib
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created

from sluis.core.moments import SECOND
from sluis.core.problem import Problem, Reason
from sluis.server.jobs.apply import STEPS_AT_ONCE, Applier
from sluis.storage import jobs as storage
from sluis.storage.jobs import Item, Kept

logger = logging.getLogger(__name__)
ITEMS_AT_ONCE = 256
WAITING_AT_MOST = 10_000
KEYS_KEPT = 168 * 3_600 * SECOND
POLL_SECONDS = (0.05, 0.25)  # when there was something to do lately, and when not
PRESSING = 48  # items that wait when others were just accepted: their callers come first
ACCEPTED_AT_MOST = 128  # before something is applied, whoever presses
TOGETHER_SECONDS = 0.02  # a few steps wait so long for company: they cost as much as fifty
LET_IN_ROUNDS, LET_IN_SECONDS = 4, 0.05
BUSY_SECONDS = 2.0
WAKE_EVERY_SECONDS = 0.25
LOOK_EVERY_SECONDS = 1.0
AWAY_SECONDS = 0.2  # between tries when the database does not answer
AWAY_AT_STOP_SECONDS = 5.0  # then it is left, with what is not written down
LIMIT_MILLISECONDS = 5_000  # a process that stands still keeps its locks no longer
FATE_SECONDS = 5.0  # how long we ask what became of a commit that was not answered
# Of SQLite: I/O error, corrupt, not a database. A second flush may say that all is well.
LOST = frozenset({10, 11, 26})


class Waiting(NamedTuple):
    item: Item
    future: "asyncio.Future[Kept | None]"


class Unknown(Exception):
    """The database does not say whether the transaction was committed."""


class Worker:
    """Accepts, applies, wakes; and whatever else is written often is handed to it with `do`.

    `on_push` is called after a commit with pushes to be made; `on_lost` when what was written
    may not be there: the process has to end then. `look` is called once a second, and returns
    how much waits as a share of what may.
    """

    def __init__(
        self,
        applier: Applier | None,
        *,
        on_push: Callable[[], None] = lambda: None,
        on_lost: Callable[[], None] = lambda: None,
        look: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.applier = applier
        self.on_push = on_push
        self.on_lost = on_lost
        self.look = look
        self.items: deque[Waiting] = deque()
        self.loop: asyncio.AbstractEventLoop | None = None  # of those who wait
        self.deeds: deque[Callable[[], None]] = deque()
        self.event = threading.Event()
        self.stopping = False
        self.lost = False
        self.ended = False  # nobody looks at what is queued any more
        self.give_up_at = math.inf
        self.more = True  # there may be something to apply
        self.fresh = 0  # accepted since something was applied
        self.full = 0.0  # how much waits to be applied, as a share of what may
        self.busy_at = self.wake_at = self.look_at = self.poll_at = self.next_at = 0.0
        self.thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Accept what is queued, finish what is begun; the rest waits in the database.

        A database that does not answer is waited for a while only.
        """
        self.give_up_at = time.monotonic() + AWAY_AT_STOP_SECONDS
        self.stopping = True
        self.event.set()
        self.thread.join()

    async def store(self, item: Item) -> Kept | None:
        """Make an item durable; return None, or what its Idempotency-Key stands for already."""
        if self.lost or self.stopping:
            raise unavailable("The platform is stopping.")
        if len(self.items) >= WAITING_AT_MOST:
            raise unavailable("Too much waits to be accepted.")
        self.loop = asyncio.get_running_loop()
        future = self.loop.create_future()
        self.items.append(Waiting(item, future))
        if not self.event.is_set():  # setting takes a lock each time
            self.event.set()
        if self.ended:  # since we looked whether it stops
            self.refuse_all()
        found: Kept | None = await future
        return found

    def do(self, deed: Callable[[], None]) -> None:
        """Have something written by this thread, in a transaction of its own."""
        self.deeds.append(deed)
        self.event.set()

    def run(self) -> None:
        connection_created.connect(self.prepare)
        while not self.lost and (not self.stopping or self.items or self.deeds):
            try:
                if not self.turn():
                    self.rest()
            except (InterfaceError, OperationalError) as error:
                if is_lost(error):
                    self.lose()
                    break
                logger.exception("the database does not answer")
                connection.close_if_unusable_or_obsolete()
                if time.monotonic() >= self.give_up_at:
                    break
                time.sleep(AWAY_SECONDS)
            except Exception:
                # Whatever goes wrong, this thread must live: it is the only one that writes.
                logger.exception("fault of the worker")
                time.sleep(AWAY_SECONDS)
        if self.deeds:
            logger.error("deeds are left undone", extra={"deeds": len(self.deeds)})
        self.ended = True  # before the last look, so that nobody waits for an answer for ever
        self.refuse_all()
        connection_created.disconnect(self.prepare)
        connection.close()

    def refuse_all(self) -> None:
        """Refuse what is queued; from any thread."""
        with contextlib.suppress(IndexError):  # until nothing is there, whoever else takes
            while True:
                refuse([self.items.popleft()], "The platform is stopping.")

    def prepare(self, **_: Any) -> None:
        """Prepare a connection that was just made, if it is this thread's."""
        if threading.current_thread() is self.thread:
            storage.prepare(LIMIT_MILLISECONDS)

    def turn(self) -> bool:
        """Accept what waits and, when it is time, apply and do the rest; was there anything?"""
        accepted = self.accept_some()
        if accepted:
            self.fresh += accepted
            self.let_in()
        now = time.monotonic()
        done = accepted > 0
        pressed = len(self.items) >= PRESSING
        its_turn = now >= self.next_at and not pressed
        if its_turn or self.fresh >= ACCEPTED_AT_MOST or self.stopping:
            self.next_at = now + TOGETHER_SECONDS
            done = self.apply_some(now, pressed) + self.do_some() > 0 or done
            self.fresh = 0
        if now >= self.look_at:
            self.look_at = now + LOOK_EVERY_SECONDS
            self.full = self.look()
        if done:
            self.busy_at = now
        return done

    def apply_some(self, now: float, pressed: bool) -> int:
        """Wake and apply what is due, as much as those who call can wait for."""
        if self.applier is None or self.stopping:
            return 0
        if now >= self.wake_at:
            self.wake_at = now + WAKE_EVERY_SECONDS
            self.more = self.applier.wake() > 0 or self.more
        if not self.more and now < self.poll_at:
            return 0
        at_most = beside(self.fresh, self.full) if pressed else STEPS_AT_ONCE
        steps, pushes = self.applier.some(at_most)
        self.more = steps > 0
        self.poll_at = now + self.poll(now)
        if steps >= at_most:
            self.next_at = now
        if pushes:
            self.on_push()
        return steps

    def poll(self, now: float) -> float:
        return POLL_SECONDS[now - self.busy_at > BUSY_SECONDS]

    def rest(self) -> None:
        now = time.monotonic()
        later = self.more or self.deeds
        self.event.wait(max(0.0, self.next_at - now) if later else self.poll(now))
        self.event.clear()

    def let_in(self) -> None:
        """Wait until the loop has answered and read what came in meanwhile, undisturbed.

        Each read takes the interpreter's lock anew: beside a thread that computes it gets it
        after half a millisecond, so a hundred calls would wait for all that is applied.
        """
        gone_round = threading.Event()
        if self.loop is not None and call(
            self.loop, go_round, self.loop, LET_IN_ROUNDS, gone_round
        ):
            gone_round.wait(LET_IN_SECONDS)

    def do_some(self) -> int:
        count = len(self.deeds)
        for _ in range(count):
            deed = self.deeds.popleft()
            try:
                deed()
            except (InterfaceError, OperationalError):
                self.deeds.appendleft(deed)
                raise
        return count

    # Accepting

    def accept_some(self) -> int:
        batch = self.next_batch()
        if not batch:
            return 0
        try:
            self.accept(batch)
        except (InterfaceError, OperationalError) as error:
            refuse(batch, "Nothing can be stored now.")
            if is_lost(error):
                self.lose()
            else:
                raise
        except Unknown:
            refuse(batch, "It is not known whether this was stored. Repeat it with its key.")
        except Exception:
            logger.exception("a batch was not accepted", extra={"items": len(batch)})
            self.accept_one_by_one(batch)
        self.more = True
        return len(batch)

    def next_batch(self) -> list[Waiting]:
        """Take what waits; of two with one Idempotency-Key the second waits for the next batch."""
        batch: list[Waiting] = []
        keys = set()
        while self.items and len(batch) < ITEMS_AT_ONCE:
            item = self.items[0].item
            if item.key is not None:
                owned = (item.environment, item.organisation, item.key.key)
                if owned in keys:
                    break
                keys.add(owned)
            batch.append(self.items.popleft())
        return batch

    def accept(self, batch: Sequence[Waiting]) -> None:
        outcomes = stored([waiting.item for waiting in batch])
        resolve([(waiting.future, kept) for waiting, kept in zip(batch, outcomes, strict=True)])

    def accept_one_by_one(self, batch: Sequence[Waiting]) -> None:
        """Find the guilty one: it fails alone."""
        for waiting in batch:
            try:
                self.accept([waiting])
            except (InterfaceError, OperationalError):
                raise
            except Exception as error:
                logger.exception("an item was not accepted")
                resolve([(waiting.future, error)])

    def lose(self) -> None:
        """Acknowledge nothing any more: what was flushed before may not be there."""
        self.lost = True
        logger.critical("the database lost what it was given; this process ends")
        self.on_lost()


def go_round(loop: asyncio.AbstractEventLoop, rounds: int, gone_round: threading.Event) -> None:
    """Set the event after some rounds: results come in one, answers go out in the next."""
    if rounds == 1:
        gone_round.set()
    else:
        loop.call_soon(go_round, loop, rounds - 1, gone_round)


def beside(accepted: int, full: float) -> int:
    """Return how many steps to apply for so many items accepted, while more callers wait.

    What is left behind is caught up with when it is quiet. The more waits, as a share of what
    may, the more is applied: callers are slowed down before they are refused.
    """
    return int(accepted * max(3 / 8, min(1.0, full)))


def stored(items: Sequence[Item]) -> list[Kept | None]:
    """Store items in one transaction; return when it is flushed.

    On PostgreSQL a commit can be done and its answer lost: the transaction's number tells then.
    """
    number = None
    outcomes: list[Kept | None] = []
    for last in (False, True):
        try:
            with transaction.atomic():
                number = storage.transaction_number()
                outcomes = storage.accept(items, int(time.time() * SECOND) - KEYS_KEPT)
        except (InterfaceError, OperationalError):
            if connection.vendor == "sqlite":
                raise
            logger.exception("a commit was not answered")
            if number is not None and committed(number):
                return outcomes
            if last:
                raise
        else:
            break
    return outcomes


def committed(number: str) -> bool:
    """Return what became of a transaction of a connection that broke. Raises `Unknown`."""
    give_up = time.monotonic() + FATE_SECONDS
    while time.monotonic() < give_up:
        connection.close_if_unusable_or_obsolete()
        try:
            fate = storage.fate(number)
            if fate != "in progress":
                return fate == "committed"
        except DatabaseError:
            connection.close()
        time.sleep(0.05)
    raise Unknown


def is_lost(error: BaseException) -> bool:
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in LOST


def unavailable(detail: str) -> Problem:
    return Problem(Reason.UNAVAILABLE, f"{detail} Try again later.", wait_seconds=5)


def refuse(batch: Sequence[Waiting], detail: str) -> None:
    resolve([(waiting.future, unavailable(detail)) for waiting in batch])


def resolve(outcomes: Sequence[tuple["asyncio.Future[Any]", Any]]) -> None:
    """Tell those who wait, on their loop, all at once."""
    call(outcomes[0][0].get_loop(), tell, outcomes)


def call(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *arguments: Any) -> bool:
    """Have a loop call this; return False when it is closed, as it may be at any moment."""
    try:
        loop.call_soon_threadsafe(function, *arguments)
    except RuntimeError:
        return False
    return True


def tell(outcomes: Sequence[tuple["asyncio.Future[Any]", Any]]) -> None:
    for future, outcome in outcomes:
        if future.done():
            continue  # whoever called has gone
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
