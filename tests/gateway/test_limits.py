"""The counters of one process."""

from sluis.core.quota import Limit
from sluis.gateway.limits import Counters, Unlimited

ACCOUNT, OTHER = ("port/uat", "ships", "org-1"), ("port/uat", "ships", "org-2")
ONE, TWO = (Limit("minute", 1, 60.0),), (Limit("minute", 2, 60.0),)


def counters():
    return Counters(lambda: 1_000.0)


async def test_counts_each_account_by_itself():
    made = counters()
    waits = [(await made.spend(account, ONE)).wait_seconds for account in (ACCOUNT, ACCOUNT, OTHER)]
    assert waits == [0, 60, 0]


async def test_goes_on_counting_under_limits_that_are_equal():
    made = counters()
    await made.spend(ACCOUNT, ONE)
    assert (await made.spend(ACCOUNT, (Limit("minute", 1, 60.0),))).wait_seconds == 60


async def test_begins_anew_under_other_limits():
    made = counters()
    await made.spend(ACCOUNT, ONE)
    assert (await made.spend(ACCOUNT, TWO)).remaining == 1


async def test_without_limits_counts_nothing():
    assert await counters().spend(ACCOUNT, ()) is None


async def test_gives_out_as_many_places_as_there_are():
    made = counters()
    assert [await made.enter(ACCOUNT, 2) for _ in range(3)] == [True, True, False]
    assert await made.enter(OTHER, 2)
    await made.leave(ACCOUNT)
    assert await made.enter(ACCOUNT, 2)


async def test_remembers_nobody_who_left():
    made = counters()
    await made.enter(ACCOUNT, 1)
    await made.leave(ACCOUNT)
    assert made.in_progress == {}


async def test_unlimited_lets_everybody_pass():
    assert await Unlimited().spend(ACCOUNT, ONE) is None
    assert [await Unlimited().enter(ACCOUNT, 1) for _ in range(2)] == [True, True]
    await Unlimited().leave(ACCOUNT)
