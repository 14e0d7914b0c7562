"""Beginning at once what may have to wait later."""

import asyncio

import pytest

from sluis.server import begin
from tests.server.listening import PATIENCE_S


async def test_what_is_done_at_once_is_done_before_anything_else():
    async def quick():
        return 1

    assert begin.start(quick()) == (True, 1)


async def test_what_waits_goes_on_as_a_task():
    async def slow():
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.to_thread(lambda: 2)

    done, rest = begin.start(slow())
    assert not done
    assert await asyncio.ensure_future(rest) == 2


@pytest.mark.parametrize("seconds", [0, PATIENCE_S], ids=["a turn of the loop", "a long time"])
async def test_what_is_cancelled_learns_of_it(seconds):
    learnt = []

    async def slow():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            learnt.append("cancelled")
            raise

    _, rest = begin.start(slow())
    task = asyncio.ensure_future(rest)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert learnt == ["cancelled"]
