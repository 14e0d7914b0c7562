"""What must hold for each hosted API, whoever wrote it."""

import json
import re
from collections import Counter
from datetime import date, datetime

import pytest

from sluis.core.access import models_of
from sluis.core.api import Kind, Model
from sluis.core.problem import Problem, Reason
from sluis.registry import HOSTED_APIS

LANGUAGES = {"nl", "en", "de"}
OPERATIONS = [
    pytest.param(api, operation, id=f"{api.slug} {operation.name}")
    for api in HOSTED_APIS
    for operation in api.operations
]
DIALECTS = {
    id(dialect): pytest.param(dialect, id=f"{api.slug} {operation.name}")
    for api in HOSTED_APIS
    for operation in api.operations
    for dialect in [operation.dialect or api.dialect]
}.values()
every_api = pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
every_operation = pytest.mark.parametrize(("api", "operation"), OPERATIONS)


def complete(text):
    return set(text) == LANGUAGES and all(words.strip() for words in text.values())


def shapes(operation):
    """Return what an operation takes and returns, each with all that lies in it."""
    found = [body.model for body in operation.takes]
    if operation.returns is not None:
        found.append(operation.returns)
    return [model for shape in found for model in models_of(shape)]


@every_api
def test_has_texts_in_three_languages(api):
    assert complete(api.title)
    assert complete(api.summary)


@every_operation
def test_operation_has_texts_in_three_languages(api, operation):
    assert complete(operation.summary)
    assert complete(operation.description)


@every_operation
def test_operation_has_an_example(api, operation):
    assert operation.example is not None


@every_operation
def test_parameters_are_described(api, operation):
    assert all(parameter.description for parameter in operation.parameters)
    names = Counter((item.place, item.name.lower()) for item in operation.parameters)
    assert set(names.values()) <= {1}
    in_path = {item.name for item in operation.parameters if item.place == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", operation.path))


@every_api
def test_every_member_of_every_model_is_described(api):
    for operation in api.operations:
        for model in shapes(operation):
            assert model.always <= model.fields.keys()
            for name, item in model.fields.items():
                assert item.description, f"{model.name}.{name}"


@every_operation
def test_call_that_changes_something_says_what_it_takes(api, operation):
    assert (operation.method in ("POST", "PUT", "PATCH")) is bool(operation.takes)
    assert all(body.model.description and body.examples for body in operation.takes)
    names = Counter(name for body in operation.takes for name in body.examples)
    assert set(names.values()) <= {1}


@every_operation
def test_forms_of_a_body_differ_in_the_values_of_one_member(api, operation):
    if len(operation.takes) > 1:
        first, *others = (body.model for body in operation.takes)
        name = next(name for name, item in first.fields.items() if item.values)
        assert all(name in model.always for model in (first, *others))
        values = Counter(v for model in (first, *others) for v in model.fields[name].values)
        assert values
        assert set(values.values()) == {1}


@every_api
def test_names_of_models_and_operations_are_its_own(api):
    names = Counter(operation.name for operation in api.operations)
    assert set(names.values()) == {1}
    by_name = {}
    for operation in api.operations:
        for model in shapes(operation):
            assert by_name.setdefault(model.name, model) is model


@pytest.mark.parametrize("scheme", [None, "subscription-key", "bearer-token", "api-key"])
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_words_every_reason(dialect, reason, scheme):
    for wait_seconds in (None, 7):
        problem = Problem(reason, "A sentence.", scheme=scheme, wait_seconds=wait_seconds)
        response = dialect.refuse(problem, "4bf92f3577b34da6a3ce929d0e0e4736")
        assert 400 <= response.status < 600
        names = [name for name, _ in response.headers]
        assert all(name == name.lower() for name in names)
        if reason in (Reason.QUOTA_SPENT, Reason.TOO_MANY_AT_ONCE):
            assert (b"retry-after" in names) == (wait_seconds is not None)
        if response.body and b"json" in response.content_type:
            json.loads(response.body)


def test_no_two_operations_of_a_provider_have_one_address():
    addresses = Counter(
        (api.provider, operation.method, re.sub(r"\{\w+\}", "{}", path))
        for api in HOSTED_APIS
        for operation in api.operations
        for path in (operation.path, *operation.aliases)
    )
    assert [address for address, times in addresses.items() if times > 1] == []


def test_no_two_apis_of_a_provider_have_one_slug():
    slugs = Counter((api.provider, api.slug) for api in HOSTED_APIS)
    assert set(slugs.values()) == {1}


def test_apis_that_share_a_product_share_its_limits():
    limits = {}
    for api in HOSTED_APIS:
        assert limits.setdefault((api.provider, api.product), api.limits) == api.limits


@every_operation
def test_example_is_what_the_operation_returns(api, operation):
    if operation.returns is None:
        return
    rows = operation.example if operation.many else [operation.example]
    assert rows
    for row in rows:
        assert list(faults(row, operation.returns)) == []


@every_operation
def test_example_can_be_answered_and_survives_the_way(api, operation):
    if operation.returns is not None:
        response = (operation.dialect or api.dialect).answer(None, operation.example)
        assert json.loads(response.body) == operation.example


PLAIN = {
    Kind.STRING: lambda value: isinstance(value, str),
    Kind.DATE_TIME: lambda value: datetime.fromisoformat(value).tzinfo is not None,
    Kind.DATE: lambda value: date.fromisoformat(value) is not None,
    Kind.URI: lambda value: re.match(r"[a-z]+://", value) is not None,
    Kind.INTEGER: lambda value: type(value) is int,
    Kind.NUMBER: lambda value: type(value) in (int, float),
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
}


def faults(value, model, where=""):
    """Yield where a value is not what its model says, at every depth."""
    if set(value) != set(model.fields):
        yield f"{where}: {set(value) ^ set(model.fields)}"
        return
    for name, item in model.fields.items():
        here = f"{where}.{name}"
        inner = value[name] if item.many else [value[name]]
        for one in inner:
            if one is None:
                if not item.nullable:
                    yield f"{here} is null"
            elif isinstance(item.kind, Model):
                yield from faults(one, item.kind, here)
            elif not PLAIN[item.kind](one) or (item.values and one not in item.values):
                yield f"{here} is {one!r}"
        exemplary = item.example is not None and not isinstance(item.kind, Model)
        if exemplary and not PLAIN[item.kind](item.example):
            yield f"the example of {here} is {item.example!r}"
