"""Why calls of an API can be refused, as far as the registry tells, and how it words each."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sluis.core.api import Api, Dialect, Operation
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"  # the example of W3C Trace Context
WAIT_SECONDS = 12

# What an example of a refusal says; the gateway itself is more specific.
SENTENCES: dict[Reason, str] = {
    Reason.MALFORMED: "A parameter cannot be read.",
    Reason.CREDENTIAL_MISSING: "This call carries no credential.",
    Reason.CREDENTIAL_UNKNOWN: "This credential is unknown.",
    Reason.CREDENTIAL_EXPIRED: "This credential has expired.",
    Reason.CREDENTIAL_DISABLED: "This credential was disabled.",
    Reason.CREDENTIALS_DISAGREE: "The credentials of this call belong to different callers.",
    Reason.WRONG_ENVIRONMENT: "This credential is for another environment.",
    Reason.NO_CONSENT: "The organisation has not agreed that this application acts for it.",
    Reason.NOT_SUBSCRIBED: "There is no active subscription to this API.",
    Reason.NOT_GRANTED: "The subscription does not cover this operation.",
    Reason.NOT_YOURS: "This belongs to another organisation.",
    Reason.NOT_FOUND: "There is nothing under this identifier.",
    Reason.TOO_LARGE: "The body is larger than is taken.",
    Reason.NOT_ALLOWED_NOW: "This is not allowed here and now.",
    Reason.RETIRED: "This version is no longer served here. Move to the current one.",
    Reason.QUOTA_SPENT: f"The limit is reached. Try again in {WAIT_SECONDS} seconds.",
    Reason.TOO_MANY_AT_ONCE: "Too many calls are in progress. Wait for one.",
    Reason.KEY_REUSED: "This Idempotency-Key came before with another body.",
    Reason.IN_PROGRESS: "A call with this Idempotency-Key is in progress. Repeat it later.",
    Reason.UNAVAILABLE: f"Nothing can be accepted now. Try again in {WAIT_SECONDS} seconds.",
    Reason.FAULT: f"Something went wrong on our side. Tell the service desk: {TRACE}.",
}
WAITING_HELPS = (
    Reason.QUOTA_SPENT,
    Reason.TOO_MANY_AT_ONCE,
    Reason.IN_PROGRESS,
    Reason.UNAVAILABLE,
)
# Each scheme of an operation refuses for these, in words of its own.
OF_EACH_SCHEME = (
    Reason.CREDENTIAL_MISSING,
    Reason.CREDENTIAL_UNKNOWN,
    Reason.CREDENTIAL_EXPIRED,
    Reason.CREDENTIAL_DISABLED,
    Reason.WRONG_ENVIRONMENT,
)


class Refusal(NamedTuple):
    """How an API words one reason to refuse."""

    reason: Reason
    scheme: str | None  # that refuses, where several can for this reason
    status: int
    content_type: str
    body: Any  # parsed where it is JSON, else text; None when there is none


def refusals_of(api: Api, operation: Operation) -> list[Refusal]:
    dialect = operation.dialect or api.dialect
    asked = reasons(api, operation)
    return [refusal(dialect, *one) for one in asked]  # type: ignore[arg-type]  # dialects hash by identity


def refusals(api: Api) -> list[tuple[int, list[Refusal]]]:
    """Return all refusals of the API by status, in the order of the statuses."""
    by_status: dict[int, list[Refusal]] = {}
    for operation in api.operations:
        for found in refusals_of(api, operation):
            alike = by_status.setdefault(found.status, [])
            if found not in alike:
                alike.append(found)
    return sorted(by_status.items())


def reasons(api: Api, operation: Operation) -> Iterable[tuple[Reason, str | None]]:
    """Return why a call can be refused, and by which scheme, as far as the registry tells."""
    if operation.parameters or operation.work is not None:
        yield Reason.MALFORMED, None
    for reason in OF_EACH_SCHEME:
        for scheme in operation.schemes:
            yield reason, scheme
    if len(operation.schemes) > 1:
        yield Reason.CREDENTIALS_DISAGREE, None
    if "bearer-token" in operation.schemes:
        yield Reason.NO_CONSENT, None
    if operation.schemes:
        yield Reason.NOT_SUBSCRIBED, None
        yield Reason.NOT_GRANTED, None
    if "{" in operation.path:
        yield Reason.NOT_FOUND, None
    if operation.takes:
        yield Reason.TOO_LARGE, None
    for reason in operation.refuses:
        yield reason, None
    yield Reason.RETIRED, None  # any environment may set a sunset: clients prepare before it does
    if api.limits and operation.schemes:
        yield Reason.QUOTA_SPENT, None
    if api.calls_at_once is not None:
        yield Reason.TOO_MANY_AT_ONCE, None
    if operation.work is not None:
        yield Reason.IN_PROGRESS, None
        yield Reason.KEY_REUSED, None
        yield Reason.UNAVAILABLE, None
    yield Reason.FAULT, None


@cache  # the page of an API asks for 450, most of them alike
def refusal(dialect: Dialect, reason: Reason, scheme: str | None = None) -> Refusal:
    wait = WAIT_SECONDS if reason in WAITING_HELPS else None
    problem = Problem(reason, SENTENCES[reason], scheme=scheme, wait_seconds=wait)
    response = dialect.refuse(problem, TRACE)
    content_type = response.content_type.decode().partition(";")[0].strip()
    body = body_of(response, content_type)
    return Refusal(reason, scheme, response.status, content_type, body)


def body_of(response: Response, content_type: str) -> Any:
    if not response.body:
        return None
    if content_type.endswith("json"):
        return msgspec.json.decode(response.body)
    return response.body.decode()
