"""What counts: calls against their limits, calls at once, and the record of each."""

import asyncio

import pytest

from sluis.core.access import Grant
from sluis.core.problem import Reason
from sluis.core.subscription import State
from sluis.gateway.limits import Unlimited
from sluis.gateway.snapshot import Access
from tests.gateway.world import (
    NOW,
    OPERATIONS,
    TOKEN,
    World,
    api,
    credentials,
    environment,
    limited,
    operation,
    per_minute,
    raises,
    refused_with,
    said,
    serving,
    without,
)


async def test_who_may_not_call_is_not_told_that_calls_are_spent():
    world = World(environment(apis=(api(limits=per_minute(1)),), consents=frozenset()))
    reasons = [refused_with(await world.call_as_known()) for _ in range(3)]
    assert reasons == [Reason.NO_CONSENT] * 3


async def test_refused_calls_count_in_no_limit():
    world = limited(1)
    for _ in range(3):
        await world.call(authorization="Bearer a.b.c", ocp_apim_subscription_key="x")
    assert (await world.call_as_known()).status == 200


async def test_tells_what_is_left():
    world = limited(2)
    first = await world.call_as_known()
    assert b'ratelimit-policy: "minute";q=2;w=60\r\n' in first.lines
    assert b'ratelimit: "minute";r=1;t=60\r\n' in first.lines
    world.time += 20
    assert b'ratelimit: "minute";r=0;t=40\r\n' in (await world.call_as_known()).lines
    third = await world.call_as_known()
    assert refused_with(third) == Reason.QUOTA_SPENT
    assert "40 seconds" in said(third)["because"]
    assert b'ratelimit: "minute";r=0;t=40\r\n' in third.lines


async def test_an_environment_has_limits_of_its_own():
    ours = api(limits=per_minute(1))
    world = World(environment(apis=(ours,), limits={"ships": per_minute(2)}))
    reasons = [refused_with(await world.call_as_known()) for _ in range(3)]
    assert reasons == [None, None, Reason.QUOTA_SPENT]


async def test_without_limits_nothing_is_told_of_them():
    assert b"ratelimit" not in (await World().call_as_known()).lines


async def test_a_platform_without_limits_refuses_nobody_for_their_number():
    world = World(environment(apis=(api(limits=per_minute(1)),)), limiter=Unlimited())
    assert [(await world.call_as_known()).status for _ in range(3)] == [200] * 3


async def test_of_a_thousand_calls_at_once_exactly_as_many_pass_as_the_limit_says():
    world = limited(500)
    answers = await asyncio.gather(*(world.call_as_known() for _ in range(1000)))
    reasons = [refused_with(response) for response in answers]
    assert reasons.count(None) == 500
    assert reasons.count(Reason.QUOTA_SPENT) == 500


async def test_counts_by_organisation_product_and_environment():
    apis = (
        api(*OPERATIONS, limits=per_minute(1)),
        api(operation("list", "/v1/boats"), slug="boats", limits=per_minute(1)),
        api(operation("list", "/v1/cars"), slug="cars", product="cars", limits=per_minute(1)),
    )
    access = {
        (org, slug): Access("s", State.ACTIVE, None)
        for org in ("org-1", "org-2")
        for slug in ("ships", "boats", "cars")
    }
    world = World(*(environment(key, apis, access=access) for key in ("port/uat", "port/live")))

    async def passes(organisation, path, at):
        shown = credentials(at, organisation)
        return refused_with(await world.call(path, at=at, **shown)) is None

    assert await passes("org-1", "/v1/ships", "port/uat")
    assert not await passes("org-1", "/v1/ships", "port/uat")
    assert not await passes("org-1", "/v1/boats", "port/uat")  # the same product
    assert await passes("org-1", "/v1/cars", "port/uat")
    assert await passes("org-2", "/v1/ships", "port/uat")
    assert await passes("org-1", "/v1/ships", "port/live")


async def test_of_calls_in_progress_there_are_no_more_than_the_api_allows():
    world, waiting, going = serving(calls_at_once=4), asyncio.Event(), []

    async def wait(function, *arguments):
        going.append(function)
        await waiting.wait()
        return function(*arguments)

    world.platform.in_pool = wait
    calls = [asyncio.ensure_future(world.call_as_known()) for _ in range(6)]
    for _ in range(20):  # turns of the loop, of which each call needs a few
        await asyncio.sleep(0)
    assert len(going) == 4
    assert refused_with(await world.call_as_known()) == Reason.TOO_MANY_AT_ONCE
    other = asyncio.ensure_future(world.call(**credentials(organisation="org-2")))
    waiting.set()
    reasons = [refused_with(response) for response in await asyncio.gather(*calls)]
    assert sorted(map(str, reasons)) == ["None"] * 4 + [Reason.TOO_MANY_AT_ONCE] * 2
    assert refused_with(await other) is None
    assert refused_with(await world.call_as_known()) is None


async def test_a_call_that_fails_gives_its_place_back(caplog):
    fails = operation("fail", "/fail", handler=raises(ValueError()))
    world = serving(fails, *OPERATIONS, calls_at_once=1)
    for _ in range(3):
        await world.call_as_known("/fail")
    assert refused_with(await world.call_as_known()) is None


# Records


async def test_keeps_a_record_of_a_call():
    world = World()
    response = await world.call_as_known()
    (record,) = world.records
    assert record.at == NOW
    assert (record.environment, record.api, record.operation) == ("port/uat", "ships", "list-ships")
    assert (record.application, record.organisation, record.person) == ("app-1", "org-1", None)
    assert (record.status, record.reason) == (200, None)
    assert (record.request_bytes, record.response_bytes) == (0, len(response.body))
    assert record.trace in response.lines.decode()


@pytest.mark.parametrize(
    ("call", "known"),
    [
        pytest.param({"path": "/v1/boats"}, ("", None, None), id="no such address"),
        pytest.param({"headers": {}}, ("list-ships", None, None), id="nothing shown"),
        pytest.param({"headers": without(TOKEN)}, ("list-ships", None, "org-1"), id="a key alone"),
        pytest.param(
            {"headers": without(TOKEN, authorization="Bearer a.b.c")},
            ("list-ships", None, "org-1"),
            id="a key and a forged token",
        ),
        pytest.param({"method": "POST"}, ("add-ship", "app-1", "org-1"), id="not granted"),
    ],
)
async def test_keeps_a_record_of_a_refused_call_with_all_that_was_known(call, known):
    grant = Grant(frozenset({"list-ships"}))
    world = World(environment(access={("org-1", "ships"): Access("s", State.ACTIVE, grant)}))
    headers = call.pop("headers", credentials())
    response = await world.call(**call, **headers)
    (record,) = world.records
    assert (record.operation, record.application, record.organisation) == known
    assert record.status == response.status
    assert record.reason is not None


async def test_keeps_a_record_of_a_call_that_limits_refuse():
    world = limited(0)
    await world.call_as_known()
    assert [(r.reason, r.organisation) for r in world.records] == [(Reason.QUOTA_SPENT, "org-1")]
