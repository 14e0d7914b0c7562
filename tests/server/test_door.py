"""Hostile and harmless requests to a Sluis that runs: all are answered, others are served."""

import contextlib
import json
import re
import socket
import ssl
import time
from urllib.parse import urlencode

import pytest

from sluis.server.portal.even_times import STEP_SECONDS
from sluis.server.wire import STANDING
from tests.server.process import Answer, answered

PATIENCE_S = 60
METEO = "/port/uat/opendata/meteo/v1/readings"
BRIDGES = "/port/uat/opendata/bridgesandlocks/v1/bridges/state"


@pytest.fixture(scope="module")
def credentials(running):
    return running.credentials()


def exchanged(port, request_text, *, host="127.0.0.1"):
    """Send bytes as they are, and end; return all that came back."""
    with socket.create_connection((host, port), timeout=PATIENCE_S) as connection:
        connection.sendall(request_text)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65_536):
                parts.append(part)
    return b"".join(parts)


def raw(line, *headers, body=b"", end=b"Connection: close"):
    lines = [line, b"Host: localhost", *headers, end]
    return b"\r\n".join([*(one for one in lines if one), b"", body])


def test_answers_a_call(running, credentials):
    answer = running.get(BRIDGES, **credentials)
    assert answer.status == 200
    assert json.loads(answer.body)


HOSTILE = [
    pytest.param(raw(b"GET / HTTP/1.1", b"X: " + b"a" * 33_000), id="33 kB of a header"),
    pytest.param(raw(b"GET / HTTP/1.1", *[b"X-%d: a" % n for n in range(101)]), id="101 headers"),
    pytest.param(raw(b"GET /" + b"a" * 60_000 + b" HTTP/1.1"), id="a huge address"),
    pytest.param(raw("GET /é HTTP/1.1".encode()), id="an address that is not ASCII"),
    pytest.param(raw(b"GET /%ff%fe HTTP/1.1"), id="an address that is no UTF-8"),
    pytest.param(raw(b"GET /%00 HTTP/1.1"), id="a NUL in an address"),
    pytest.param(raw(b"GET /\0 HTTP/1.1"), id="a NUL as it is"),
    pytest.param(raw(b"GET /%0d%0aSet-Cookie:a=b HTTP/1.1"), id="a line break in an address"),
    pytest.param(raw(b"GET /?a=%0d%0aSet-Cookie:a=b HTTP/1.1"), id="one in a parameter"),
    pytest.param(raw(b"GET /language/?next=%0d%0aX:1 HTTP/1.1"), id="one in a redirect"),
    pytest.param(raw(b"GET //evil.example/ HTTP/1.1"), id="two slashes"),
    pytest.param(raw(b"GET /../../etc/passwd HTTP/1.1"), id="dots"),
    pytest.param(raw(b"GET /static/%2e%2e/%2e%2e/settings.py HTTP/1.1"), id="encoded dots"),
    pytest.param(raw(b"GET http://localhost/ HTTP/1.1"), id="an address with a host"),
    pytest.param(raw(b"GET http://evil.example/ HTTP/1.1"), id="with another host"),
    pytest.param(raw(b"GET http://localhost HTTP/1.1"), id="with a host and no path"),
    pytest.param(raw(b"GET ? HTTP/1.1"), id="no path"),
    pytest.param(raw(b"OPTIONS * HTTP/1.1"), id="every address"),
    pytest.param(raw(b"CONNECT localhost:22 HTTP/1.1"), id="CONNECT"),
    pytest.param(raw(b"TRACE / HTTP/1.1"), id="TRACE"),
    pytest.param(raw(b"BREW / HTTP/1.1"), id="an unknown method"),
    pytest.param(raw(b"GET / HTTP/1.1", b"Upgrade: websocket"), id="an upgrade"),
    pytest.param(
        raw(b"GET / HTTP/1.1", b"Upgrade: h2c", end=b"Connection: Upgrade"), id="an upgrade to h2c"
    ),
    pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 100, id="TLS"),
    pytest.param(b"GET /\r\n", id="HTTP/0.9"),
    pytest.param(raw(b"GET / HTTP/1.0", end=b""), id="HTTP/1.0"),
    pytest.param(b"GET / HTTP/1.0\r\n\r\n", id="HTTP/1.0 without a host"),
    pytest.param(raw(b"GET / HTTP/9.9"), id="a version to come"),
    pytest.param(raw(b"GET / HTTP/1.1", b"Host: b"), id="two hosts"),
    pytest.param(
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", id="a foreign host"
    ),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a b\x01\r\nConnection: close\r\n\r\n", id="an odd host"),
    pytest.param(raw(b"GET / HTTP/1.1", b"X_Forwarded_For: 1", b"X-F: \xff\xfe"), id="odd headers"),
    pytest.param(raw(b"GET / HTTP/1.1", b"Cookie: \xff; sessionid=\0"), id="a NUL in a cookie"),
    pytest.param(raw(b"GET / HTTP/1.1", b"Cookie: sessionid=\xff;=;;"), id="an odd cookie"),
    pytest.param(raw(b"GET / HTTP/1.1", b"Accept-Language: " + b"a," * 9_000), id="languages"),
    pytest.param(
        raw(b"GET / HTTP/1.1", b"Accept-Encoding: \xff", b"Range: bytes=-1,1-"), id="ranges"
    ),
    pytest.param(raw(b"POST / HTTP/1.1", b"Content-Length: 9", body=b"abc"), id="half a body"),
    pytest.param(raw(b"POST / HTTP/1.1", b"Content-Length: x"), id="a length that is none"),
    pytest.param(raw(b"POST / HTTP/1.1", b"Content-Length: " + b"9" * 40), id="a huge length"),
    pytest.param(raw(b"POST / HTTP/1.1", b"Transfer-Encoding: gzip"), id="another encoding"),
    pytest.param(
        raw(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"zz\r\n"), id="no chunk"
    ),
    pytest.param(
        raw(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"f" * 20 + b"\r\n"),
        id="a chunk of exabytes",
    ),
    pytest.param(
        raw(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", b"Content-Length: 3", body=b"abc"),
        id="a length and chunks",
    ),
    pytest.param(
        raw(b"POST /accounts/login/ HTTP/1.1", b"Content-Length: 5", body=b"a=%00"), id="a form"
    ),
    pytest.param(
        raw(
            b"POST /accounts/login/ HTTP/1.1",
            b"Content-Type: multipart/form-data; boundary=\xff",
            b"Content-Length: 4",
            body=b"--\xff\r",
        ),
        id="a form in parts that are none",
    ),
    pytest.param(
        raw(
            b"POST /port/uat/connect/token HTTP/1.1",
            b"Content-Type: application/x-www-form-urlencoded",
            b"Content-Length: 33",
            body=b"grant_type=password&username=a%00",
        ),
        id="a NUL for the token endpoint",
    ),
    pytest.param(raw(b"GET " + METEO.encode() + b"?location=%00 HTTP/1.1"), id="a NUL for an API"),
    pytest.param(raw(b"GET " + METEO.encode() + b"?a=%ff HTTP/1.1"), id="no UTF-8 for an API"),
    pytest.param(raw(b"GET " + METEO.encode() + b"?" + b"a=1&" * 999 + b" HTTP/1.1"), id="many"),
    pytest.param(
        raw(b"GET " + METEO.encode() + b" HTTP/1.1", b"Authorization: Bearer " + b"a." * 9_000),
        id="a token without end",
    ),
    pytest.param(
        raw(b"GET " + METEO.encode() + b" HTTP/1.1", b"Ocp-Apim-Subscription-Key: \xff\xfe"),
        id="a key that is not ASCII",
    ),
]


@pytest.mark.parametrize("request_text", HOSTILE)
def test_a_hostile_request_is_no_fault_and_stops_nobody(running, request_text):
    answer = exchanged(running.port, request_text)
    assert answer[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"")
    assert b"\r\nset-cookie: a=b" not in answer.lower()
    assert running.get("/healthz").status == 200


@pytest.mark.parametrize("path", ["/", METEO], ids=["pages", "the gateway"])
def test_uploads_that_never_end_stop_nobody(running, credentials, path):
    half = raw(b"POST " + path.encode() + b" HTTP/1.1", b"Content-Length: 99", body=b"abc")
    with contextlib.ExitStack() as stack:
        for _ in range(12):
            slow = socket.create_connection(("localhost", running.port), timeout=PATIENCE_S)
            stack.enter_context(slow).sendall(half)
        assert running.get("/").status == 200
        assert running.get(BRIDGES, **credentials).status == 200


def test_who_forgot_a_password_waits_as_long_as_who_has_no_account(running):
    path = "/accounts/password/reset/"
    form = running.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.body.decode())[1]
    began = time.monotonic()
    answer = running.request(
        "POST",
        path,
        urlencode({"email": "nobody@example.org", "csrfmiddlewaretoken": token}),
        content_type="application/x-www-form-urlencoded",
        cookie=form.headers["set-cookie"].partition(";")[0],
    )
    assert (answer.status, answer.headers["location"]) == (302, f"{path}done/")
    assert time.monotonic() - began >= STEP_SECONDS


def test_answers_pipelined_requests_in_their_order(running, credentials):
    """The catalogue is a page and takes long, readings of a window wait for the pool."""
    shown = [f"{name.replace('_', '-')}: {text}".encode() for name, text in credentials.items()]
    paths = ("/catalogue/", BRIDGES, "/healthz", METEO + "?location=nowhere", BRIDGES)
    requests = [raw(f"GET {path} HTTP/1.1".encode(), *shown, end=b"") for path in paths]
    last = raw(b"GET /port/uat/none HTTP/1.1", *shown)
    answers = exchanged(running.port, b"".join([*requests, last])).split(b"HTTP/1.1 ")[1:]
    kinds = [re.search(rb"(?i)content-type: ([\w/]+)", one)[1] for one in answers]
    assert [kind == b"text/html" for kind in kinds] == [True] + [False] * 5
    assert answers[1].startswith(b"200")
    assert b'"ok"' in answers[2]
    assert answers[4].startswith(b"200")
    assert answers[5].startswith(b"404")


# One address of each API, and what a body over 1 MB is answered there.
TOO_LARGE = {
    "/port/uat/ingestion/v1/ingestion/1": (413, {"type", "title", "status", "detail", "instance"}),
    "/port/uat/certified-pickup/v1/notifications": (
        413,
        {"type", "title", "status", "detail", "instance"},
    ),
    BRIDGES: (413, {"statusCode", "message"}),
    "/parcels/sandbox/shipment/v1_1/barcode": (404, {"message", "http_status_code"}),
    "/port/uat/none": (404, {"type", "title", "status", "detail", "traceId"}),
    "/accounts/login/": (413, {"type", "title", "status", "detail", "traceId"}),
}


@pytest.mark.parametrize("path", TOO_LARGE)
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_a_body_over_1_mb_is_refused_in_the_words_of_its_api(running, path, announced):
    method = "POST" if "ingestion" in path or "login" in path else "GET"
    with running.connection() as connection:
        connection.request(method, path, *large(announced), encode_chunked=not announced)
        answer = Answer(connection.getresponse())
    status, members = TOO_LARGE[path]
    assert (answer.status, set(json.loads(answer.body))) == (status, members)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["trace-id"])
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/connect/token", "/connect/revocation"])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_a_form_over_1_mb_is_refused_in_the_words_of_the_rfc(running, path, announced):
    with running.connection() as connection:
        body, headers = large(announced)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", f"/port/uat{path}", body, headers, encode_chunked=not announced)
        answer = Answer(connection.getresponse())
    assert answer.status == 413
    assert json.loads(answer.body) == {
        "error": "invalid_request",
        "error_description": "A body may have 1048576 bytes at most.",
    }
    assert (answer.headers["cache-control"], answer.headers["connection"]) == ("no-store", "close")


def large(announced):
    """Return a body over 1 MB, all of it written before the answer is read, and its header."""
    if announced:
        return b"a" * 4_000_000, {"Content-Length": "4000000"}
    return (b"a" * 65_536 for _ in range(60)), {"Transfer-Encoding": "chunked"}


def test_a_body_that_is_announced_too_large_need_not_be_sent(running):
    text = raw(b"POST /healthz HTTP/1.1", b"Content-Length: 4000000", body=b"a")
    assert exchanged(running.port, text).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("path", "says", "allow"),
    [
        (BRIDGES, {"statusCode", "message"}, "GET, HEAD"),
        ("/port/uat/ingestion/v1/ingestion/1", {"type", "title"}, "POST"),
        ("/parcels/sandbox/shipment/v1_1/barcode", {"message", "http_status_code"}, "GET, HEAD"),
    ],
)
def test_an_options_call_is_refused_with_the_methods_that_are_answered(running, path, says, allow):
    answer = running.request("OPTIONS", path, origin="https://shop.example")
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert says <= set(json.loads(answer.body))


STANDING_HEADERS = dict(line.decode().split(": ", 1) for line in STANDING.split(b"\r\n")[:-1])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [BRIDGES, METEO, "/port/uat/none", "/port/live", "/healthz"])
def test_nothing_that_the_gateway_sends_may_run(running, method, path):
    answer = running.request(method, path)
    assert STANDING_HEADERS.items() <= answer.headers.items()
    assert "set-cookie" not in answer.headers


def test_a_page_does_not_see_headers_that_pass_for_others(running):
    """Django would read `X_Forwarded_Host` as `X-Forwarded-Host`."""
    plain = running.get("/", x_test="1")
    with running.connection() as connection:
        connection.request(
            "GET", "/", headers={"Content_Length": "5", "Cookie_": "a", "HOST_": "b"}
        )
        assert connection.getresponse().status == plain.status == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_the_metrics_are_for_this_machine_only(running, header):
    assert b"sluis_calls" in running.get("/metrics").body
    with running.connection() as connection:
        connection.request("GET", "/metrics", headers={header: "127.0.0.1"})
        assert connection.getresponse().status == 403


def test_says_that_it_lives_and_is_ready(running):
    assert json.loads(running.get("/healthz").body) == {"status": "ok"}
    assert json.loads(running.get("/readyz").body)["status"] == "ok"


# The listener with TLS


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_shows_a_certificate_that_the_published_authority_signed(running, name):
    context = ssl.create_default_context(cafile=running.world["ca"])
    address = ("localhost", running.tls_port)  # which is not always ::1 too
    plain = socket.create_connection(address, timeout=PATIENCE_S)
    with context.wrap_socket(plain, server_hostname=name) as secured:
        assert secured.version() == "TLSv1.3"


def test_serves_the_gateway_and_health_over_tls_and_no_pages(running, credentials):
    with running.secure_connection() as connection:
        assert answered(connection, "GET", BRIDGES, **credentials).status == 200
        assert answered(connection, "GET", "/healthz").status == 200
    for path in ("/", "/catalogue/", "/accounts/login/", "/static/none.css"):
        with running.secure_connection() as connection:
            answer = answered(connection, "GET", path)
            assert (answer.status, answer.headers["content-type"]) == (
                404,
                "application/problem+json",
            )


# What other processes change


def in_force(running, credentials, status, seconds=PATIENCE_S):
    """Return after how many seconds calls are answered with this status."""
    began = time.monotonic()
    while running.get(BRIDGES, **credentials).status != status:
        assert time.monotonic() - began < seconds
        time.sleep(0.02)  # a hundred calls a day is all there is
    return time.monotonic() - began


def test_what_another_process_changes_is_in_force_within_seconds(running):
    """It is so within 200 ms and a little; the machine of the tests may be busy."""
    shown = running.credentials(1)
    assert running.get(BRIDGES, **shown).status == 200
    code = running.company(1)["nxt_entity_id"]
    ((mine,),) = running.rows(
        "SELECT s.id FROM server_subscription s"  # noqa: S608 - ids of our own
        " JOIN server_party p ON p.organisation_id = s.organisation_id"
        " JOIN server_identifier i ON i.party_id = p.id"
        f" WHERE i.code = '{code}' AND s.api = 'bridges-and-locks'"
    )

    def changed(state):
        running.execute(
            f"UPDATE server_subscription SET state = '{state}' WHERE id = '{mine}'",  # noqa: S608 - ids of our own
            "INSERT INTO server_change (kind, key, at)"  # noqa: S608 - ids of our own
            f" VALUES ('subscription', '{mine}', CURRENT_TIMESTAMP)",
        )

    changed("suspended")
    assert in_force(running, shown, 401) < 5
    changed("active")
    assert in_force(running, shown, 200) < 5
