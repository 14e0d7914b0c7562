"""A platform made by hand: one API about ships, two environments, two organisations.

Everything is a value; there is no database and no network, and time stands still.
"""

import asyncio
from dataclasses import replace
from functools import cache

import msgspec
from joserfc.jwk import RSAKey

from sluis.core.access import Grant
from sluis.core.api import Api, Field, Kind, Model, Operation
from sluis.core.credential import CredentialKind, digest
from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.core.provider import OldDoor
from sluis.core.quota import Limit
from sluis.core.subscription import State
from sluis.gateway.answer import Platform, answer
from sluis.gateway.limits import Counters
from sluis.gateway.records import traces
from sluis.gateway.route import routes
from sluis.gateway.schemes.api_key import ApiKey
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.schemes.subscription_key import SubscriptionKey
from sluis.gateway.snapshot import Access, Client, Environment, Key, Snapshot
from sluis.gateway.tokens import Payload, signed

NOW = 1_700_000_000.0
FOREVER = float("inf")
SCHEMES = {scheme.name: scheme for scheme in (ApiKey(), BearerToken(), SubscriptionKey())}
BOTH = ("subscription-key", "bearer-token")
PEPPER = b"pepper"
KEY, TOKEN = "ocp_apim_subscription_key", "authorization"  # the headers of one who is known
NOT_ASKED = Problem(Reason.NOT_YOURS, "This is not yours.")

PORT = Model("port", {"code": Field(Kind.STRING), "dues": Field(Kind.NUMBER)})
SHIP = Model(
    "ship",
    {"imo": Field(Kind.INTEGER), "name": Field(Kind.STRING), "home": Field(PORT)},
    always=frozenset({"imo"}),
)
BOTTLE = {"imo": 9_074_729, "name": "Bottle", "home": {"code": "BEANR", "dues": 12.5}}


class Dialect:
    """Words everything in its own way, so that it shows who worded an answer."""

    def answer(self, call, result):
        return Response(200, msgspec.json.encode(result))

    def refuse(self, problem, trace):
        body = {"oh no": problem.reason, "because": problem.detail, "trace": trace}
        return Response(470, msgspec.json.encode(body))


def operation(name, path, schemes=BOTH, method="GET", handler=lambda call: BOTTLE, **more):
    return Operation(name, method, path, schemes, handler, **more)


OPERATIONS = (
    operation("list-ships", "/v1/ships", handler=lambda call: [BOTTLE], returns=SHIP, many=True),
    operation("get-ship", "/v1/ships/{imo}", handler=lambda call: dict(call.path)),
    operation("add-ship", "/v1/ships", method="POST"),
    operation("status", "/v1/status", (), handler=lambda call: {"status": "fine"}),
    operation("prices", "/v1/prices", ("api-key",)),
)


def api(*operations, **more):
    given = {"slug": "ships", "product": "ships", "dialect": Dialect(), **more}
    return Api(
        provider="port",
        title={},
        summary={},
        version="v1",
        package="ships",
        operations=operations or OPERATIONS,
        **given,
    )


@cache
def private_key(environment):
    """Return the key that signs the tokens of an environment; making one takes a while."""
    return RSAKey.generate_key(2048)


def token(environment="port/uat", organisation="org-1", application="app-1", **claims):
    """Return a token that says this, as the token endpoint of the environment signs it."""
    issuer = base_url(environment)
    said = {
        "iss": issuer,
        "aud": issuer,
        "sub": "anna",
        "client_id": f"client of {application}",
        "jti": "token-1",
        "iat": int(NOW) - 10,
        "exp": int(NOW) + 3_000,
        "org": organisation,
    }
    return signed(Payload(**said | claims), f"kid of {environment}", private_key(environment))


def base_url(environment):
    return f"http://localhost:8000/{environment}"


def key_entry(secret, organisation="org-1", kind=CredentialKind.SUBSCRIPTION_KEY, **more):
    values = {"disabled": False, "expires_at": FOREVER, **more}
    return {(kind.value, digest(secret, PEPPER)): Key(organisation, **values)}


def environment(key="port/uat", apis=(), limits=None, **policy):
    """Return an environment in which both organisations may call everything."""
    organisations = ("org-1", "org-2")
    keys = {}
    for organisation in organisations:
        keys |= key_entry(f"key of {organisation} at {key}", organisation)
        secret = f"api key of {organisation} at {key}"
        keys |= key_entry(secret, organisation, CredentialKind.API_KEY)
    applications = {f"client of app-{n}": Client(f"app-{n}", False) for n in (1, 2)}
    given = {
        "keys": keys,
        "clients": applications,
        "access": {(org, "ships"): Access("s", State.ACTIVE, None) for org in organisations},
        "consents": frozenset((f"app-{n}", org) for n in (1, 2) for org in organisations),
        "signing_keys": {f"kid of {key}": private_key(key)},
        "doors": frozenset(OldDoor),
    }
    return Environment(
        key=key,
        base_url=base_url(key),
        routes=routes(apis or (api(),), SCHEMES, limits or {}),
        stores={"ships": "the store"},
        **given | policy,
    )


class World:
    """The environments, and what became of the calls."""

    def __init__(self, *environments, **platform):
        found = {one.key: one for one in environments or (environment(),)}
        self.records = []
        self.time = 1_000.0
        snapshot = Snapshot(environments=found, pepper=PEPPER)
        values = {"limiter": Counters(lambda: self.time), "now": lambda: NOW, **platform}
        self.platform = Platform(
            snapshot=replace(snapshot),
            record=self.records.append,
            in_pool=at_once,
            new_trace=traces(lambda: NOW),
            **values,
        )

    async def call(
        self,
        path="/v1/ships",
        method="GET",
        at="port/uat",
        query="",
        body=b"",
        unread=None,
        **headers,
    ):
        """Answer one call; a header whose value is a list comes more than once."""
        found = self.platform.snapshot.environments[at]
        request = Request(
            method, f"/{at}{path}", query_text=query, headers=given(headers), body=body
        )
        return await answer(request, found, path, self.platform, unread)

    async def call_as_known(self, path="/v1/ships", method="GET", at="port/uat", **more):
        return await self.call(path, method, at, **credentials(at), **more)


async def at_once(function, *arguments):
    await asyncio.sleep(0)
    return function(*arguments)


def given(headers):
    found = {}
    for name, value in headers.items():
        values = value if isinstance(value, list) else [value]
        found[name.replace("_", "-").lower().encode()] = tuple(v.encode() for v in values)
    return found


def credentials(at="port/uat", organisation="org-1"):
    """Return the headers of a caller who may call everything."""
    return {
        "ocp_apim_subscription_key": f"key of {organisation} at {at}",
        "authorization": f"Bearer {token(at, organisation)}",
    }


def without(name, **instead):
    """Return those headers but for one, with others instead."""
    return {n: v for n, v in credentials().items() if n != name} | instead


def serving(*operations, **more):
    return World(environment(apis=(api(*operations, **more),)))


def limited(calls, **more):
    return World(environment(apis=(api(limits=per_minute(calls), **more),)))


def raises(error):
    """Return a handler that refuses, or fails."""

    def handler(call):
        raise error

    return handler


def said(response):
    return msgspec.json.decode(response.body)


def refused_with(response):
    """Return the reason that an answer of our dialect gives; None when it is no refusal."""
    return said(response)["oh no"] if response.status == 470 else None


def per_minute(calls):
    return (Limit("minute", calls, 60.0),)


NOTHING = Grant()
