"""Coroutines that are begun at once, and become a task only where they wait more than once.

A call that waits for one future, as those do that are answered later, goes on in that future's
callback. A task would take three more turns of the loop.
"""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any

from sluis.core.message import Response

Call = Coroutine[Any, Any, Response]
Done = Callable[[Response | BaseException], None]  # the answer, or what went wrong
Waits = set[Any]  # futures and tasks of calls under way, which a stop waits for and may cancel


def start(call: Call) -> tuple[bool, Any]:
    """Run up to the first wait: (True, the answer), or (False, what `go_on` needs of the wait)."""
    try:
        return False, call.send(None)
    except StopIteration as end:
        return True, end.value


def go_on(call: Call, awaited: Any, waits: Waits, done: Done) -> None:
    """See that a call goes on after its first wait, and tell `done` what comes of it.

    After a future it is in no task yet: whatever sets a time-out waits for `asyncio.sleep(0)`
    first, as it has to before any wait.
    """
    if not getattr(awaited, "_asyncio_future_blocking", False):
        go_on_as_task(call, awaited, waits, done)
        return
    awaited._asyncio_future_blocking = False  # how a future knows that it was waited for
    waits.add(awaited)
    awaited.add_done_callback(partial(resume, call, waits, done))


def resume(call: Call, waits: Waits, done: Done, awaited: "asyncio.Future[Any]") -> None:
    waits.discard(awaited)
    try:
        again = call.send(None)  # the coroutine itself asks the future what came of it
    except StopIteration as end:
        done(end.value)
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - `done` answers it
        done(error)
    else:
        go_on_as_task(call, again, waits, done)


def go_on_as_task(call: Call, awaited: Any, waits: Waits, done: Done) -> None:
    task = asyncio.get_running_loop().create_task(carry_on(call, awaited))
    waits.add(task)
    task.add_done_callback(partial(end, waits, done))


def end(waits: Waits, done: Done, task: "asyncio.Task[Response]") -> None:
    waits.discard(task)
    done(asyncio.CancelledError() if task.cancelled() else task.exception() or task.result())


@types.coroutine
def carry_on(call: Call, awaited: Any) -> Generator[Any, Any, Any]:
    """Await in a task what a coroutine began to wait for outside it, and the rest of it."""
    step: Callable[[Any], Any]
    while True:
        try:
            given = yield awaited
            step = call.send
        except BaseException as error:  # noqa: BLE001 - a cancellation too is the coroutine's
            given, step = error, call.throw
        try:
            awaited = step(given)
        except StopIteration as end:
            return end.value
