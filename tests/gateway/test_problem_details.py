"""The platform's own dialect words every reason."""

import msgspec
import pytest

from sluis.core.problem import Problem, Reason
from sluis.gateway.problem_details import ProblemDetails


@pytest.mark.parametrize("reason", Reason)
def test_words_every_reason(reason):
    response = ProblemDetails().refuse(Problem(reason, "Because."), "trace-1")
    body = msgspec.json.decode(response.body)
    assert 400 <= response.status < 600
    assert body["status"] == response.status
    assert body["type"] == f"urn:sluis:reason:{reason}"
    assert (body["detail"], body["traceId"]) == ("Because.", "trace-1")
    assert response.content_type == b"application/problem+json"


@pytest.mark.parametrize("reason", Reason)
def test_a_401_says_how_to_be_let_in(reason):
    response = ProblemDetails().refuse(Problem(reason, "Because."), "")
    assert (b"www-authenticate" in dict(response.headers)) is (response.status == 401)


def test_tells_how_long_to_wait():
    response = ProblemDetails().refuse(Problem(Reason.QUOTA_SPENT, "", wait_seconds=40), "")
    assert (b"retry-after", b"40") in response.headers
