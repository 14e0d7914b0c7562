"""How Certified Pick up answers and refuses, to the letter where the guide prints real text.

What the gateway of the original answers itself has `statusCode` and `message`; the service
behind it answers calls that are done later with bare strings or with nothing, the registry
with problems, and the notification service in a way of its own.
"""

import uuid
from typing import Any

import msgspec

from sluis.apis.certified_pickup.wire.queries import Invalid
from sluis.core.api import Call
from sluis.core.job import Receipt
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason

encode = msgspec.json.Encoder().encode
# The guide prints this for a missing key too.
INVALID_KEY = (
    "Access denied due to invalid subscription key."
    " Make sure to provide a valid key for an active subscription."
)
FAULT = (
    "An unexpected error has occured, please try again later."
    " If the problem persists, please contact NxtPort Support."
)
INVALID_TOKEN = (b"www-authenticate", b'Bearer error="invalid_token"')
PROBLEM_TYPE = "https://tools.ietf.org/html/rfc7231#section-6.5"
SECTION = {400: ".1", 403: ".3", 404: ".4", 405: ".5", 409: ".8", 410: ".9", 413: ".11"}
TITLE = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    410: "Gone",
    413: "Payload Too Large",
    422: "Unprocessable Entity",
}
KEY_REASONS = frozenset(
    {
        Reason.CREDENTIAL_MISSING,
        Reason.CREDENTIAL_UNKNOWN,
        Reason.CREDENTIAL_EXPIRED,
        Reason.CREDENTIAL_DISABLED,
        Reason.WRONG_ENVIRONMENT,
        Reason.NOT_SUBSCRIBED,
    }
)
# Who calls may not do this, or was not shown to be who it says: always 401 in the original.
UNAUTHORISED = frozenset(
    {
        *KEY_REASONS,
        Reason.CREDENTIALS_DISAGREE,
        Reason.SIGNATURE_WRONG,
        Reason.NO_CONSENT,
        Reason.NOT_GRANTED,
    }
)
STATUS = {
    Reason.MALFORMED: 400,
    Reason.TOO_LARGE: 413,
    Reason.NO_SUCH_OPERATION: 404,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.NOT_YOURS: 401,
    Reason.NOT_FOUND: 404,
    Reason.NOT_ALLOWED_NOW: 405,
    Reason.KEY_REUSED: 422,
    Reason.IN_PROGRESS: 409,
    Reason.GONE: 410,
    Reason.RETIRED: 410,
    Reason.QUOTA_SPENT: 429,
    Reason.TOO_MANY_AT_ONCE: 429,
    Reason.UNAVAILABLE: 503,
    Reason.FAULT: 500,
    **dict.fromkeys(UNAUTHORISED, 401),
}


class Later:
    """Of calls that are answered later: receipts, bare strings, and 401 without a body."""

    def answer(self, call: Call, result: Any) -> Response:
        if isinstance(result, Receipt):
            receipt = {
                "publicReferenceId": result.reference,
                "externalReferenceId": result.external_reference,
            }
            return Response(202, encode(receipt))
        return Response(200, encode(result))

    def refuse(self, problem: Problem, trace: str) -> Response:
        response = self.worded(problem, trace)
        if problem.wait_seconds is not None:
            response.headers.append((b"retry-after", str(problem.wait_seconds).encode()))
        return response

    def worded(self, problem: Problem, trace: str) -> Response:
        reason, status = problem.reason, STATUS[problem.reason]
        if reason in KEY_REASONS and problem.scheme != "bearer-token":
            return by_gateway(401, INVALID_KEY)
        if status == 401:
            response = self.unauthorised(problem)
            if problem.scheme == "bearer-token" or reason is Reason.CREDENTIALS_DISAGREE:
                response.headers.append(INVALID_TOKEN)
            return response
        if status == 429:
            return by_gateway(429, rate_exceeded(problem.wait_seconds))
        if status == 503 or reason is Reason.RETIRED:
            return by_gateway(status, problem.detail)
        if status == 500:
            return self.fault(problem, trace)
        if status == 400:
            return self.malformed(problem, trace)
        return self.otherwise(problem, status)

    def unauthorised(self, problem: Problem) -> Response:
        return Response(401)

    def fault(self, problem: Problem, trace: str) -> Response:
        return Response(500)

    def malformed(self, problem: Problem, trace: str) -> Response:
        return Response(400, encode(problem.detail))

    def otherwise(self, problem: Problem, status: int) -> Response:
        return problem_details(status, problem.detail)


class Registry(Later):
    """Of the company registry: problems, with the faults of each parameter."""

    def unauthorised(self, problem: Problem) -> Response:
        return problem_details(401, problem.detail)

    def malformed(self, problem: Problem, trace: str) -> Response:
        errors = problem.errors if isinstance(problem, Invalid) else {"": [problem.detail]}
        body = {
            "type": PROBLEM_TYPE + ".1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "traceId": f"00-{trace}-{trace[:16]}-00",
            "errors": errors,
        }
        return Response(400, encode(body), b"application/problem+json")


class Notifications(Later):
    """Of the notification service: 405 without a body for every question it cannot answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = Response(200, encode(result))
        if call is not None and call.next_page:
            link = f'<{call.next_page}>; rel="next"'
            response.headers.append((b"link", link.encode()))
        return response

    def worded(self, problem: Problem, trace: str) -> Response:
        if problem.reason is Reason.NOT_YOURS:
            return Response(403, b"{}", headers=[INVALID_TOKEN])
        if STATUS[problem.reason] in (400, 405):
            return Response(405)
        return super().worded(problem, trace)

    def unauthorised(self, problem: Problem) -> Response:
        return by_gateway(401, INVALID_KEY)

    def fault(self, problem: Problem, trace: str) -> Response:
        identifier = str(uuid.UUID(trace)) if trace else ""
        body = {"identifier": identifier, "error": FAULT, "extraInfo": None}
        return Response(500, encode(body))


def by_gateway(status: int, message: str) -> Response:
    return Response(status, encode({"statusCode": status, "message": message}))


def rate_exceeded(wait_seconds: int | None) -> str:
    if wait_seconds is None:
        return "Rate limit is exceeded."
    return f"Rate limit is exceeded. Try again in {wait_seconds} seconds."


def problem_details(status: int, detail: str) -> Response:
    section = SECTION.get(status)
    body = {
        "type": PROBLEM_TYPE + section if section else "about:blank",
        "title": TITLE.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": None,
    }
    return Response(status, encode(body), b"application/problem+json")


LATER, REGISTRY, NOTIFICATIONS = Later(), Registry(), Notifications()
