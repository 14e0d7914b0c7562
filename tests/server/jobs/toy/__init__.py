"""An API for tests only: append a value to the list of a lane, and somebody is told.

Anybody may call it. `make(lane)` decides with no state beside the list, so that a model of five
lines says what must come of any sequence of calls.
"""

from datetime import timedelta

import msgspec

from sluis.core.api import Api, Operation
from sluis.core.job import Notification, Outcome, Question, Receipt, Step, Submission
from sluis.core.message import Response
from sluis.core.problem import Problem, Reason
from sluis.gateway.problem_details import ProblemDetails

ORGANISATION = "0" * 31 + "1"


class Dialect(ProblemDetails):
    def answer(self, call, result):
        if isinstance(result, Receipt):
            body = {"reference": result.reference, "external": result.external_reference}
            return Response(202, msgspec.json.encode({**body, "repeated": result.repeated}))
        return super().answer(call, result)


def append(call):
    """Accept `{"steps": [{"lane", "value", …}, …], "external"}`."""
    try:
        given = msgspec.json.decode(call.request.body)
        steps = tuple(Step(step["lane"], step) for step in given["steps"])
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise Problem(Reason.MALFORMED, "This is not what is to be appended.") from error
    return Submission(steps, given.get("external"))


def appended(work, state):
    said = work.submission
    if said.get("poison"):
        raise RuntimeError("poison")
    values = [*(state or ()), said["value"]]
    wake = said.get("wake")
    wake_at = None if wake is None else work.now + timedelta(seconds=wake)
    told = tuple(notification(work, who, values) for who in said.get("tell", (ORGANISATION,)))
    return Outcome(values, told, wake_at)


def woken(work, state):
    values = [*(state or ()), "woken"]
    return Outcome(values, (notification(work, ORGANISATION, values, "Woken"),))


def failed(work, incident):
    body = {"lane": work.lane, "incident": incident}
    return (Notification(ORGANISATION, "Toy", "Failed", work.lane, None, body),)


def notification(work, who, values, event="Appended"):
    body = {"lane": work.lane, "value": values[-1], "position": len(values)}
    return Notification(who, "Toy", event, work.lane, None, body | {"to": who})


def told(call):
    query = call.request.query
    question = Question(reference=query.one("reference"), subject=query.one("lane"))
    page = call.notifications.find(query.one("who") or ORGANISATION, question)
    return {
        "told": [
            {"id": one.id, "event": one.event, "reference": one.reference, "message": one.message}
            for one in page.told
        ],
        "next": page.next,
    }


def values_of(call):
    return call.store.states([call.path["lane"]]).get(call.path["lane"], [])


APPEND = Operation(
    "append", "POST", "/toy/v1/steps", (), append, work=appended, quick=lambda call: True
)
API = Api(
    slug="toy",
    provider="port",
    title={},
    summary={},
    version="v1",
    package="tests.server.jobs.toy",
    operations=(
        APPEND,
        Operation("told", "GET", "/toy/v1/told", (), told),
        Operation("values", "GET", "/toy/v1/lanes/{lane}", (), values_of),
    ),
    dialect=Dialect(),
    product="toy",
    on_clock=woken,
    on_fault=failed,
)
