"""The life of a call, gate by gate, on a platform made by hand."""

import asyncio
import itertools
import logging
from dataclasses import replace

import pytest

from sluis.core.access import Grant
from sluis.core.caller import Caller
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason
from sluis.core.subscription import State
from sluis.gateway.limits import Unlimited
from sluis.gateway.snapshot import Access, Client
from tests.gateway.world import (
    BOTTLE,
    NOW,
    OPERATIONS,
    SHIP,
    World,
    api,
    credentials,
    environment,
    key_entry,
    operation,
    per_minute,
    refused_with,
    said,
    token,
)

KEY, TOKEN = "ocp_apim_subscription_key", "authorization"


def without(name, **instead):
    return {n: v for n, v in credentials().items() if n != name} | instead


def serving(*operations, **more):
    return World(environment(apis=(api(*operations, **more),)))


def limited(calls, **more):
    return World(environment(apis=(api(limits=per_minute(calls), **more),)))


async def test_answers_a_call():
    world = World()
    response = await world.call_as_known()
    assert (response.status, said(response)) == (200, [BOTTLE])


async def test_hands_the_operation_all_that_it_needs():
    seen = []
    world = serving(operation("get", "/v1/{imo}", handler=seen.append))
    world.platform.snapshot = replace(
        world.platform.snapshot,
        environments={
            "port/uat": replace(
                world.platform.snapshot.environments["port/uat"], clock_offset_seconds=-1e9
            )
        },
    )
    response = await world.call_as_known("/v1/9%2F7", query="a=1")
    (call,) = seen
    assert call.environment == "port/uat"
    assert call.path == {"imo": "9/7"}
    assert call.caller == Caller("app-1", "org-1", None)
    assert call.store == "the store"
    assert call.now.timestamp() == NOW - 1e9
    assert call.base_url == "http://localhost:8000/port/uat"
    assert call.request.query.one("a") == "1"
    assert f"trace-id: {call.trace}\r\n".encode() in response.lines


async def test_leaves_only_what_was_granted():
    grant = Grant(frozenset({"list-ships"}), {"ship": frozenset({"home"}), "port": frozenset()})
    access = {("org-1", "ships"): Access("s", State.ACTIVE, grant)}
    response = await World(environment(access=access)).call_as_known()
    assert said(response) == [{"imo": 9_074_729, "home": {}}]


async def test_a_head_is_answered_as_its_get():
    assert (await World().call_as_known(method="HEAD")).status == 200


# Refusals

NOT_ASKED = Problem(Reason.NOT_YOURS, "This is not yours.")


def raises(error):
    def handler(call):
        raise error

    return handler


OWN = {TOKEN: f"Bearer {token()}"}


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        pytest.param({"path": "/v1/boats"}, Reason.NO_SUCH_OPERATION, id="no such address"),
        pytest.param({"path": ""}, Reason.NO_SUCH_OPERATION, id="no address at all"),
        pytest.param({"path": "/v1/ships/a%00b"}, Reason.NO_SUCH_OPERATION, id="a NUL in it"),
        pytest.param({"method": "PUT"}, Reason.METHOD_NOT_ALLOWED, id="not that method"),
        pytest.param({"headers": {}}, Reason.CREDENTIAL_MISSING, id="nothing shown"),
        pytest.param({"headers": without(KEY)}, Reason.CREDENTIAL_MISSING, id="no key"),
        pytest.param({"headers": without(TOKEN)}, Reason.CREDENTIAL_MISSING, id="no token"),
        pytest.param(
            {"headers": without(TOKEN, authorization="Basic YTpi")},
            Reason.CREDENTIAL_MISSING,
            id="no bearer",
        ),
        pytest.param(
            {"headers": without(KEY, ocp_apim_subscription_key="nobody's")},
            Reason.CREDENTIAL_UNKNOWN,
            id="an unknown key",
        ),
        pytest.param(
            {"headers": without(TOKEN, authorization="Bearer a.b.c")},
            Reason.CREDENTIAL_UNKNOWN,
            id="no token of ours",
        ),
        pytest.param(
            {"headers": without(TOKEN, authorization=["Bearer a", "Bearer b"])},
            Reason.MALFORMED,
            id="two tokens",
        ),
        pytest.param({"query": "a=%FF"}, Reason.MALFORMED, id="a query that is no UTF-8"),
        pytest.param(
            {"headers": credentials() | {TOKEN: f"Bearer {token(organisation='org-2')}"}},
            Reason.CREDENTIALS_DISAGREE,
            id="key and token of two organisations",
        ),
        pytest.param(
            {"headers": without(TOKEN, authorization=f"Bearer {token(exp=int(NOW))}")},
            Reason.CREDENTIAL_EXPIRED,
            id="a token that expires now",
        ),
        pytest.param(
            {"headers": without(TOKEN, authorization=f"Bearer {token(person='anna')}")},
            Reason.CREDENTIAL_DISABLED,
            id="a token of somebody who left",
        ),
    ],
)
async def test_refuses(call, reason):
    headers = call.pop("headers", credentials())
    response = await World().call(**call, **headers)
    body = said(response)
    assert body.get("oh no", body.get("type", "").removeprefix("urn:sluis:reason:")) == reason


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        pytest.param({"access": {}}, Reason.NOT_SUBSCRIBED, id="not subscribed"),
        *(
            pytest.param(
                {"access": {("org-1", "ships"): Access("s", state, None)}},
                Reason.NOT_SUBSCRIBED,
                id=f"the subscription is {state}",
            )
            for state in State
            if state is not State.ACTIVE
        ),
        pytest.param(
            {"access": {("org-1", "ships"): Access("s", State.ACTIVE, Grant())}},
            Reason.NOT_GRANTED,
            id="the operation is not granted",
        ),
        pytest.param({"consents": frozenset()}, Reason.NO_CONSENT, id="no consent"),
        pytest.param(
            {"consents": frozenset({("app-1", "org-2"), ("app-2", "org-1")})},
            Reason.NO_CONSENT,
            id="consent of another, and to another",
        ),
        pytest.param({"clients": {}}, Reason.CREDENTIAL_DISABLED, id="no such client"),
        pytest.param(
            {"clients": {"client of app-1": Client("app-1", True)}},
            Reason.CREDENTIAL_DISABLED,
            id="a disabled client",
        ),
        pytest.param(
            {"revoked": frozenset({"token-1"})}, Reason.CREDENTIAL_DISABLED, id="a revoked token"
        ),
        pytest.param(
            {"signing_keys": {}}, Reason.CREDENTIAL_UNKNOWN, id="a token of a withdrawn key"
        ),
        pytest.param(
            {"keys": key_entry("key of org-1 at port/uat", disabled=True)},
            Reason.CREDENTIAL_DISABLED,
            id="a disabled key",
        ),
        pytest.param(
            {"keys": key_entry("key of org-1 at port/uat", expires_at=NOW)},
            Reason.CREDENTIAL_EXPIRED,
            id="a key that expires now",
        ),
    ],
)
async def test_refuses_under_a_policy(policy, reason):
    response = await World(environment(**policy)).call_as_known()
    assert refused_with(response) == reason


def by_itself(**policy):
    """Return a world with an operation that names an organisation in its path, without a key."""

    def named(store, path):
        if path["whose"] == "nobody":
            raise Problem(Reason.NOT_FOUND, "There is nobody of that name.")
        return path["whose"]

    hand_in = operation(
        "hand-in",
        "/v1/{whose}/in",
        optional=("subscription-key",),
        organisation=named,
        handler=lambda call: {"for": call.caller.organisation},
    )
    return World(environment(apis=(api(hand_in),), **policy))


async def test_the_path_names_whom_an_application_by_itself_acts_for():
    world = by_itself()
    shown = {TOKEN: f"Bearer {token(organisation=None)}"}
    for whose in ("org-1", "org-2", "org-1"):
        assert said(await world.call(f"/v1/{whose}/in", **shown)) == {"for": whose}
    assert refused_with(await world.call("/v1/nobody/in", **shown)) == Reason.NOT_FOUND


async def test_an_application_by_itself_needs_the_consent_of_whom_the_path_names():
    world = by_itself(consents=frozenset({("app-1", "org-1")}))
    shown = {TOKEN: f"Bearer {token(organisation=None)}"}
    assert said(await world.call("/v1/org-1/in", **shown)) == {"for": "org-1"}
    assert refused_with(await world.call("/v1/org-2/in", **shown)) == Reason.NO_CONSENT


async def test_a_path_does_not_speak_for_whoever_has_an_organisation():
    shown = {TOKEN: f"Bearer {token()}"}
    assert said(await by_itself().call("/v1/org-2/in", **shown)) == {"for": "org-1"}


async def test_an_application_acts_for_its_own_organisation_without_consent():
    own = environment(consents=frozenset(), own_applications=frozenset({("app-1", "org-1")}))
    assert (await World(own).call_as_known()).status == 200


async def test_an_operation_without_schemes_needs_nothing():
    assert (await World(environment(access={})).call("/v1/status")).status == 200


async def test_looks_at_the_key_before_the_token():
    response = await World().call(ocp_apim_subscription_key="nobody's", authorization="Bearer x")
    assert "key" in said(response)["because"]
    response = await World().call()
    assert "subscription key" in said(response)["because"]


async def test_who_may_not_call_is_not_told_that_calls_are_spent():
    world = World(environment(apis=(api(limits=per_minute(1)),), consents=frozenset()))
    reasons = [refused_with(await world.call_as_known()) for _ in range(3)]
    assert reasons == [Reason.NO_CONSENT] * 3


async def test_refused_calls_count_in_no_limit():
    world = limited(1)
    for _ in range(3):
        await world.call(authorization="Bearer a.b.c", ocp_apim_subscription_key="x")
    assert (await world.call_as_known()).status == 200


async def test_the_api_words_its_refusals_and_the_platform_those_before_an_api_is_known():
    assert (await World().call()).status == 470
    unknown = await World().call("/v1/boats")
    assert (unknown.status, unknown.content_type) == (404, b"application/problem+json")


async def test_tells_which_methods_an_address_answers():
    response = await World().call_as_known(method="DELETE")
    assert dict(response.headers)[b"allow"] == b"GET, POST, HEAD"
    response = await World().call_as_known("/v1/ships/7", method="OPTIONS")
    assert dict(response.headers)[b"allow"] == b"GET, HEAD"


class Refusing:
    def refuse(self, problem, trace):
        return Response(405)


async def test_whatever_is_answered_with_405_names_the_methods():
    nothing = operation("find", "/find", (), handler=raises(Problem(Reason.NOT_FOUND, "None.")))
    world = serving(nothing, dialect=Refusing())
    response = await world.call("/find")
    assert (response.status, dict(response.headers)[b"allow"]) == (405, b"GET, HEAD")


UNREAD = {
    Reason.TOO_LARGE: "A body may have 1048576 bytes at most.",
    Reason.MALFORMED: "The body did not arrive in time.",
}


@pytest.mark.parametrize("reason", UNREAD)
async def test_a_body_that_is_not_there_is_refused_in_the_words_of_the_api(reason):
    world = World()
    unread = Problem(reason, UNREAD[reason])
    response = await world.call_as_known(method="POST", unread=unread)
    assert refused_with(response) == reason
    assert said(response)["because"] == UNREAD[reason]
    assert [one.reason for one in world.records] == [reason]


async def test_tells_how_large_a_body_the_api_takes_whatever_was_read_of_it():
    world = World(environment(apis=(api(body_bytes=200),)))
    for unread, body in ((None, b"a" * 201), (Problem(Reason.TOO_LARGE, "1 MB."), b"")):
        response = await world.call_as_known(method="POST", unread=unread, body=body)
        assert said(response)["because"] == "A body may have 200 bytes at most."


async def test_where_nothing_is_published_a_body_that_is_too_large_is_not_looked_at():
    unread = Problem(Reason.TOO_LARGE, "1 MB.")
    assert (await World().call("/v1/boats", unread=unread)).status == 404


async def test_a_fault_is_told_with_its_trace_and_nothing_else(caplog):
    world = serving(operation("fail", "/fail", handler=raises(ValueError("secret"))))
    with caplog.at_level(logging.CRITICAL):
        response = await world.call_as_known("/fail")
    body = said(response)
    assert refused_with(response) == Reason.FAULT
    assert body["trace"] in body["because"]
    assert body["because"].endswith(" Status: http://localhost:8000/status/port/")
    assert b"secret" not in response.body
    assert b"Traceback" not in response.body


async def test_a_fault_is_logged_once_with_its_trace(caplog):
    world = serving(operation("fail", "/fail", handler=raises(ValueError("secret"))))
    response = await world.call_as_known("/fail")
    (logged,) = caplog.records
    assert logged.trace == said(response)["trace"]
    assert "secret" in caplog.text


async def test_an_operation_refuses_in_the_words_of_its_api():
    world = serving(operation("fail", "/fail", handler=raises(NOT_ASKED)))
    assert said(await world.call_as_known("/fail"))["because"] == "This is not yours."


# Remembered outcomes


async def test_a_key_that_expires_is_refused_though_it_was_let_in_before():
    keys = key_entry("key of org-1 at port/uat", expires_at=NOW + 10)
    time = itertools.chain([NOW] * 2, itertools.repeat(NOW + 10))
    world = World(environment(keys=keys), now=lambda: next(time))
    reasons = [refused_with(await world.call_as_known()) for _ in range(2)]
    assert reasons == [None, Reason.CREDENTIAL_EXPIRED]


async def test_a_token_that_expires_is_refused_though_it_was_let_in_before():
    time = itertools.chain([NOW] * 2, itertools.repeat(NOW + 3_000))
    world = World(now=lambda: next(time))
    reasons = [refused_with(await world.call_as_known()) for _ in range(2)]
    assert reasons == [None, Reason.CREDENTIAL_EXPIRED]


async def test_what_a_new_snapshot_refuses_is_refused_though_it_was_let_in_before():
    world = World()
    await world.call_as_known()
    changed = {"port/uat": environment(consents=frozenset())}
    world.platform.snapshot = replace(world.platform.snapshot, environments=changed)
    assert refused_with(await world.call_as_known()) == Reason.NO_CONSENT


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(without(KEY), id="without the key"),
        pytest.param(without(TOKEN), id="without the token"),
        pytest.param(credentials(organisation="org-2") | OWN, id="with another key"),
        pytest.param(without(KEY, ocp_apim_abonnementscode=["a", "b"]), id="with two keys"),
    ],
)
async def test_who_was_let_in_before_lets_in_nobody_else(headers):
    world = World()
    await world.call_as_known()
    assert refused_with(await world.call(**headers))


async def test_who_was_let_in_at_one_operation_is_not_thereby_at_another():
    grant = Grant(frozenset({"list-ships"}))
    world = World(environment(access={("org-1", "ships"): Access("s", State.ACTIVE, grant)}))
    assert refused_with(await world.call_as_known()) is None
    assert refused_with(await world.call_as_known("/v1/ships/7")) == Reason.NOT_GRANTED


# Environments

ENVIRONMENTS = ("port/uat", "port/live", "parcels/sandbox")
PAIRS = [
    pytest.param(*pair, id=" at ".join(pair)) for pair in itertools.permutations(ENVIRONMENTS, 2)
]


@pytest.mark.parametrize(("of", "at"), PAIRS)
@pytest.mark.parametrize(
    ("path", "foreign"),
    [
        pytest.param("/v1/ships", KEY, id="subscription key"),
        pytest.param("/v1/ships", TOKEN, id="token"),
        pytest.param("/v1/prices", "apikey", id="api key"),
    ],
)
async def test_a_credential_of_one_environment_is_refused_at_another(of, at, path, foreign):
    def shown(environment):
        return credentials(environment) | {"apikey": f"api key of org-1 at {environment}"}

    world = World(*map(environment, ENVIRONMENTS))
    assert (await world.call(path, at=of, **shown(of))).status == 200
    response = await world.call(path, at=at, **shown(at) | {foreign: shown(of)[foreign]})
    assert refused_with(response) == Reason.WRONG_ENVIRONMENT
    assert f"for {of}, not for {at}" in said(response)["because"]


# Limits


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


# Cookies


async def test_an_api_sees_no_cookie_and_sets_none():
    seen = []

    def handler(call):
        seen.append(call.request.headers)

    class Sets:
        def answer(self, call, result):
            return Response(200, headers=[(b"set-cookie", b"a=b"), (b"etag", b'"1"')])

    world = serving(operation("get", "/v1", handler=handler), dialect=Sets())
    response = await world.call_as_known("/v1", cookie="sessionid=1")
    assert b"cookie" not in seen[0]
    assert response.headers == [(b"etag", b'"1"')]


def test_the_model_of_these_tests_has_a_field_that_can_be_hidden():
    assert SHIP.always < SHIP.fields.keys()
