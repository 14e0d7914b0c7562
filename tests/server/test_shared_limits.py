"""Counters that several processes share: exact in all of them together, or not at all."""

import asyncio
import threading

import pytest
from redis import Redis

from sluis.core.problem import Problem, Reason
from sluis.core.quota import Limit
from sluis.server.answers.shared_limits import SharedCounters
from sluis.server.begin import go_on, start
from tests.servers import free_port

ACCOUNT, OTHER = ("port/uat", "ships", "org-1"), ("port/uat", "ships", "org-2")
MINUTE = (Limit("minute", 500, 60.0),)
PATIENCE_S = 30


@pytest.fixture
async def counters(redis):
    """Return a function that makes counters, as each process does; all on one Redis."""
    made = []

    def make():
        made.append(SharedCounters(redis))
        return made[-1]

    yield make
    for one in made:
        await one.redis.aclose(close_connection_pool=True)


async def passes(one, account, limits):
    return (await one.spend(account, limits)).wait_seconds == 0


async def test_of_a_thousand_calls_at_two_processes_exactly_five_hundred_pass(counters):
    both = counters(), counters()
    calls = [passes(both[n % 2], ACCOUNT, MINUTE) for n in range(1000)]
    assert (await asyncio.gather(*calls)).count(True) == 500


def test_two_event_loops_count_together(redis):
    passed = []

    async def spend():
        one = SharedCounters(redis)
        calls = [passes(one, ACCOUNT, (Limit("minute", 100, 60.0),)) for _ in range(100)]
        passed.extend(await asyncio.gather(*calls))
        await one.redis.aclose(close_connection_pool=True)

    threads = [threading.Thread(target=lambda: asyncio.run(spend())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 100
    assert len(passed) == 200


async def test_tells_what_is_left(counters):
    one = counters()
    limits = (Limit("day", 3, 86_400.0), Limit("minute", 2, 60.0))
    first, second, third = [await one.spend(ACCOUNT, limits) for _ in range(3)]
    assert (first.limit.name, first.remaining, first.wait_seconds) == ("minute", 1, 0)
    assert (second.limit.name, second.remaining) == ("minute", 0)
    assert third.limit.name == "minute"
    assert 59 <= third.wait_seconds <= 60


async def test_a_call_that_one_limit_refuses_counts_in_none(counters):
    one = counters()
    await one.spend(ACCOUNT, (Limit("minute", 1, 60.0), Limit("day", 5, 86_400.0)))
    for _ in range(5):
        await one.spend(ACCOUNT, (Limit("minute", 1, 60.0), Limit("day", 5, 86_400.0)))
    assert (await one.spend(ACCOUNT, (Limit("day", 5, 86_400.0),))).remaining == 3


async def test_refused_calls_do_not_count_and_a_call_leaves_its_window(counters):
    one, limits = counters(), (Limit("moment", 2, 0.4),)
    assert [await passes(one, ACCOUNT, limits) for _ in range(4)] == [True, True, False, False]
    async with asyncio.timeout(PATIENCE_S):
        refused = 0
        while not await passes(one, ACCOUNT, limits):
            refused += 1
    assert refused > 0  # and none of them made the wait longer


async def test_accounts_do_not_share(counters):
    one = counters()
    assert await passes(one, ACCOUNT, (Limit("minute", 1, 60.0),))
    assert await passes(one, OTHER, (Limit("minute", 1, 60.0),))
    assert not await passes(one, ACCOUNT, (Limit("minute", 1, 60.0),))


async def test_without_limits_there_is_nothing_to_tell(counters):
    assert await counters().spend(ACCOUNT, ()) is None


async def test_leaves_nothing_behind_when_a_window_has_passed(counters, redis):
    one = counters()
    await one.spend(ACCOUNT, (Limit("moment", 2, 0.1),))
    with Redis.from_url(redis) as shared:
        async with asyncio.timeout(PATIENCE_S):
            while shared.dbsize():
                await asyncio.to_thread(shared.ping)


async def test_gives_out_as_many_places_as_there_are(counters):
    both = counters(), counters()
    taken = await asyncio.gather(*(both[n % 2].enter(ACCOUNT, 4) for n in range(10)))
    assert taken.count(True) == 4
    assert await both[0].enter(OTHER, 4)
    await both[1].leave(ACCOUNT)
    assert await both[0].enter(ACCOUNT, 4)
    assert not await both[0].enter(ACCOUNT, 4)


async def test_begins_outside_a_task_as_the_gateway_does(counters):
    loop, one = asyncio.get_running_loop(), counters()
    outcome = loop.create_future()

    def begin():
        call = one.spend(ACCOUNT, MINUTE)
        done, awaited = start(call)
        assert not done
        go_on(call, awaited, set(), outcome.set_result)

    loop.call_soon(begin)
    assert (await outcome).remaining == 499


@pytest.fixture
def nowhere():
    return f"redis://127.0.0.1:{free_port()}/0"


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda one: one.spend(ACCOUNT, MINUTE), id="to count a call"),
        pytest.param(lambda one: one.enter(ACCOUNT, 4), id="for a place"),
    ],
)
async def test_without_redis_nobody_passes(nowhere, ask):
    with pytest.raises(Problem) as refused:
        await ask(SharedCounters(nowhere))
    assert refused.value.reason is Reason.UNAVAILABLE
    assert refused.value.wait_seconds


async def test_a_call_that_was_answered_does_not_fail_for_want_of_redis(nowhere):
    await SharedCounters(nowhere).leave(ACCOUNT)
