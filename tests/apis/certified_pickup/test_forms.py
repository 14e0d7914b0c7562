"""What is documented of a body is what is taken, and what is taken is documented."""

import copy
import re

import pytest

from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.wire.reading import KNOWN
from sluis.core.api import Kind, Model
from tests.apis.certified_pickup.platform import CHANNELS, OPERATIONS, Platform
from tests.apis.certified_pickup.seed import BULK, RELEASE, RIGHT, SWITCH

BY_TERMINALS = {"report-light", "report-lights", "report-gate-out"}
EVENTS = {"Discharge", "GateIn", "GateOut"}
EXAMPLES = [
    pytest.param(operation.name, body, name, id=f"{operation.name} {name}")
    for operation in API.operations
    for body in operation.takes
    for name in body.examples
]
every_example = pytest.mark.parametrize(("operation", "form", "name"), EXAMPLES)


def sent(operation, name, body):
    """Return the status with which a call is answered, that comes from whom it behoves."""
    who = "terminal" if operation in BY_TERMINALS or name in EVENTS else "agent"
    path = {
        "port_locode": "BEANR",
        "equipment_number": "CAIU7654321",
        "ingestion_id": CHANNELS[who] if operation == "ingest" else "",
    }
    return Platform().ask(operation, who, body, **path).status


def places(model, value, *way):
    """Yield each member of a shape at every depth: where it is, and what is said of it."""
    for name, item in model.fields.items():
        yield (*way, name), item, name in model.always
        if isinstance(item.kind, Model):
            inner = value[name][0] if item.many else value[name]
            yield from places(item.kind, inner, *way, name, *([0] if item.many else []))


def shapes(model, *way):
    yield way, model
    for name, item in model.fields.items():
        if isinstance(item.kind, Model):
            yield from shapes(item.kind, *way, name, *([0] if item.many else []))


def changed(body, way, *value):
    """Return the body with another value at a place, or without what is there."""
    made = copy.deepcopy(body)
    inner = made
    for name in way[:-1]:
        inner = inner[name]
    if value:
        inner[way[-1]] = value[0]
    else:
        inner.pop(way[-1], None)
    return made


def exemplary(value):
    """Return an example of each member that any example has, by name."""
    if isinstance(value, list):
        return {name: one for item in value for name, one in exemplary(item).items()}
    if not isinstance(value, dict):
        return {}
    inner = {name: one for item in value.values() for name, one in exemplary(item).items()}
    return inner | value


KNOWN_VALUES = exemplary([form.values[1].examples[form.values[2]] for form in EXAMPLES])
OTHERS = {"reasonForAction": "It is late.", "stayNumber": "241234"}


def full(model, body):
    """Return an example with every member that its shape has."""
    made = {}
    for name, item in model.fields.items():
        value = body.get(name, OTHERS.get(name, KNOWN_VALUES.get(name)))
        if isinstance(item.kind, Model):
            value = [full(item.kind, one) for one in value] if item.many else value
        made[name] = value
    return made


def test_every_call_with_a_body_says_what_it_takes():
    silent = [one.name for one in API.operations if one.method != "GET" and not one.takes]
    assert silent == []


def test_every_action_has_an_example():
    for operation in API.operations:
        for body in operation.takes:
            named = body.model.fields.get("actionType")
            assert named is None or named.values == tuple(body.examples)
            for name, example in body.examples.items():
                assert example.get("actionType", name) == name


@every_example
def test_example_is_taken(operation, form, name):
    assert sent(operation, name, form.examples[name]) == 202


@every_example
def test_every_member_is_taken_and_what_is_needed_cannot_be_left_out(operation, form, name):
    body = full(form.model, form.examples[name])
    assert sent(operation, name, body) == 202
    for way, _, needed in places(form.model, body):
        assert sent(operation, name, changed(body, way)) == (400 if needed else 202), way


@every_example
def test_what_is_read_is_described_and_what_is_described_is_read(operation, form, name):
    body = full(form.model, form.examples[name])
    for way, shape in shapes(form.model):
        for member in KNOWN:
            status = sent(operation, name, changed(body, (*way, member), {"no": "value"}))
            assert (status == 400) is (member in shape.fields), (way, member)


@every_example
def test_takes_the_values_of_a_closed_list_and_no_other(operation, form, name):
    body = full(form.model, form.examples[name])
    for way, item, _ in places(form.model, body):
        for value in item.values if way != ("actionType",) else ():
            assert sent(operation, name, changed(body, way, value)) == 202, (way, value)
        if item.values:
            assert sent(operation, name, changed(body, way, "Other")) == 400, way


@every_example
def test_takes_texts_as_long_as_they_may_be_and_no_longer(operation, form, name):
    body = full(form.model, form.examples[name])
    for way, item, needed in places(form.model, body):
        if item.length is None:
            assert item.values or item.pattern or item.kind is not Kind.STRING, way
            continue
        least, most = item.length
        listed = [0] if item.many else []
        assert (least > 0) is (needed and not item.many), way
        text = "accept" if way == ("script",) else "x"
        for length, status in ((most, 202), (most + 1, 400)):
            there = changed(body, (*way, *listed), text.ljust(length))
            assert sent(operation, name, there) == status, way
        if least:
            assert sent(operation, name, changed(body, way, "")) == 400, way


@every_example
def test_takes_lists_as_long_as_they_may_be_and_no_longer(operation, form, name):
    body = full(form.model, form.examples[name])
    for way, item, needed in places(form.model, body):
        assert (item.items is not None) is item.many, way
        if item.many:
            least, most = item.items
            assert least == int(needed)
            one = full(item.kind, {}) if isinstance(item.kind, Model) else "BL"
            for count, status in ((most, 202), (most + 1, 400), (0, 400 if needed else 202)):
                many = [one if isinstance(one, dict) else f"{one}{n}" for n in range(count)]
                assert sent(operation, name, changed(body, way, many)) == status, (way, count)


@pytest.mark.parametrize(
    ("member", "good", "bad"),
    [
        ("equipmentNumber", ["ABCD0000000"], ["ABCD000000", "ABC00000000", "ABCD00000000"]),
        ("portLoCode", ["BEANR", "BE2NR"], ["BEAN", "BEANRX", "1EANR"]),
        ("terminalCode", ["1", "a1B2c3D4e5"], ["a1B2c3D4e5f", "1-1"]),
        ("equipmentType", ["22G1", "Container"], ["22G", "22G1X", "2-G1"]),
    ],
)
def test_patterns_are_those_that_are_checked(member, good, bad):
    form = OPERATIONS["ingest"].takes[0]
    pattern = re.compile(form.model.fields[member].pattern)
    for value in (*good, *bad):
        assert bool(pattern.fullmatch(value)) is (value in good)
        status = sent("ingest", "Release", changed(form.examples["Release"], (member,), value))
        assert status == (202 if value in good else 400), value


def test_describes_the_templates_of_the_guide():
    ingest, right, rights = (
        OPERATIONS[name].takes for name in ("ingest", "act-on-right", "act-on-rights")
    )
    assert RELEASE.keys() == ingest[0].model.fields.keys() == ingest[0].examples["Release"].keys()
    assert SWITCH.keys() == ingest[1].model.fields.keys() == ingest[1].examples["Delete"].keys()
    assert RIGHT.keys() == right[0].model.fields.keys() == right[1].model.fields.keys()
    assert rights[0].examples["Transfer"] == BULK


def test_examples_do_what_they_say():
    port = Platform()
    for body in OPERATIONS["ingest"].takes[:2]:
        for name, example in body.examples.items():
            port.ingest(example)
            assert port.told_to("agent", "NotValidated") == [], name
    assert port.told_to("agent", "Delete")
