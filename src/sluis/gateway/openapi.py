"""The OpenAPI 3.1 document of an API, made of what the registry says of it.

Refusals are worded by the API's own dialect, so the examples in the document are the bodies
that callers get. Aliases of an operation are left out: they are there for old clients.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from sluis.core.api import Api, Body, Kind, Model, Operation, Parameter
from sluis.core.problem import Reason
from sluis.core.version import Deprecation
from sluis.gateway.json_schema import (
    TYPES,
    models,
    reference,
    schema_of_example,
    schema_of_model,
)
from sluis.gateway.refusals import SENTENCES, Refusal, refusals, refusals_of

WAIT = "Retry-After"


class Server(NamedTuple):
    """An environment as the document names it: its base URL, without a slash at its end."""

    url: str
    description: str
    deprecation: Deprecation | None = None  # of the version that is served there


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
    made: dict[str, Any] = {
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
    if operation.takes:
        made["requestBody"] = request_body(operation.takes)
    return made


def request_body(forms: Sequence[Body]) -> dict[str, Any]:
    examples = {
        name: {"value": example} for form in forms for name, example in form.examples.items()
    }
    content = {"schema": taken_schema([form.model for form in forms]), "examples": examples}
    return {"required": True, "content": {"application/json": content}}


def taken_schema(models: Sequence[Model]) -> dict[str, Any]:
    """Return the schema of what is one of these, told apart by the member that differs."""
    shapes = [reference("schemas", model.name) for model in models]
    if len(shapes) == 1:
        return shapes[0]
    name = next(name for name, item in models[0].fields.items() if item.values)
    mapping = {
        value: shape["$ref"]
        for model, shape in zip(models, shapes, strict=True)
        for value in model.fields[name].values
    }
    return {"oneOf": shapes, "discriminator": {"propertyName": name, "mapping": mapping}}


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


def name_of(status: int) -> str:
    return f"Refused{status}"
