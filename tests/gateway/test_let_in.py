"""Who is let in to an operation and who is not, remembered or new, and where."""

import itertools
from dataclasses import replace

import pytest

from sluis.core.access import Grant
from sluis.core.problem import Problem, Reason
from sluis.core.subscription import State
from sluis.gateway.snapshot import Access, Client
from tests.gateway.world import (
    KEY,
    NOW,
    TOKEN,
    World,
    api,
    credentials,
    environment,
    key_entry,
    operation,
    refused_with,
    said,
    token,
    without,
)

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
