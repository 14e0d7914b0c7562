"""Coroutines that are begun at once, and become a task only where they have to wait."""

import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from sluis.core.message import Response


def start(coroutine: Coroutine[Any, Any, Response]) -> tuple[bool, Any]:
    """Run up to the first wait: (True, the answer), or (False, the rest, to run as a task)."""
    try:
        return False, carry_on(coroutine, coroutine.send(None))
    except StopIteration as end:
        return True, end.value


@types.coroutine
def carry_on(coroutine: Coroutine[Any, Any, Response], awaited: Any) -> Generator[Any, Any, Any]:
    """Await in a task what a coroutine began to wait for outside it, and the rest of it."""
    step: Callable[[Any], Any]
    while True:
        try:
            given = yield awaited
            step = coroutine.send
        except BaseException as error:  # noqa: BLE001 - a cancellation too is the coroutine's
            given, step = error, coroutine.throw
        try:
            awaited = step(given)
        except StopIteration as end:
            return end.value
