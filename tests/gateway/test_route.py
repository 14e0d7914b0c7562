"""An address leads to one operation, or to none; parameters are single segments, decoded."""

import pytest

from sluis.core.quota import Limit
from sluis.gateway import route
from sluis.gateway.route import routes
from tests.gateway.world import SCHEMES, api, operation


def served(*operations, limits=None, **more):
    return routes([api(*operations, **more)], SCHEMES, limits or {})


def at(path, **more):
    return operation(path, path, **more)


def found(made, path, method="GET"):
    endpoints, parameters = made.find(path)
    endpoint = endpoints.get(method)
    return (endpoint.operation.path if endpoint else None), dict(parameters)


SHIPS = (at("/ships"), at("/ships/{imo}"), at("/ships/{imo}/calls/{call}"), at("/ships/latest"))


@pytest.mark.parametrize(
    ("path", "operation", "parameters"),
    [
        pytest.param("/ships", "/ships", {}, id="a fixed address"),
        pytest.param("/ships/7", "/ships/{imo}", {"imo": "7"}, id="a parameter"),
        pytest.param(
            "/ships/7/calls/8", "/ships/{imo}/calls/{call}", {"imo": "7", "call": "8"}, id="two"
        ),
        pytest.param("/ships/latest", "/ships/latest", {}, id="a fixed address goes first"),
        pytest.param("/ships/a%20b%C3%A9", "/ships/{imo}", {"imo": "a bé"}, id="encoded"),
        pytest.param("/ships/7%2Fcalls", "/ships/{imo}", {"imo": "7/calls"}, id="encoded slash"),
        pytest.param("/ships/%2525", "/ships/{imo}", {"imo": "%25"}, id="decoded once"),
        pytest.param("/ships/7+8", "/ships/{imo}", {"imo": "7+8"}, id="a plus is a plus"),
        pytest.param("/ships/", None, {}, id="a slash at the end"),
        pytest.param("/Ships", None, {}, id="another case"),
        pytest.param("/ships/7/", None, {}, id="an empty segment"),
        pytest.param("//ships", None, {}, id="a doubled slash"),
        pytest.param("/ships%2F7", None, {}, id="an encoded slash parts nothing"),
        pytest.param("/boats/../ships", None, {}, id="dots lead nowhere"),
        pytest.param(
            "/ships/7\n", "/ships/{imo}", {"imo": "7\n"}, id="the pattern ends at the end"
        ),
        pytest.param("/ships/%00", None, {}, id="a NUL"),
        pytest.param("", None, {}, id="nothing"),
    ],
)
def test_leads_to(path, operation, parameters):
    assert found(served(*SHIPS), path) == (operation, parameters)


def test_dots_in_an_address_are_dots():
    assert found(served(at("/v1.0/{file}.json")), "/v1x0/a.json") == (None, {})
    assert found(served(at("/v1.0/{file}.json")), "/v1.0/axjson") == (None, {})
    assert found(served(at("/v1.0/{file}.json")), "/v1.0/a.json")[1] == {"file": "a"}


def test_one_address_serves_several_methods():
    made = served(at("/ships/{imo}"), at("/ships/{imo}", method="DELETE"))
    assert list(made.find("/ships/7")[0]) == ["GET", "DELETE"]


def test_finds_the_same_again_and_forgets_what_would_be_too_much(monkeypatch):
    monkeypatch.setattr(route, "MATCHED_AT_MOST", 10)
    made = served(*SHIPS)
    paths = [f"/ships/{number}" for number in range(25)] * 2
    for path in paths:
        _, parameters = made.find(path)
        assert list(parameters.values()) == [path.rpartition("/")[2]]
        assert made.find(path)[1] == parameters
        assert len(made.matched) <= 10
    for path in ("/nowhere/1", "/ships/a%00b"):
        assert made.find(path) == ({}, {})
        assert path not in made.matched


def test_an_alias_leads_to_the_same_operation():
    made = served(at("/ships/{imo}", aliases=("/v0/vessel/{imo}", "/v0/vessels")))
    assert found(made, "/v0/vessel/7") == ("/ships/{imo}", {"imo": "7"})
    assert found(made, "/v0/vessels") == ("/ships/{imo}", {})


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param([at("/ships"), at("/ships")], id="one address twice"),
        pytest.param([at("/ships"), at("/all", aliases=("/ships",))], id="an alias"),
        pytest.param([at("/ships/{imo}"), at("/ships/{imo}")], id="one with a parameter"),
        pytest.param([at("/ships/{imo}"), at("/ships/{id}")], id="under another name"),
        pytest.param(
            [at("/ships/{imo}"), at("/ships/{id}", method="DELETE")],
            id="under another name for another method, which would never be found",
        ),
    ],
)
def test_refuses_to_serve_an_address_twice(operations):
    with pytest.raises(ValueError, match="ships"):
        served(*operations)


def test_refuses_to_serve_an_address_of_another_api_again():
    with pytest.raises(ValueError, match="GET /ships is served twice"):
        routes([api(at("/ships")), api(at("/ships"), slug="other")], SCHEMES, {})


def test_knows_beforehand_what_an_operation_needs():
    made = served(at("/ships"), at("/open", schemes=()))
    endpoint = made.find("/ships")[0]["GET"]
    assert [scheme.name for scheme in endpoint.schemes] == ["subscription-key", "bearer-token"]
    assert b"authorization" in endpoint.headers
    assert "subscription-key" in endpoint.query_parameters
    assert made.find("/open")[0]["GET"].schemes == ()


def test_the_limits_of_an_environment_replace_those_of_the_api():
    ours, theirs = (Limit("minute", 1, 60.0),), (Limit("day", 2, 86_400.0),)
    plain = served(at("/ships"), limits=None)
    assert plain.find("/ships")[0]["GET"].limits == ()
    made = routes([api(at("/ships"), limits=ours)], SCHEMES, {"ships": theirs, "cars": ours})
    assert made.find("/ships")[0]["GET"].limits == theirs
