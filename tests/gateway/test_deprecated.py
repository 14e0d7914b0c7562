"""Calls of a version that will go: every answer says so, and after its sunset none is served."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sluis.core.problem import Reason
from sluis.core.version import Deprecation
from sluis.gateway.notice import notice
from sluis.gateway.route import routes
from tests.gateway.world import (
    NOT_ASKED,
    NOW,
    SCHEMES,
    World,
    api,
    environment,
    operation,
    per_minute,
    raises,
    refused_with,
    without,
)

TODAY = datetime.fromtimestamp(NOW, UTC)
NOTES = "https://port.example/notes"
DAY = timedelta(days=1)
SAID = Deprecation("v1", TODAY - DAY, TODAY + DAY, NOTES)
TOLD = [
    (b"deprecation", b"@1699913600"),
    (b"sunset", b"Wed, 15 Nov 2023 22:13:20 GMT"),
    (b"link", b'<%b>; rel="deprecation", <%b>; rel="sunset"' % (NOTES.encode(), NOTES.encode())),
]
OPERATIONS = (
    operation("list", "/v1/ships"),
    operation("open", "/v1/open", ()),
    operation("refuse", "/v1/refuse", handler=raises(NOT_ASKED)),
    operation("fail", "/v1/fail", handler=raises(RuntimeError)),
    operation("link", "/v1/link", handler=lambda call: None, quick=lambda call: True),
)


def world(said=SAID, *operations, offset=0.0, **more):
    served = api(*(operations or OPERATIONS), **more)
    made = environment(apis=(served,), clock_offset_seconds=offset)
    return World(replace(made, routes=routes((served,), SCHEMES, {}, {"ships": said})))


def told(response):
    names = [name for name, _ in TOLD]
    return [pair for pair in response.headers if pair[0] in names]


@pytest.mark.parametrize("path", ["/v1/ships", "/v1/open", "/v1/refuse", "/v1/fail"])
async def test_every_answer_says_so(path):
    assert told(await world().call_as_known(path)) == TOLD


@pytest.mark.parametrize(
    "call",
    [
        pytest.param({"method": "DELETE"}, id="another method"),
        pytest.param({"method": "HEAD"}, id="without a body"),
        pytest.param({"body": b"a" * 2_000_000}, id="a body too large"),
        pytest.param({"unread": NOT_ASKED}, id="a body that never came"),
    ],
)
async def test_a_refusal_before_the_caller_is_known_says_so_too(call):
    assert told(await world().call_as_known(**call)) == TOLD
    assert told(await world().call("/v1/ships", authorization="Bearer no")) == TOLD


async def test_what_is_not_of_the_api_says_nothing():
    assert told(await world().call_as_known("/v1/none")) == []


async def test_a_version_that_stays_says_nothing():
    assert told(await World().call_as_known()) == []


@pytest.mark.parametrize(
    ("said", "names"),
    [
        pytest.param(Deprecation("v1", TODAY), [b"deprecation"], id="no end, no notes"),
        pytest.param(Deprecation("v1", TODAY, TODAY), [b"deprecation", b"sunset"], id="an end"),
        pytest.param(Deprecation("v1", TODAY, None, NOTES), [b"deprecation", b"link"], id="notes"),
    ],
)
def test_tells_what_was_said_and_no_more(said, names):
    assert [name for name, _ in notice(said)] == names


def test_tells_every_time_in_gmt():
    amsterdam = TODAY.astimezone(datetime.strptime("+0200", "%z").tzinfo)
    assert notice(replace(SAID, since=amsterdam - DAY, sunset=amsterdam + DAY)) == tuple(TOLD)


class TestAfterItsSunset:
    AFTER = 86_400.0

    async def test_who_is_known_is_refused_and_nothing_is_done(self):
        done = []
        one = operation("do", "/v1/do", method="POST", handler=done.append)
        response = await world(SAID, one, offset=self.AFTER).call_as_known("/v1/do", "POST")
        assert refused_with(response) == Reason.RETIRED
        assert NOTES.encode() in response.body
        assert told(response) == TOLD
        assert done == []

    async def test_a_second_before_it_is_served(self):
        response = await world(offset=self.AFTER - 1).call_as_known()
        assert response.status == 200

    async def test_an_operation_for_everybody_is_refused(self):
        assert refused_with(await world(offset=self.AFTER).call("/v1/open")) == Reason.RETIRED

    async def test_who_is_not_known_is_told_that_first(self):
        response = await world(offset=self.AFTER).call(**without("authorization"))
        assert refused_with(response) == Reason.CREDENTIAL_MISSING

    async def test_calls_count_in_no_limit_and_are_recorded(self):
        retired = world(offset=self.AFTER, limits=per_minute(1))
        found = [refused_with(await retired.call_as_known()) for _ in range(3)]
        assert found == [Reason.RETIRED] * 3
        assert [record.reason for record in retired.records] == [Reason.RETIRED] * 3
        assert {record.organisation for record in retired.records} == {"org-1"}
