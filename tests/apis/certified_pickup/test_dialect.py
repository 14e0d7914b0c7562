"""Refusals: which status, and to the letter what the guide prints."""

import json

import pytest

from sluis.apis.certified_pickup.wire.dialect import LATER, NOTIFICATIONS, REGISTRY
from sluis.core.problem import Problem, Reason
from tests.apis.certified_pickup.seed import FAULT_TEXT, INVALID_KEY

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
INVALID_TOKEN = (b"www-authenticate", b'Bearer error="invalid_token"')
ALL = pytest.mark.parametrize("dialect", [LATER, REGISTRY, NOTIFICATIONS])
KEY, TOKEN = "subscription-key", "bearer-token"


def refuse(dialect, reason, scheme=None, wait=None):
    return dialect.refuse(Problem(reason, "Why.", scheme=scheme, wait_seconds=wait), TRACE)


@ALL
@pytest.mark.parametrize(
    ("reason", "scheme"),
    [
        (Reason.CREDENTIAL_MISSING, KEY),
        (Reason.CREDENTIAL_UNKNOWN, KEY),
        (Reason.CREDENTIAL_DISABLED, KEY),
        (Reason.WRONG_ENVIRONMENT, KEY),
        (Reason.NOT_SUBSCRIBED, None),
    ],
)
def test_key_is_refused_in_the_words_of_the_guide(dialect, reason, scheme):
    response = refuse(dialect, reason, scheme)
    assert (response.status, json.loads(response.body)) == (401, INVALID_KEY)
    assert INVALID_TOKEN not in response.headers


@pytest.mark.parametrize(
    ("reason", "scheme"),
    [
        (Reason.CREDENTIAL_MISSING, TOKEN),
        (Reason.CREDENTIAL_EXPIRED, TOKEN),
        (Reason.CREDENTIAL_UNKNOWN, TOKEN),
        (Reason.WRONG_ENVIRONMENT, TOKEN),
        (Reason.CREDENTIALS_DISAGREE, None),
    ],
)
def test_token_is_refused_with_a_header(reason, scheme):
    later, registry, service = (
        refuse(dialect, reason, scheme) for dialect in (LATER, REGISTRY, NOTIFICATIONS)
    )
    assert (later.status, later.body) == (401, b"")
    assert json.loads(registry.body)["status"] == registry.status == 401
    assert (service.status, json.loads(service.body)) == (401, INVALID_KEY)
    assert all(INVALID_TOKEN in response.headers for response in (later, registry, service))


@ALL
@pytest.mark.parametrize("reason", [Reason.NOT_GRANTED, Reason.NO_CONSENT])
def test_wrong_role_is_401_and_the_token_is_not_blamed(dialect, reason):
    response = refuse(dialect, reason)
    assert (response.status, INVALID_TOKEN in response.headers) == (401, False)


@ALL
def test_too_many_calls(dialect):
    response = refuse(dialect, Reason.QUOTA_SPENT, wait=7)
    assert (response.status, json.loads(response.body)) == (
        429,
        {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 7 seconds."},
    )
    assert (b"retry-after", b"7") in response.headers


def test_fault_of_the_notification_service_is_as_the_guide_prints_it():
    response = refuse(NOTIFICATIONS, Reason.FAULT)
    body = json.loads(response.body)
    assert (response.status, list(body)) == (500, ["identifier", "error", "extraInfo"])
    assert (body["error"], body["extraInfo"]) == (FAULT_TEXT, None)
    assert len(body["identifier"]) == 36


@pytest.mark.parametrize("dialect", [LATER, REGISTRY])
def test_fault_elsewhere_has_no_body(dialect):
    response = refuse(dialect, Reason.FAULT)
    assert (response.status, response.body) == (500, b"")


def test_malformed_is_a_bare_string_where_calls_are_answered_later():
    response = refuse(LATER, Reason.MALFORMED)
    assert (response.status, response.body) == (400, b'"Why."')


def test_nothing_the_notification_service_cannot_answer_has_a_body():
    for reason in (Reason.MALFORMED, Reason.NOT_ALLOWED_NOW, Reason.METHOD_NOT_ALLOWED):
        response = refuse(NOTIFICATIONS, reason)
        assert (response.status, response.body) == (405, b"")
