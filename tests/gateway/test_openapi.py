"""The document of each hosted API is valid, and says what the registry says."""

import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from sluis.core.api import Api, Body, Field, Kind, Model, Operation, Parameter
from sluis.core.problem import Problem, Reason
from sluis.core.quota import Limit
from sluis.gateway.openapi import Server, document
from sluis.gateway.problem_details import ProblemDetails
from sluis.gateway.refusals import TRACE, refusals
from sluis.registry import HOSTED_APIS, SCHEMES

SERVERS = [
    Server("http://localhost/port/uat", "Sandbox"),
    Server("http://localhost/port/live", "Live"),
]
DOOR = Model(
    "Door",
    {"state": Field(Kind.STRING, "How it stands", values=("OPEN", "SHUT"), nullable=True)},
)
LOCK = Model(
    "Lock",
    {
        "code": Field(Kind.STRING, "Its code", example="BES"),
        "depth": Field(Kind.NUMBER, "In metres"),
        "opened_at": Field(Kind.DATE_TIME, nullable=True),
        "doors": Field(DOOR, many=True),
        "spare": Field(DOOR, nullable=True),
    },
    always=frozenset({"code"}),
)

OPENED = Body(
    Model(
        "Opening",
        {
            "action": Field(Kind.STRING, "What to do", values=("Open", "Lock")),
            "doors": Field(DOOR, "Which", many=True, items=(1, 4)),
            "reason": Field(Kind.STRING, "Why", length=(1, 35)),
            "names": Field(Kind.STRING, "Whose", many=True, length=(0, 7), pattern="[a-z]+|X"),
        },
        frozenset({"action", "doors"}),
        "Opens doors.",
    ),
    {"Open": {"action": "Open", "doors": [{"state": "SHUT"}]}},
)
SHUT = Body(
    Model("Shutting", {"action": Field(Kind.STRING, values=("Shut",))}, frozenset({"action"})),
    {"Shut": {"action": "Shut"}},
)


def an_api(**operation):
    defaults = {
        "name": "get-lock",
        "method": "GET",
        "path": "/locks/{code}",
        "schemes": ("subscription-key", "bearer-token"),
        "handler": lambda call: {},
        "summary": {"nl": "Een sluis", "en": "One lock", "de": "Eine Schleuse"},
        "parameters": (
            Parameter("code", "Which lock", place="path", example="BES"),
            Parameter("limit", "How many", kind=Kind.INTEGER, example="5"),
        ),
        "returns": LOCK,
        "example": {"code": "BES"},
    }
    return Api(
        slug="locks",
        provider="port",
        title={"nl": "Sluizen", "en": "Locks", "de": "Schleusen"},
        summary={"nl": "Alle sluizen.", "en": "All locks.", "de": "Alle Schleusen."},
        version="2.1",
        package="",
        operations=(Operation(**{**defaults, **operation}),),
        dialect=ProblemDetails(),
        product="locks",
        limits=(Limit("minute", 500, 60.0),),
        calls_at_once=4,
    )


def described(language="en", **operation):
    return document(an_api(**operation), SERVERS, language)


def get_lock(**operation):
    return described(**operation)["paths"]["/locks/{code}"]["get"]


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_is_valid(api):
    validate(document(api, SERVERS), cls=OpenAPIV31SpecValidator)


def test_is_valid_with_all_that_an_api_can_have():
    validate(described(takes=(OPENED, SHUT)), cls=OpenAPIV31SpecValidator)


def test_says_what_is_sent():
    body = get_lock(takes=(OPENED,))["requestBody"]
    assert body == {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Opening"},
                "examples": {"Open": {"value": OPENED.examples["Open"]}},
            }
        },
    }
    opening = described(takes=(OPENED,))["components"]["schemas"]["Opening"]
    assert (opening["description"], opening["required"]) == ("Opens doors.", ["action", "doors"])
    doors, reason, names = (opening["properties"][name] for name in ("doors", "reason", "names"))
    assert (doors["minItems"], doors["maxItems"]) == (1, 4)
    assert (reason["minLength"], reason["maxLength"]) == (1, 35)
    assert names["items"] == {
        "type": "string",
        "minLength": 0,
        "maxLength": 7,
        "pattern": "^(?:[a-z]+|X)$",
    }


def test_says_that_a_body_may_be_too_large_and_what_else_is_refused():
    assert {"409", "413"}.isdisjoint(get_lock()["responses"])
    told = get_lock(takes=(OPENED,), refuses=(Reason.NOT_ALLOWED_NOW,))["responses"]
    assert {"409", "413"} <= told.keys()


def test_says_nothing_of_a_body_where_there_is_none():
    assert "requestBody" not in get_lock()


def test_tells_forms_of_a_body_apart_by_the_value_that_differs():
    body = get_lock(takes=(OPENED, SHUT))["requestBody"]["content"]["application/json"]
    opening, shutting = "#/components/schemas/Opening", "#/components/schemas/Shutting"
    assert body["schema"] == {
        "oneOf": [{"$ref": opening}, {"$ref": shutting}],
        "discriminator": {
            "propertyName": "action",
            "mapping": {"Open": opening, "Lock": opening, "Shut": shutting},
        },
    }
    assert list(body["examples"]) == ["Open", "Shut"]


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_examples_of_what_is_sent_are_of_one_of_its_forms(api):
    made = document(api, SERVERS)
    for path in made["paths"].values():
        for operation in path.values():
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                schema = {**content["schema"], "components": made["components"]}
                for example in content["examples"].values():
                    Draft202012Validator(schema).validate(example["value"])


@pytest.mark.parametrize("name", SCHEMES)
def test_has_words_for_every_scheme(name):
    made = described(schemes=(name,))
    assert list(made["components"]["securitySchemes"]) == [name]
    assert made["paths"]["/locks/{code}"]["get"]["security"] == [{name: []}]


def test_names_each_environment_as_a_server():
    assert [server["url"] for server in described()["servers"]] == [s.url for s in SERVERS]


def test_speaks_the_language_asked_for():
    assert described("de")["info"]["title"] == "Schleusen"
    assert described("de")["paths"]["/locks/{code}"]["get"]["summary"] == "Eine Schleuse"


def test_says_the_limits():
    text = described()["info"]["description"]
    assert "At most 500 calls per minute." in text
    assert "At most 4 calls at the same time." in text


def test_requires_what_is_in_the_path_and_types_the_examples():
    code, limit = get_lock()["parameters"]
    assert code["required"]
    assert (limit["required"], limit["example"]) == (False, 5)


def test_asks_nothing_where_anybody_may_call():
    operation = get_lock(schemes=())
    assert operation["security"] == []
    assert "401" not in operation["responses"]


def test_describes_fields():
    lock = described()["components"]["schemas"]["Lock"]
    assert lock["required"] == ["code"]
    assert lock["properties"] == {
        "code": {"type": "string", "description": "Its code", "examples": ["BES"]},
        "depth": {"type": "number", "description": "In metres"},
        "opened_at": {"type": ["string", "null"], "format": "date-time"},
        "doors": {"type": "array", "items": {"$ref": "#/components/schemas/Door"}},
        "spare": {"anyOf": [{"$ref": "#/components/schemas/Door"}, {"type": "null"}]},
    }


def test_lists_null_among_the_values_of_a_field_that_may_be_null():
    door = described()["components"]["schemas"]["Door"]["properties"]["state"]
    assert door["enum"] == ["OPEN", "SHUT", None]


def test_answers_with_a_list_where_the_operation_does():
    schema = get_lock(many=True)["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"type": "array", "items": {"$ref": "#/components/schemas/Lock"}}


def test_leaves_the_content_out_where_nothing_is_known_of_it():
    assert "content" not in get_lock(returns=None, example=None)["responses"]["200"]


def test_shows_a_text_as_text():
    content = get_lock(returns=None, example="a;b")["responses"]["200"]["content"]
    assert content == {"text/plain": {"schema": {"type": "string"}, "example": "a;b"}}


def test_shows_refusals_in_the_words_of_the_dialect():
    spent = described()["components"]["responses"]["Refused429"]
    examples = spent["content"]["application/problem+json"]["examples"]
    assert examples["quota-spent"]["value"]["status"] == 429
    assert "Retry-After" in spent["headers"]


def test_tells_of_each_scheme_how_it_refuses():
    found = dict(refusals(an_api()))[401]
    assert {item.scheme for item in found} == {"subscription-key", "bearer-token", None}


def test_names_the_token_url_of_the_first_environment_and_tells_the_others():
    flows = described()["components"]["securitySchemes"]["bearer-token"]
    assert flows["flows"]["password"]["tokenUrl"] == "http://localhost/port/uat/connect/token"
    assert flows["flows"]["clientCredentials"]["scopes"] == {}
    assert "Live: http://localhost/port/live/connect/token" in flows["description"]


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_prepares_clients_for_the_day_that_the_version_is_retired(api):
    made = document(api, SERVERS)
    for path in made["paths"].values():
        for operation in path.values():
            assert operation["responses"]["410"] == {"$ref": "#/components/responses/Refused410"}
    said = made["components"]["responses"]["Refused410"]
    (content,) = said["content"].values()
    words = api.dialect.refuse(Problem(Reason.RETIRED, "Gone."), TRACE).body
    assert content["examples"]["retired"]["value"].keys() == json.loads(words).keys()


def test_an_operation_that_everybody_may_call_can_be_retired_too():
    assert "410" in get_lock(schemes=(), parameters=())["responses"]
