"""The life of a call, gate by gate, on a platform made by hand."""

import logging
from dataclasses import replace

import pytest

from sluis.core.access import Grant
from sluis.core.caller import Caller
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason
from sluis.core.subscription import State
from sluis.gateway.snapshot import Access
from tests.gateway.world import (
    BOTTLE,
    NOT_ASKED,
    NOW,
    SHIP,
    World,
    api,
    environment,
    operation,
    raises,
    refused_with,
    said,
    serving,
)


async def test_answers_a_call():
    world = World()
    response = await world.call_as_known()
    assert (response.status, said(response)) == (200, [BOTTLE])


async def test_hands_the_operation_all_that_it_needs():
    seen = []
    world = serving(operation("get", "/v1/{imo}", handler=seen.append))
    world.platform.snapshot = replace(
        world.platform.snapshot,
        environments={
            "port/uat": replace(
                world.platform.snapshot.environments["port/uat"], clock_offset_seconds=-1e9
            )
        },
    )
    response = await world.call_as_known("/v1/9%2F7", query="a=1")
    (call,) = seen
    assert call.environment == "port/uat"
    assert call.path == {"imo": "9/7"}
    assert call.caller == Caller("app-1", "org-1", None)
    assert call.store == "the store"
    assert call.now.timestamp() == NOW - 1e9
    assert call.base_url == "http://localhost:8000/port/uat"
    assert call.request.query.one("a") == "1"
    assert f"trace-id: {call.trace}\r\n".encode() in response.lines


async def test_leaves_only_what_was_granted():
    grant = Grant(frozenset({"list-ships"}), {"ship": frozenset({"home"}), "port": frozenset()})
    access = {("org-1", "ships"): Access("s", State.ACTIVE, grant)}
    response = await World(environment(access=access)).call_as_known()
    assert said(response) == [{"imo": 9_074_729, "home": {}}]


async def test_a_head_is_answered_as_its_get():
    assert (await World().call_as_known(method="HEAD")).status == 200


async def test_what_is_answered_later_has_no_head():
    """Nobody would see by which reference: a step would be applied for nothing."""
    later = operation("list", "/list", (), work=lambda work, state: None)
    response = await serving(later).call("/list", method="HEAD")
    assert refused_with(response) == Reason.METHOD_NOT_ALLOWED
    assert dict(response.headers)[b"allow"] == b"GET"


async def test_the_api_words_its_refusals_and_the_platform_those_before_an_api_is_known():
    assert (await World().call()).status == 470
    unknown = await World().call("/v1/boats")
    assert (unknown.status, unknown.content_type) == (404, b"application/problem+json")


async def test_tells_which_methods_an_address_answers():
    response = await World().call_as_known(method="DELETE")
    assert dict(response.headers)[b"allow"] == b"GET, POST, HEAD"
    response = await World().call_as_known("/v1/ships/7", method="OPTIONS")
    assert dict(response.headers)[b"allow"] == b"GET, HEAD"


class Refusing:
    def refuse(self, problem, trace):
        return Response(405)


async def test_whatever_is_answered_with_405_names_the_methods():
    nothing = operation("find", "/find", (), handler=raises(Problem(Reason.NOT_FOUND, "None.")))
    world = serving(nothing, dialect=Refusing())
    response = await world.call("/find")
    assert (response.status, dict(response.headers)[b"allow"]) == (405, b"GET, HEAD")


UNREAD = {
    Reason.TOO_LARGE: "A body may have 1048576 bytes at most.",
    Reason.MALFORMED: "The body did not arrive in time.",
}


@pytest.mark.parametrize("reason", UNREAD)
async def test_a_body_that_is_not_there_is_refused_in_the_words_of_the_api(reason):
    world = World()
    unread = Problem(reason, UNREAD[reason])
    response = await world.call_as_known(method="POST", unread=unread)
    assert refused_with(response) == reason
    assert said(response)["because"] == UNREAD[reason]
    assert [one.reason for one in world.records] == [reason]


async def test_tells_how_large_a_body_the_api_takes_whatever_was_read_of_it():
    world = World(environment(apis=(api(body_bytes=200),)))
    for unread, body in ((None, b"a" * 201), (Problem(Reason.TOO_LARGE, "1 MB."), b"")):
        response = await world.call_as_known(method="POST", unread=unread, body=body)
        assert said(response)["because"] == "A body may have 200 bytes at most."


async def test_where_nothing_is_published_a_body_that_is_too_large_is_not_looked_at():
    unread = Problem(Reason.TOO_LARGE, "1 MB.")
    assert (await World().call("/v1/boats", unread=unread)).status == 404


async def test_a_fault_is_told_with_its_trace_and_nothing_else(caplog):
    world = serving(operation("fail", "/fail", handler=raises(ValueError("secret"))))
    with caplog.at_level(logging.CRITICAL):
        response = await world.call_as_known("/fail")
    body = said(response)
    assert refused_with(response) == Reason.FAULT
    assert body["trace"] in body["because"]
    assert body["because"].endswith(" Status: http://localhost:8000/status/port/")
    assert b"secret" not in response.body
    assert b"Traceback" not in response.body


async def test_a_fault_is_logged_once_with_its_trace(caplog):
    world = serving(operation("fail", "/fail", handler=raises(ValueError("secret"))))
    response = await world.call_as_known("/fail")
    (logged,) = caplog.records
    assert logged.trace == said(response)["trace"]
    assert "secret" in caplog.text


async def test_an_operation_refuses_in_the_words_of_its_api():
    world = serving(operation("fail", "/fail", handler=raises(NOT_ASKED)))
    assert said(await world.call_as_known("/fail"))["because"] == "This is not yours."


# Cookies


async def test_an_api_sees_no_cookie_and_sets_none():
    seen = []

    def handler(call):
        seen.append(call.request.headers)

    class Sets:
        def answer(self, call, result):
            return Response(200, headers=[(b"set-cookie", b"a=b"), (b"etag", b'"1"')])

    world = serving(operation("get", "/v1", handler=handler), dialect=Sets())
    response = await world.call_as_known("/v1", cookie="sessionid=1")
    assert b"cookie" not in seen[0]
    assert response.headers == [(b"etag", b'"1"')]


def test_the_model_of_these_tests_has_a_field_that_can_be_hidden():
    assert SHIP.always < SHIP.fields.keys()
