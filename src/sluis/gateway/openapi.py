"""The OpenAPI 3.1 document of an API, made of what the registry says of it.

Refusals are worded by the API's own dialect, so the examples in the document are the bodies
that callers get. Aliases of an operation are left out: they are there for old clients.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sluis.core.access import models_of
from sluis.core.api import Api, Dialect, Field, Kind, Model, Operation, Parameter
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason
from sluis.core.version import Deprecation

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"  # the example of W3C Trace Context
WAIT, WAIT_SECONDS = "Retry-After", 12

TYPES: dict[Kind, dict[str, str]] = {
    Kind.STRING: {"type": "string"},
    Kind.DATE_TIME: {"type": "string", "format": "date-time"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.URI: {"type": "string", "format": "uri"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
}

# What an example of a refusal says; the gateway itself is more specific.
SENTENCES: dict[Reason, str] = {
    Reason.MALFORMED: "A parameter cannot be read.",
    Reason.CREDENTIAL_MISSING: "This call carries no credential.",
    Reason.CREDENTIAL_UNKNOWN: "This credential is unknown.",
    Reason.CREDENTIAL_EXPIRED: "This credential has expired.",
    Reason.CREDENTIAL_DISABLED: "This credential was disabled.",
    Reason.CREDENTIALS_DISAGREE: "The credentials of this call belong to different callers.",
    Reason.WRONG_ENVIRONMENT: "This credential is for another environment.",
    Reason.NO_CONSENT: "The organisation has not agreed that this application acts for it.",
    Reason.NOT_SUBSCRIBED: "There is no active subscription to this API.",
    Reason.NOT_GRANTED: "The subscription does not cover this operation.",
    Reason.NOT_FOUND: "There is nothing under this identifier.",
    Reason.QUOTA_SPENT: f"The limit is reached. Try again in {WAIT_SECONDS} seconds.",
    Reason.TOO_MANY_AT_ONCE: "Too many calls are in progress. Wait for one.",
    Reason.KEY_REUSED: "This Idempotency-Key came before with another body.",
    Reason.IN_PROGRESS: "A call with this Idempotency-Key is in progress. Repeat it later.",
    Reason.UNAVAILABLE: f"Nothing can be accepted now. Try again in {WAIT_SECONDS} seconds.",
    Reason.FAULT: f"Something went wrong on our side. Tell the service desk: {TRACE}.",
}


WAITING_HELPS = (
    Reason.QUOTA_SPENT,
    Reason.TOO_MANY_AT_ONCE,
    Reason.IN_PROGRESS,
    Reason.UNAVAILABLE,
)


class Server(NamedTuple):
    """An environment as the document names it: its base URL, without a slash at its end."""

    url: str
    description: str
    deprecation: Deprecation | None = None  # of the version that is served there


class Refusal(NamedTuple):
    """How an API words one reason to refuse."""

    reason: Reason
    scheme: str | None  # that refuses, where several can for this reason
    status: int
    content_type: str
    body: Any  # parsed where it is JSON, else text; None when there is none


def document(api: Api, servers: Sequence[Server], language: str = "en") -> dict[str, Any]:
    """Return the document; the first server is the one whose token URL it names."""
    summary = api.summary.get(language, "")
    deprecated = any(server.deprecation is not None for server in servers)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title.get(language, api.slug),
            "version": api.version,
            "summary": summary,
            "description": "\n\n".join(filter(None, (summary, *limits(api), *endings(servers)))),
        },
        "servers": [{"url": one.url, "description": one.description} for one in servers],
        "paths": paths(api, language, deprecated),
        "components": {
            "schemas": {model.name: schema_of_model(model) for model in models(api)},
            "responses": {name_of(status): refused(found) for status, found in refusals(api)},
            "headers": headers(api),
            "securitySchemes": {
                name: security_scheme(name, servers)
                for name in sorted({name for item in api.operations for name in item.schemes})
            },
        },
    }


def endings(servers: Sequence[Server]) -> list[str]:
    """Return in words where the version is deprecated, one sentence each."""
    return [
        f"{server.description}: {ending(server.deprecation)}"
        for server in servers
        if server.deprecation is not None
    ]


def ending(deprecation: Deprecation) -> str:
    told = f"version {deprecation.version} is deprecated from {deprecation.since:%Y-%m-%d %H:%M}"
    if deprecation.sunset is not None:
        told += f" and refused from {deprecation.sunset:%Y-%m-%d %H:%M}"
    return f"{told} UTC. {deprecation.notes}".strip()


def limits(api: Api) -> list[str]:
    """Return the limits in words, one sentence each."""
    found = [f"At most {limit.calls} calls per {limit.name}." for limit in api.limits]
    if api.calls_at_once is not None:
        found.append(f"At most {api.calls_at_once} calls at the same time.")
    return found


def paths(api: Api, language: str, deprecated: bool) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for operation in api.operations:
        item = made.setdefault(operation.path, {})
        item[operation.method.lower()] = operation_object(api, operation, language, deprecated)
    return made


def operation_object(
    api: Api, operation: Operation, language: str, deprecated: bool
) -> dict[str, Any]:
    statuses = sorted({refusal.status for refusal in refusals_of(api, operation)})
    return {
        "operationId": operation.name,
        "summary": operation.summary.get(language, ""),
        "description": operation.description.get(language, ""),
        "deprecated": deprecated,
        "parameters": [parameter_object(parameter) for parameter in operation.parameters],
        "security": security(operation),
        "responses": {
            "200" if operation.work is None else "202": succeeded(api, operation),
            **{str(status): reference("responses", name_of(status)) for status in statuses},
        },
    }


def security(operation: Operation) -> list[dict[str, list[str]]]:
    """Return what a call shows: with, and without, what it may leave out."""
    if not operation.schemes:
        return []
    needed = [name for name in operation.schemes if name not in operation.optional]
    ways = [operation.schemes, needed] if operation.optional else [operation.schemes]
    return [{name: [] for name in way} for way in ways]


def parameter_object(parameter: Parameter) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required or parameter.place == "path",
        "schema": dict(TYPES[parameter.kind]),
    }
    if parameter.example is not None:
        made["example"] = value_of(parameter)
    return made


def value_of(parameter: Parameter) -> Any:
    """Return the example as the type of the parameter has it; it is kept as text."""
    if parameter.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
        return msgspec.json.decode(parameter.example or "null")
    return parameter.example


def succeeded(api: Api, operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": "The answer.",
        "headers": {name: reference("headers", name) for name in headers(api) if name != WAIT},
    }
    if operation.returns is not None or operation.example is not None:
        content: dict[str, Any] = {"schema": result_schema(operation)}
        if operation.example is not None:
            content["example"] = operation.example
        text = operation.returns is None and isinstance(operation.example, str)
        made["content"] = {"text/plain" if text else "application/json": content}
    return made


def result_schema(operation: Operation) -> dict[str, Any]:
    if operation.returns is None:
        return schema_of_example(operation.example)
    one = reference("schemas", operation.returns.name)
    return {"type": "array", "items": one} if operation.many else one


def models(api: Api) -> list[Model]:
    """Return every model of the API once, in the order in which operations return them."""
    found: dict[str, Model] = {}
    for operation in api.operations:
        if operation.returns is not None:
            found.update((model.name, model) for model in models_of(operation.returns))
    return list(found.values())


def schema_of_model(model: Model) -> dict[str, Any]:
    """Return the schema; only what every grant shows is required."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema_of_field(item) for name, item in model.fields.items()},
    }
    if model.always:
        schema["required"] = [name for name in model.fields if name in model.always]
    return schema


def schema_of_field(item: Field) -> dict[str, Any]:
    schema: dict[str, Any]
    if isinstance(item.kind, Model):
        schema = reference("schemas", item.kind.name)
    else:
        schema = dict(TYPES[item.kind])
        if item.values:
            schema["enum"] = list(item.values)
    if item.many:
        schema = {"type": "array", "items": schema}
    if item.nullable:
        schema = nullable(schema)
    if item.description:
        schema["description"] = item.description
    if item.example is not None:
        schema["examples"] = [item.example]
    return schema


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made


# Each scheme of an operation refuses for these, in words of its own.
OF_EACH_SCHEME = (
    Reason.CREDENTIAL_MISSING,
    Reason.CREDENTIAL_UNKNOWN,
    Reason.CREDENTIAL_EXPIRED,
    Reason.CREDENTIAL_DISABLED,
    Reason.WRONG_ENVIRONMENT,
)


def reasons(api: Api, operation: Operation) -> Iterable[tuple[Reason, str | None]]:
    """Return why a call can be refused, and by which scheme, as far as the registry tells."""
    if operation.parameters or operation.work is not None:
        yield Reason.MALFORMED, None
    for reason in OF_EACH_SCHEME:
        for scheme in operation.schemes:
            yield reason, scheme
    if len(operation.schemes) > 1:
        yield Reason.CREDENTIALS_DISAGREE, None
    if "bearer-token" in operation.schemes:
        yield Reason.NO_CONSENT, None
    if operation.schemes:
        yield Reason.NOT_SUBSCRIBED, None
        yield Reason.NOT_GRANTED, None
    if "{" in operation.path:
        yield Reason.NOT_FOUND, None
    if api.limits and operation.schemes:
        yield Reason.QUOTA_SPENT, None
    if api.calls_at_once is not None:
        yield Reason.TOO_MANY_AT_ONCE, None
    if operation.work is not None:
        yield Reason.IN_PROGRESS, None
        yield Reason.KEY_REUSED, None
        yield Reason.UNAVAILABLE, None
    yield Reason.FAULT, None


def refusals_of(api: Api, operation: Operation) -> list[Refusal]:
    dialect = operation.dialect or api.dialect
    asked = reasons(api, operation)
    return [refusal(dialect, *one) for one in asked]  # type: ignore[arg-type]  # dialects hash by identity


def refusals(api: Api) -> list[tuple[int, list[Refusal]]]:
    """Return all refusals of the API by status, in the order of the statuses."""
    by_status: dict[int, list[Refusal]] = {}
    for operation in api.operations:
        for found in refusals_of(api, operation):
            alike = by_status.setdefault(found.status, [])
            if found not in alike:
                alike.append(found)
    return sorted(by_status.items())


@cache  # the page of an API asks for 450, most of them alike
def refusal(dialect: Dialect, reason: Reason, scheme: str | None = None) -> Refusal:
    wait = WAIT_SECONDS if reason in WAITING_HELPS else None
    problem = Problem(reason, SENTENCES[reason], scheme=scheme, wait_seconds=wait)
    response = dialect.refuse(problem, TRACE)
    content_type = response.content_type.decode().partition(";")[0].strip()
    body = body_of(response, content_type)
    return Refusal(reason, scheme, response.status, content_type, body)


def body_of(response: Response, content_type: str) -> Any:
    if not response.body:
        return None
    if content_type.endswith("json"):
        return msgspec.json.decode(response.body)
    return response.body.decode()


def refused(found: list[Refusal]) -> dict[str, Any]:
    """Return the response object of one status, with each reason's body as an example."""
    content: dict[str, Any] = {}
    for item in found:
        if item.body is not None:
            media = content.setdefault(
                item.content_type, {"schema": schema_of_example(item.body), "examples": {}}
            )
            name = item.reason.value if item.scheme is None else f"{item.reason}-{item.scheme}"
            if name in media["examples"]:  # operations that word the same reason differently
                name += f"-{len(media['examples'])}"
            media["examples"][name] = {"summary": SENTENCES[item.reason], "value": item.body}
    made: dict[str, Any] = {
        "description": f"Refused: {', '.join(dict.fromkeys(item.reason for item in found))}.",
        "headers": {"Trace-Id": reference("headers", "Trace-Id")},
    }
    if any(item.reason is Reason.QUOTA_SPENT for item in found):
        made["headers"][WAIT] = reference("headers", WAIT)
    if content:
        made["content"] = content
    return made


def schema_of_example(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"type": "null"}
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": schema_of_example(value[0]) if value else {}}
        case dict():
            properties = {name: schema_of_example(item) for name, item in value.items()}
            return {"type": "object", "properties": properties}
    return {}


def headers(api: Api) -> dict[str, Any]:
    text = {"type": "string"}
    made = {"Trace-Id": {"description": "Names this call; tell it to the desk.", "schema": text}}
    if api.limits:
        made["RateLimit"] = {"description": "What is left of the limit.", "schema": text}
        made["RateLimit-Policy"] = {"description": "The limit that is nearest.", "schema": text}
        made[WAIT] = {
            "description": "After how many seconds trying again helps.",
            "schema": {"type": "integer"},
        }
    return made


def security_scheme(name: str, servers: Sequence[Server]) -> dict[str, Any]:
    match name:
        case "bearer-token":
            return oauth(servers)
        case "subscription-key":
            return {
                "type": "apiKey",
                "in": "header",
                "name": "Ocp-Apim-Subscription-Key",
                "description": "The key of a subscription; the portal shows it.",
            }
        case "api-key":
            return {
                "type": "apiKey",
                "in": "header",
                "name": "apikey",
                "description": "The key of the organisation that calls.",
            }
    raise LookupError(f"No words for the scheme '{name}': add them here.")


def oauth(servers: Sequence[Server]) -> dict[str, Any]:
    """Return the OAuth 2 scheme; it can name one token URL, so the text names them all."""
    lines = [f"{server.description}: {token_url(server.url)}" for server in servers]
    url = token_url(servers[0].url) if servers else token_url("")
    return {
        "type": "oauth2",
        "description": "\n\n".join(("A token is valid for one hour.", *lines)),
        "flows": {
            "password": {"tokenUrl": url, "scopes": {"openid": "Act as this API user."}},
            "clientCredentials": {"tokenUrl": url, "scopes": {}},
        },
    }


def token_url(base_url: str) -> str:
    return f"{base_url}/connect/token"


def reference(section: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{section}/{name}"}


def name_of(status: int) -> str:
    return f"Refused{status}"
