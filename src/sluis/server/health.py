"""Whether the process lives, whether it can do its work, and its numbers."""

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import Executor

import msgspec
from django.db import Error, connection
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.gateway.problem_details import ProblemDetails

LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
FORWARDED = (b"x-forwarded-for", b"forwarded", b"via")


class Health:
    """Answers `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, threads: Executor, ready: Callable[[], bool]) -> None:
        self.threads = threads
        self.ready = ready

    async def answer(self, request: Request) -> Response | None:
        if request.path == "/healthz":
            return Response(200, b'{"status":"ok"}')
        if request.path == "/readyz":
            return await self.readiness()
        if request.path == "/metrics":
            return metrics(request)
        return None

    async def readiness(self) -> Response:
        database = await get_running_loop().run_in_executor(self.threads, database_answers)
        checks = {"database": database, "policy": self.ready()}
        status = "ok" if all(checks.values()) else "not ready"
        body = msgspec.json.encode({"status": status, **checks})
        return Response(200 if all(checks.values()) else 503, body)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except Error:
        connection.close()
        return False


def metrics(request: Request) -> Response:
    """Return the numbers, to this machine only: they tell who is a customer and how it goes."""
    forwarded = any(name in request.headers for name in FORWARDED)
    if request.address not in LOOPBACK or forwarded:
        detail = "The metrics are read from the machine itself."
        return ProblemDetails().refuse(Problem(Reason.NOT_GRANTED, detail), "")
    return Response(200, generate_latest(), CONTENT_TYPE_LATEST.encode())
