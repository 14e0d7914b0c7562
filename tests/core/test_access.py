"""`trim` is the rule, `compiled` its fast twin; neither ever shows what was not granted."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluis.core.access import Grant, compiled, models_of, trim, whole
from sluis.core.api import Field, Kind, Model, Operation

CITY = Model("city", {"name": Field(Kind.STRING), "code": Field(Kind.STRING)})
SHIP = Model(
    "ship",
    {
        "id": Field(Kind.INTEGER),
        "name": Field(Kind.STRING),
        "home": Field(CITY),
        "calls": Field(CITY, many=True),
    },
    always=frozenset({"id"}),
)
BOTTLE = {
    "id": 7,
    "name": "Bottle",
    "home": {"name": "Antwerpen", "code": "BEANR"},
    "calls": [{"name": "Gent", "code": "BEGNE"}, {"name": "Brugge", "code": "BEZEE"}],
}


def granted(**fields):
    return Grant(fields={model: frozenset(names.split()) for model, names in fields.items()})


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        pytest.param(Grant(), {"id": 7}, id="nothing granted"),
        pytest.param(granted(ship="name"), {"id": 7, "name": "Bottle"}, id="one field"),
        pytest.param(granted(ship="name owner"), {"id": 7, "name": "Bottle"}, id="an unknown one"),
        pytest.param(granted(ship="home"), {"id": 7, "home": {}}, id="an object of nothing"),
        pytest.param(
            granted(ship="home calls", city="code"),
            {"id": 7, "home": {"code": "BEANR"}, "calls": [{"code": "BEGNE"}, {"code": "BEZEE"}]},
            id="at every depth",
        ),
    ],
)
@pytest.mark.parametrize(
    "trimmed",
    [
        pytest.param(lambda value, grant: trim(value, SHIP, grant), id="trim"),
        pytest.param(lambda value, grant: compiled(SHIP, grant)(value), id="compiled"),
        pytest.param(lambda value, grant: grant.trimmer(SHIP)(value), id="trimmer"),
    ],
)
def test_leaves_what_was_granted(trimmed, grant, seen):
    assert trimmed(BOTTLE, grant) == seen
    assert trimmed([BOTTLE, BOTTLE], grant) == [seen, seen]


@pytest.mark.parametrize("instead", ["Antwerpen", 7, None, True, 1.5, ("a", "b")])
def test_shows_nothing_where_an_object_is_due_and_something_else_came(instead):
    grant = granted(ship="home", city="name code")
    assert trim({"home": instead}, SHIP, grant) == {"home": None}
    assert compiled(SHIP, grant)({"home": instead}) == {"home": None}


def test_leaves_the_value_that_it_was_given_as_it_was():
    value = {"id": 1, "home": {"name": "Gent", "code": "BEGNE"}}
    compiled(SHIP, granted(ship="home", city="name"))(value)
    assert value == {"id": 1, "home": {"name": "Gent", "code": "BEGNE"}}


def test_the_whole_grant_shows_every_field_and_allows_every_operation():
    listing = Operation("list", "GET", "/ships", (), print, returns=SHIP)
    removal = Operation("remove", "DELETE", "/ships", (), print)
    grant = whole((listing, removal))
    assert grant.trimmer(SHIP)(BOTTLE) == BOTTLE
    assert grant.allows(listing)
    assert grant.allows(removal)


def test_a_grant_of_one_operation_allows_no_other():
    grant = Grant(frozenset({"list"}))
    assert grant.allows(Operation("list", "GET", "/ships", (), print))
    assert not grant.allows(Operation("remove", "DELETE", "/ships", (), print))


# Whatever the models, the grant and the value are.

CALMLY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
KNOWN, UNKNOWN = tuple("abcd"), tuple("xyz")
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=3)


@st.composite
def models(draw, depth=4):
    """Return a model of up to four members, nested up to so deep; no two share a name."""
    numbers = count()

    def made(depth):
        fields = {}
        for name in draw(st.lists(st.sampled_from(KNOWN), unique=True, max_size=4)):
            nested = depth > 1 and draw(st.booleans())
            fields[name] = Field(made(depth - 1) if nested else Kind.STRING, many=draw(BOOLEANS))
        always = draw(st.sets(st.sampled_from([*KNOWN, *UNKNOWN]), max_size=2))
        return Model(f"model-{next(numbers)}", fields, frozenset(always))

    return made(depth)


BOOLEANS = st.booleans()


@st.composite
def grants(draw, model):
    names = st.frozensets(st.sampled_from([*KNOWN, *UNKNOWN]))
    fields = {inner.name: draw(names) for inner in models_of(model) if draw(st.booleans())}
    return Grant(fields=fields)


@st.composite
def answers(draw, model):
    """Return what an operation may hand over: mostly as published, now and then anything."""
    shape = draw(st.sampled_from(["object", "object", "object", "list", "other"]))
    if shape == "other":
        return draw(PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text("ab"), PLAIN))
    if shape == "list":
        return draw(st.lists(answers(model), max_size=3))
    value = {name: draw(PLAIN) for name in draw(st.sets(st.sampled_from(UNKNOWN)))}
    for name, item in model.fields.items():
        if draw(st.booleans()) or draw(st.booleans()):
            kind = item.kind
            value[name] = draw(answers(kind) if isinstance(kind, Model) else PLAIN)
    return value


@st.composite
def cases(draw):
    model = draw(models())
    return model, draw(grants(model)), draw(answers(model))


def leaks(value, model, grant):
    """Return every member that is shown and neither granted nor always shown, at any depth."""
    if isinstance(value, list):
        return [leak for item in value for leak in leaks(item, model, grant)]
    if value is None:
        return []
    if not isinstance(value, dict):
        return [value]
    found = [name for name in value if name not in grant.visible(model) & model.fields.keys()]
    for name, item in model.fields.items():
        if name in value and isinstance(item.kind, Model):
            found += leaks(value[name], item.kind, grant)
    return found


def missing(shown, value, model, grant):
    """Return every member that should be shown, and is not or is another."""
    if isinstance(value, list):
        return [m for s, v in zip(shown, value, strict=True) for m in missing(s, v, model, grant)]
    found = []
    for name, item in model.fields.items() if isinstance(value, dict) else ():
        if name in value and name in grant.visible(model):
            if name not in shown:
                found.append(name)
            elif isinstance(item.kind, Model):
                found += missing(shown[name], value[name], item.kind, grant)
            elif shown[name] != value[name]:
                found.append(name)
    return found


@CALMLY
@given(cases())
def test_never_shows_what_was_not_granted(case):
    model, grant, value = case
    assert leaks(trim(value, model, grant), model, grant) == []


@CALMLY
@given(cases())
def test_always_shows_what_was_granted(case):
    model, grant, value = case
    assert missing(trim(value, model, grant), value, model, grant) == []


@CALMLY
@given(cases())
def test_does_the_same_compiled(case):
    model, grant, value = case
    assert compiled(model, grant)(value) == trim(value, model, grant)
