"""Refusals as RFC 9457 problem details: the dialect of the platform itself.

Spoken where no API is known yet, and by APIs that have no manner of their own.
"""

import msgspec

from sluis.core.api import Call
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason

STATUS: dict[Reason, int] = {
    Reason.MALFORMED: 400,
    Reason.TOO_LARGE: 413,
    Reason.NO_SUCH_OPERATION: 404,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.CREDENTIAL_MISSING: 401,
    Reason.CREDENTIAL_UNKNOWN: 401,
    Reason.CREDENTIAL_EXPIRED: 401,
    Reason.CREDENTIAL_DISABLED: 401,
    Reason.CREDENTIALS_DISAGREE: 401,
    Reason.WRONG_ENVIRONMENT: 401,
    Reason.SIGNATURE_WRONG: 401,
    Reason.NO_CONSENT: 403,
    Reason.NOT_SUBSCRIBED: 403,
    Reason.NOT_GRANTED: 403,
    Reason.NOT_YOURS: 403,
    Reason.NOT_FOUND: 404,
    Reason.NOT_ALLOWED_NOW: 409,
    Reason.KEY_REUSED: 422,
    Reason.IN_PROGRESS: 409,
    Reason.GONE: 410,
    Reason.RETIRED: 410,
    Reason.QUOTA_SPENT: 429,
    Reason.TOO_MANY_AT_ONCE: 429,
    Reason.UNAVAILABLE: 503,
    Reason.FAULT: 500,
}


class ProblemDetails:
    def answer(self, call: Call, result: object) -> Response:
        return Response(200, msgspec.json.encode(result))

    def refuse(self, problem: Problem, trace: str) -> Response:
        status = STATUS[problem.reason]
        body = {
            "type": f"urn:sluis:reason:{problem.reason}",
            "title": problem.reason.replace("-", " ").capitalize(),
            "status": status,
            "detail": problem.detail,
            "traceId": trace,
        }
        response = Response(status, msgspec.json.encode(body), b"application/problem+json")
        if status == 401:
            response.headers.append((b"www-authenticate", b"Bearer"))
        if problem.wait_seconds is not None:
            response.headers.append((b"retry-after", b"%d" % problem.wait_seconds))
        return response
