"""Every text that the originals' documentation prints is held to the letter."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sluis.apis.open_data import wire
from sluis.core.message import Pairs
from sluis.core.problem import Problem, Reason

NOW = datetime(2024, 3, 1, 12, 0, 0, 700_000, tzinfo=UTC)
STAYS = wire.Dialect(spent_status=429)
OPEN_DATA = wire.Dialect(spent_status=403)
TRACE = "0af7651916cd43dd8448eb211c80319c"


def refused(reason, dialect=STAYS, *, scheme=None, wait_seconds=None, detail="Why."):
    problem = Problem(reason, detail, scheme=scheme, wait_seconds=wait_seconds)
    response = dialect.refuse(problem, TRACE)
    return response.status, json.loads(response.body), dict(response.headers)


def sentence(read, *given):
    """Return why reading is refused."""
    with pytest.raises(Problem) as refusal:
        read(*given)
    assert refusal.value.reason is Reason.MALFORMED
    return refusal.value.detail


@pytest.mark.parametrize("dialect", [STAYS, OPEN_DATA])
@pytest.mark.parametrize("scheme", [None, "subscription-key", "bearer-token"])
@pytest.mark.parametrize("reason", Reason)
def test_words_every_reason(reason, scheme, dialect):
    status, body, _ = refused(reason, dialect, scheme=scheme)
    assert 400 <= status < 600
    assert set(body) in ({"statusCode", "message"}, {"message", "stacktrace"})
    assert body.get("statusCode", status) == status
    assert body.get("stacktrace") is None
    assert body["message"]


@pytest.mark.parametrize("scheme", ["subscription-key", None])
def test_words_a_missing_key_to_the_letter(scheme):
    problem = Problem(Reason.CREDENTIAL_MISSING, "Why.", scheme=scheme)
    response = STAYS.refuse(problem, TRACE)
    assert response.status == 401
    assert response.body == (
        b'{"statusCode":401,"message":"Access denied due to missing subscription key. '
        b'Make sure to include subscription key when making requests to an API."}'
    )


@pytest.mark.parametrize(
    "reason",
    [
        Reason.CREDENTIAL_UNKNOWN,
        Reason.CREDENTIAL_DISABLED,
        Reason.CREDENTIAL_EXPIRED,
        Reason.WRONG_ENVIRONMENT,
        Reason.NOT_SUBSCRIBED,
    ],
)
def test_words_a_wrong_key_to_the_letter(reason):
    response = OPEN_DATA.refuse(Problem(reason, "Why.", scheme="subscription-key"), TRACE)
    assert response.status == 401
    assert response.body == (
        b'{"statusCode":401,"message":"Access denied due to invalid subscription key. '
        b'Make sure to provide a valid key for an active subscription."}'
    )
    assert response.headers == []


@pytest.mark.parametrize(
    ("reason", "scheme"),
    [
        (Reason.CREDENTIAL_MISSING, "bearer-token"),
        (Reason.CREDENTIAL_UNKNOWN, "bearer-token"),
        (Reason.CREDENTIAL_EXPIRED, "bearer-token"),
        (Reason.CREDENTIAL_DISABLED, "bearer-token"),
        (Reason.WRONG_ENVIRONMENT, "bearer-token"),
        (Reason.CREDENTIALS_DISAGREE, None),
    ],
)
def test_words_a_wrong_token(reason, scheme):
    status, body, headers = refused(reason, scheme=scheme, detail="The token has expired.")
    assert status == 401
    assert body == {"statusCode": 401, "message": "The token has expired."}
    assert headers == {b"www-authenticate": b'Bearer error="invalid_token"'}


def test_words_a_rate_exceeded_to_the_letter():
    response = STAYS.refuse(Problem(Reason.QUOTA_SPENT, "Why.", wait_seconds=12), TRACE)
    assert response.status == 429
    assert response.body == (
        b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 12 seconds."}'
    )
    assert response.headers == [(b"retry-after", b"12")]


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [(1, "00:00:01"), (899, "00:14:59"), (86_399, "23:59:59"), (86_400, "24:00:00")],
)
def test_words_a_quota_spent_to_the_letter(seconds, clock):
    status, body, headers = refused(Reason.QUOTA_SPENT, OPEN_DATA, wait_seconds=seconds)
    text = f"Out of call volume quota. Quota will be replenished in {clock}."
    assert (status, body) == (403, {"statusCode": 403, "message": text})
    assert headers == {b"retry-after": str(seconds).encode()}


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.MALFORMED, 400),
        (Reason.SIGNATURE_WRONG, 403),
        (Reason.NOT_FOUND, 404),
        (Reason.GONE, 410),
        (Reason.FAULT, 500),
    ],
)
def test_words_the_rest_as_the_port_does(reason, status):
    found, body, _ = refused(reason, detail=f"Tell the desk: {TRACE}.")
    assert (found, body) == (status, {"message": f"Tell the desk: {TRACE}.", "stacktrace": None})


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.NO_SUCH_OPERATION, 404),
        (Reason.METHOD_NOT_ALLOWED, 405),
        (Reason.TOO_LARGE, 413),
        (Reason.NOT_GRANTED, 403),
        (Reason.NO_CONSENT, 403),
        (Reason.UNAVAILABLE, 503),
    ],
)
def test_words_what_the_gateway_refuses(reason, status):
    assert refused(reason)[:2] == (status, {"statusCode": status, "message": "Why."})


def test_fault_always_names_the_trace():
    assert TRACE in refused(Reason.FAULT, detail="Oops.")[1]["message"]


def test_answers_json():
    response = STAYS.answer(None, [{"stay_number": "241234", "stay_end": None}])
    assert (response.status, response.content_type) == (200, b"application/json")
    assert response.body == b'[{"stay_number":"241234","stay_end":null}]'


def test_answers_a_file():
    response = STAYS.answer(None, wire.Download("DGD-512.csv", "a,b\n"))
    assert response.body == b"a,b\n"
    assert response.content_type == b"text/csv; charset=utf-8"
    assert (b"content-disposition", b'attachment; filename="DGD-512.csv"') in response.headers


@pytest.mark.parametrize("name", ["location", "LOCATION", "Location"])
def test_names_of_parameters_have_no_case(name):
    assert wire.READINGS.read(Pairs([(name, "Kallosluis")])) == {"location": "Kallosluis"}


@pytest.mark.parametrize("name", ["subscription-key", "abonnementscode", "Subscription-Key"])
def test_key_may_stand_in_any_query(name):
    wire.NO_PARAMETERS.read(Pairs([(name, "0" * 32)]))


def test_unknown_parameter_is_refused_with_the_known_ones():
    assert sentence(wire.READINGS.read, Pairs([("locaton", "x")])) == (
        "Parameter 'locaton' is unknown. The parameters of this call are: location, from, to."
    )
    assert sentence(wire.NO_PARAMETERS.read, Pairs([("date", "x")])) == (
        "Parameter 'date' is unknown: this call has no parameters."
    )


@pytest.mark.parametrize("values", [("a", "a"), ("", "a"), ("a", "")])
def test_parameter_is_given_once(values):
    pairs = Pairs([("location", value) for value in values])
    assert "more than once" in sentence(wire.READINGS.read, pairs)


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2024-03-01",
        "2024-03-01T05:10:00",
        "2024-03-01T05:10:00.000Z",
        "2024-03-01T06:10:00+01:00",
        "2024-03-01 05:10:00Z",
        "2024-W09-5T05:10:00Z",
        "2024-02-30T05:10:00Z",
        "2024-03-01T24:00:00Z",
        "٢٠٢٤-03-01T05:10:00Z",
        "0001-01-01T00:00:00",
        "",
    ],
)
def test_time_is_read_in_the_documented_form_only(value):
    assert "yyyy-MM-ddTHH:mm:ssZ" in sentence(wire.moment, "date", value)


def test_reads_the_documented_time():
    expected = datetime(2021, 1, 8, 9, 21, tzinfo=UTC)  # the example of the original
    assert wire.moment("date", "2021-01-08T09:21:00Z") == expected


SIX_HOURS = timedelta(hours=6)


@pytest.mark.parametrize(
    "date", ["2024-03-01T06:00:00Z", "2024-03-01T11:59:59Z", "2024-03-01T23:00:00Z"]
)
def test_reads_dates_up_to_six_hours_ago(date):
    assert wire.since(date, NOW, SIX_HOURS) == datetime.fromisoformat(date)


@pytest.mark.parametrize("date", ["2024-03-01T05:59:55Z", "2024-02-29T12:00:00Z"])
def test_refuses_a_date_longer_ago(date):
    assert sentence(wire.since, date, NOW, SIX_HOURS) == (
        "Parameter 'date' is more than 6 hours ago: it is now 2024-03-01T12:00:00Z."
    )


def test_without_a_date_it_is_six_hours_ago():
    assert wire.since("", NOW, SIX_HOURS) == NOW - SIX_HOURS


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param({"from": "2024-03-01T00:00:00Z"}, "go together", id="from alone"),
        pytest.param({"to": "2024-03-01T00:00:00Z"}, "go together", id="to alone"),
        pytest.param(
            {"from": "2024-03-01T00:00:00Z", "to": ""}, "go together", id="an empty to is none"
        ),
        pytest.param(
            {"from": "2024-03-01T00:00:01Z", "to": "2024-03-01T00:00:00Z"}, "before", id="reversed"
        ),
        pytest.param(
            {"from": "2024-03-01T00:00:00Z", "to": "2024-03-02T00:00:01Z"},
            "more than 24 hours",
            id="too long",
        ),
        pytest.param({"from": "now", "to": "2024-03-02T00:00:01Z"}, "'from'", id="unreadable"),
        pytest.param({"from": "2024-03-01T00:00:00Z", "to": "now"}, "'to'", id="unreadable end"),
    ],
)
def test_refuses_what_is_no_window(given, why):
    assert why in sentence(wire.window, given, timedelta(hours=24))


def test_window_may_be_a_day_or_a_moment():
    day = {"from": "2024-03-01T00:00:00Z", "to": "2024-03-02T00:00:00Z"}
    first, last = wire.window(day, timedelta(hours=24))
    assert last - first == timedelta(hours=24)
    wire.window({"from": day["from"], "to": day["from"]}, timedelta(hours=24))


def test_reads_local_times_and_moves_utc_to_there():
    assert wire.local_moment("etaFrom", "2023-07-27T14:00:00") == "2023-07-27T14:00:00"
    assert wire.local_moment("etaFrom", "2023-07-27T12:00:00Z") == "2023-07-27T14:00:00"


@pytest.mark.parametrize(
    "value", ["2023-07-027T14:00:00", "2023-07-27", "2023-07-27T14:00:00+02:00"]
)
def test_refuses_other_local_times(value):
    """The first is printed, a slip of the pen, in the original's documentation."""
    assert "etaFrom" in sentence(wire.local_moment, "etaFrom", value)
