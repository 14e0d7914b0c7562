"""The numbers of this process, counted as the records of its calls are stored."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from sluis.core.message import Request
from sluis.gateway.records import Record
from sluis.server.answers.records import Totals, grouped
from sluis.server.health import metrics


def record(microseconds=600, **more):
    values = {
        "trace": "t",
        "at": 1.0,
        "environment": "port/uat",
        "api": "ships",
        "operation": "list",
        "application": None,
        "organisation": None,
        "person": None,
        "status": 200,
        "reason": None,
        "request_bytes": 0,
        "response_bytes": 0,
    }
    return Record(microseconds=microseconds, **values | more)


def told(*batches):
    totals, registry = Totals(), CollectorRegistry()
    for batch in batches:
        totals.count(grouped(batch))
    registry.register(totals)
    lines = generate_latest(registry).decode().split("\n")
    return dict(line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))


CALL = 'sluis_calls_total{api="ships",environment="port/uat",operation="list",status="200"}'
PLACE = 'api="ships",environment="port/uat"'


def test_counts_calls_by_what_became_of_them():
    lines = told([record(), record(), record(status=429)], [record()])
    assert lines[CALL] == "3.0"
    assert lines[CALL.replace("200", "429")] == "1.0"


@pytest.mark.parametrize(
    ("microseconds", "below", "above"),
    [
        pytest.param(1, "0.0005", None, id="the fastest"),
        pytest.param(500, "0.0005", None, id="exactly at a bound"),
        pytest.param(501, "0.001", "0.0005", id="just above it"),
        pytest.param(20_000_000, "+Inf", "15.0", id="the slowest"),
    ],
)
def test_counts_calls_by_how_long_they_took(microseconds, below, above):
    lines = told([record(microseconds)])
    assert lines[f'sluis_call_seconds_bucket{{{PLACE},le="{below}"}}'] == "1.0"
    if above:
        assert lines[f'sluis_call_seconds_bucket{{{PLACE},le="{above}"}}'] == "0.0"
    assert float(lines[f"sluis_call_seconds_sum{{{PLACE}}}"]) == microseconds / 1e6
    assert lines[f"sluis_call_seconds_count{{{PLACE}}}"] == "1.0"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        pytest.param("127.0.0.1", {}, 200, id="this machine"),
        pytest.param("::1", {}, 200, id="this machine, on IPv6"),
        pytest.param("10.0.0.1", {}, 403, id="another machine"),
        pytest.param("", {}, 403, id="nobody knows"),
        pytest.param("127.0.0.1", {b"x-forwarded-for": (b"::1",)}, 403, id="a proxy"),
        pytest.param("127.0.0.1", {b"forwarded": (b"for=::1",)}, 403, id="a modern proxy"),
        pytest.param("127.0.0.1", {b"via": (b"1.1 a",)}, 403, id="a shy proxy"),
    ],
)
def test_tells_this_machine_only(address, headers, status):
    request = Request("GET", "/metrics", headers=headers, address=address)
    assert metrics(request).status == status
