"""The whole life of a call: the steps in `answer` stand in the order in which they happen."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

from sluis.core.api import Api, Call
from sluis.core.caller import NOBODY
from sluis.core.job import Receipt, Submission
from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.core.quota import Left, Limit
from sluis.core.version import Deprecation, Stage, stage
from sluis.gateway.admit import admit
from sluis.gateway.limits import Account, Limiter
from sluis.gateway.records import Record
from sluis.gateway.route import Endpoint, Endpoints
from sluis.gateway.snapshot import Environment, Snapshot
from sluis.gateway.visit import Visit

logger = logging.getLogger(__name__)


class Jobs(Protocol):
    """Where what is answered later is accepted."""

    def new_reference(self) -> str:
        """Return a UUID that nothing else has."""

    async def accept(self, call: Call, endpoint: Endpoint, submission: Submission) -> Receipt:
        """Return the receipt once the submission is durable. Raises `Problem`."""


class NoJobs:
    """Nothing is accepted: there is no database."""

    def new_reference(self) -> str:
        return ""

    async def accept(self, call: Call, endpoint: Endpoint, submission: Submission) -> Receipt:
        raise Problem(Reason.UNAVAILABLE, "Nothing can be accepted here.")


@dataclass(slots=True, eq=False)
class Platform:
    """Everything outside the gateway that a call needs."""

    snapshot: Snapshot
    limiter: Limiter
    record: Callable[[Record], None]
    in_pool: Callable[..., Awaitable[Any]]
    new_trace: Callable[[], str]
    now: Callable[[], float]  # seconds since 1970, real time
    jobs: Jobs = field(default_factory=NoJobs)


async def answer(
    request: Request,
    environment: Environment,
    path: str,
    platform: Platform,
    unread: Problem | None = None,
) -> Response:
    """Return the answer to one call; a refusal is an answer too. Raises nothing.

    `path` is the part of the request's path below the environment's base URL. `unread` says why
    the body is not there: then the API that is meant refuses the call, in its own words.
    """
    visit = Visit(platform.new_trace(), platform.now())
    reason = None
    if b"cookie" in request.headers:  # the portal's, which has the same host name
        request.headers = {n: v for n, v in request.headers.items() if n != b"cookie"}
    try:
        endpoints, parameters = environment.routes.find(path)
        endpoint = chosen(request, endpoints, visit)
        if unread is not None or len(request.body) > endpoint.api.body_bytes:
            raise unfit_body(endpoint, unread)
        grant = admit(request, endpoint, parameters, platform.snapshot, environment, visit)
        if endpoint.deprecation is not None:
            refuse_retired(endpoint.api, endpoint.deprecation, by_its_clock(visit, environment))
        account = (environment.key, endpoint.api.product, visit.caller.organisation or "")
        if endpoint.limits and visit.caller is not NOBODY:
            visit.left = await platform.limiter.spend(account, endpoint.limits)
            if visit.left is not None and visit.left.wait_seconds:
                raise spent(visit.left)
        call = Call(
            request,
            environment.key,
            parameters,
            visit.caller,
            grant,
            environment.stores.get(endpoint.api.package),
            by_its_clock(visit, environment),
            visit.trace,
            environment.base_url,
            environment.directory,
            notifications=environment.notifications,
        )
        if endpoint.operation.work is not None:
            response = await accepted(call, endpoint, platform)
        elif endpoint.operation.quick(call):
            response = perform(call, endpoint)
        elif endpoint.api.calls_at_once is not None:
            response = await one_of_few(call, endpoint, account, platform)
        else:
            response = await platform.in_pool(perform, call, endpoint)
    except Problem as problem:
        reason, response = problem.reason, refused(problem, environment, path, visit)
    except Exception:
        logger.exception("fault", extra={"trace": visit.trace, "path": path})
        reason, response = Reason.FAULT, failed(environment, visit)
    response.lines = standing(visit)
    if response.headers:
        response.headers = [pair for pair in response.headers if pair[0] != b"set-cookie"]
    if visit.notice:
        response.headers = [*response.headers, *visit.notice]
    platform.record(recorded(request, environment, response, reason, visit, platform.now()))
    return response


def chosen(request: Request, endpoints: Endpoints, visit: Visit) -> Endpoint:
    """Return the operation that is meant; a HEAD is answered as its GET, without the body.

    A GET that is answered later has none: who asked would not see by which reference.
    """
    if not endpoints:
        detail = f"Nothing is published at {request.path}. See the catalogue for the addresses."
        raise Problem(Reason.NO_SUCH_OPERATION, detail)
    endpoint = headed(endpoints) if request.method == "HEAD" else endpoints.get(request.method)
    if endpoint is None:
        beside = next(iter(endpoints.values()))
        visit.dialect, visit.notice = beside.dialect, beside.notice
        detail = f"{request.path} answers {methods(endpoints)}, not {request.method}."
        raise Problem(Reason.METHOD_NOT_ALLOWED, detail)
    visit.endpoint, visit.dialect = endpoint, endpoint.dialect
    visit.notice = endpoint.notice
    return endpoint


def headed(endpoints: Endpoints) -> Endpoint | None:
    """Return the operation that answers a HEAD."""
    endpoint = endpoints.get("GET")
    return None if endpoint is None or endpoint.operation.work is not None else endpoint


def methods(endpoints: Endpoints) -> str:
    """Return the methods that an address answers, as a 405 names them."""
    return ", ".join((*endpoints, "HEAD") if headed(endpoints) else endpoints)


def unfit_body(endpoint: Endpoint, unread: Problem | None) -> Problem:
    """Return the refusal of a body that is larger than the API takes, or did not arrive."""
    if unread is not None and unread.reason is not Reason.TOO_LARGE:
        return unread
    detail = f"A body may have {endpoint.api.body_bytes} bytes at most."
    return Problem(Reason.TOO_LARGE, detail)


def by_its_clock(visit: Visit, environment: Environment) -> datetime:
    return datetime.fromtimestamp(visit.now + environment.clock_offset_seconds, UTC)


def refuse_retired(api: Api, deprecation: Deprecation, now: datetime) -> None:
    """Refuse a call of a version whose sunset came; raises `Problem`."""
    if stage(deprecation, now) is not Stage.RETIRED:
        return
    detail = f"Version {deprecation.version} of {api.slug} is no longer served here."
    where = deprecation.notes or "the catalogue"
    raise Problem(Reason.RETIRED, f"{detail} Move to the current one: see {where}.")


def spent(left: Left) -> Problem:
    limit = left.limit
    detail = f"No more than {limit.calls} calls per {limit.name} are answered."
    detail += f" Try again in {left.wait_seconds} seconds."
    return Problem(Reason.QUOTA_SPENT, detail, wait_seconds=left.wait_seconds)


async def one_of_few(
    call: Call, endpoint: Endpoint, account: Account, platform: Platform
) -> Response:
    """Operate while no more calls of the account are in progress than the API allows."""
    at_once = endpoint.api.calls_at_once or 0
    if not await platform.limiter.enter(account, at_once):
        detail = f"No more than {at_once} calls are answered at the same time. Wait for one."
        raise Problem(Reason.TOO_MANY_AT_ONCE, detail, wait_seconds=1)
    try:
        response: Response = await platform.in_pool(perform, call, endpoint)
        return response
    finally:
        await platform.limiter.leave(account)


async def accepted(call: Call, endpoint: Endpoint, platform: Platform) -> Response:
    """Answer with a receipt, once what the handler made of the call is durable."""
    operation = endpoint.operation
    call.reference = platform.jobs.new_reference()
    if operation.quick(call):
        submission = operation.handler(call)
    else:
        submission = await platform.in_pool(operation.handler, call)
    receipt = await platform.jobs.accept(call, endpoint, submission)
    return endpoint.dialect.answer(call, receipt)


def perform(call: Call, endpoint: Endpoint) -> Response:
    """Operate, leave the granted fields, and word them."""
    operation = endpoint.operation
    result = operation.handler(call)
    if operation.returns is not None:
        result = call.grant.trimmer(operation.returns)(result)
    return endpoint.dialect.answer(call, result)


def refused(problem: Problem, environment: Environment, path: str, visit: Visit) -> Response:
    """Return a refusal in the API's own words; a 405 names the methods (RFC 9110, 15.5.6)."""
    response = visit.dialect.refuse(problem, visit.trace)
    if problem.reason is Reason.METHOD_NOT_ALLOWED or response.status == 405:
        endpoints, _ = environment.routes.find(path)
        response.headers.append((b"allow", methods(endpoints).encode()))
    return response


def failed(environment: Environment, visit: Visit) -> Response:
    """Return what is said of a fault of ours."""
    detail = f"Something went wrong on our side. Tell the service desk: {visit.trace}."
    detail += f" Status: {environment.status_url}"
    return visit.dialect.refuse(Problem(Reason.FAULT, detail), visit.trace)


def standing(visit: Visit) -> bytes:
    """Return the headers of every answer: its trace and, where calls are counted, what is left."""
    if visit.left is None:
        return f"trace-id: {visit.trace}\r\n".encode()
    limit, remaining, _, reset = visit.left
    text = f"{policy_of(limit)};r={remaining};t={reset}\r\ntrace-id: {visit.trace}\r\n"
    return text.encode()


@cache
def policy_of(limit: Limit) -> str:
    """Return the header that tells a limit, and the start of the one that tells what is left."""
    name, calls, seconds = limit
    return f'ratelimit-policy: "{name}";q={calls};w={seconds:.0f}\r\nratelimit: "{name}"'


def recorded(
    request: Request,
    environment: Environment,
    response: Response,
    reason: Reason | None,
    visit: Visit,
    ended: float,
) -> Record:
    endpoint, caller = visit.endpoint, visit.caller
    return Record(
        visit.trace,
        visit.now,
        environment.key,
        endpoint.api.slug if endpoint else "",
        endpoint.operation.name if endpoint else "",
        caller.application,
        caller.organisation,
        caller.person,
        response.status,
        reason,
        max(0, int((ended - visit.now) * 1_000_000)),
        len(request.body),
        len(response.body),
    )
