"""Beginning at once what may have to wait later."""

import asyncio

import pytest

from sluis.server import begin
from tests.server.listening import PATIENCE_S


async def test_what_is_done_at_once_is_done_before_anything_else():
    async def quick():
        return 1

    assert begin.start(quick()) == (True, 1)


def gone_on(call):
    """Begin a call that waits; return what it waits for, and a future of what comes of it."""
    outcome, waits = asyncio.get_running_loop().create_future(), set()
    done, awaited = begin.start(call)
    assert not done
    begin.go_on(call, awaited, waits, outcome.set_result)
    assert len(waits) == 1
    return waits, outcome


async def test_what_waits_for_a_turn_goes_on_as_a_task():
    async def slow():
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.to_thread(lambda: 2)

    _, outcome = gone_on(slow())
    assert await outcome == 2


async def test_what_waits_for_a_future_goes_on_in_its_callback():
    loop = asyncio.get_running_loop()
    future, learnt = loop.create_future(), []

    async def slow():
        found = await future
        learnt.append(asyncio.current_task())
        return found

    waits, outcome = gone_on(slow())
    assert waits == {future}
    loop.call_soon(future.set_result, 3)
    assert await outcome == 3
    assert learnt == [None]
    assert not waits


async def test_what_waits_again_goes_on_as_a_task():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def slow():
        found = await future
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            return found + await asyncio.to_thread(lambda: 2)

    _, outcome = gone_on(slow())
    loop.call_soon(future.set_result, 3)
    assert await outcome == 5


@pytest.mark.parametrize("again", [False, True], ids=["in its callback", "in a task"])
async def test_what_goes_wrong_is_told(again):
    future = asyncio.get_running_loop().create_future()

    async def slow():
        try:
            await future
        finally:
            await asyncio.sleep(0) if again else None

    _, outcome = gone_on(slow())
    future.set_exception(LookupError("gone"))
    assert repr(await outcome) == "LookupError('gone')"


@pytest.mark.parametrize("seconds", [0, PATIENCE_S], ids=["a turn of the loop", "a long time"])
async def test_what_is_cancelled_learns_of_it(seconds):
    learnt = []

    async def slow():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            learnt.append("cancelled")
            raise

    waits, outcome = gone_on(slow())
    await asyncio.sleep(0)
    (one,) = waits
    one.cancel()
    assert isinstance(await outcome, asyncio.CancelledError)
    assert learnt == ["cancelled"]
