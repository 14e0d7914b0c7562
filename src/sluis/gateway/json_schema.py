"""The JSON schemas of what operations take and return, as an OpenAPI document has them."""

from typing import Any

from sluis.core.access import models_of
from sluis.core.api import Api, Field, Kind, Model

TYPES: dict[Kind, dict[str, str]] = {
    Kind.STRING: {"type": "string"},
    Kind.DATE_TIME: {"type": "string", "format": "date-time"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.URI: {"type": "string", "format": "uri"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
}


def models(api: Api) -> list[Model]:
    """Return every model of the API once, in the order in which operations have them."""
    found: dict[str, Model] = {}
    for operation in api.operations:
        shapes = [body.model for body in operation.takes]
        if operation.returns is not None:
            shapes.append(operation.returns)
        for shape in shapes:
            found.update((model.name, model) for model in models_of(shape))
    return list(found.values())


def schema_of_model(model: Model) -> dict[str, Any]:
    """Return the schema; required is what every grant shows, or what a call has to send."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema_of_field(item) for name, item in model.fields.items()},
    }
    if model.description:
        schema["description"] = model.description
    if model.always:
        schema["required"] = [name for name in model.fields if name in model.always]
    return schema


def schema_of_field(item: Field) -> dict[str, Any]:
    schema: dict[str, Any]
    if isinstance(item.kind, Model):
        schema = reference("schemas", item.kind.name)
    else:
        schema = schema_of_value(item, item.kind)
    if item.many:
        schema = {"type": "array", "items": schema}
        if item.items is not None:
            schema["minItems"], schema["maxItems"] = item.items
    if item.nullable:
        schema = nullable(schema)
    if item.description:
        schema["description"] = item.description
    if item.example is not None:
        schema["examples"] = [item.example]
    return schema


def schema_of_value(item: Field, kind: Kind) -> dict[str, Any]:
    schema: dict[str, Any] = dict(TYPES[kind])
    if item.values:
        schema["enum"] = list(item.values)
    if item.length is not None:
        schema["minLength"], schema["maxLength"] = item.length
    if item.pattern:
        schema["pattern"] = f"^(?:{item.pattern})$"
    return schema


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
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


def reference(section: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{section}/{name}"}
