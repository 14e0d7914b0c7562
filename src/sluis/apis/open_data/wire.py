"""Open data in JSON: parameters in, answers and refusals out.

Refusals speak as the original gateway does where it answers itself (`statusCode`), and as the
port behind it where a parameter is wrong (`message` and `stacktrace`, which is always null).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sluis.apis.open_data.rules.clock import local, seconds, written
from sluis.core.api import Call, Parameter
from sluis.core.message import Pairs, Response
from sluis.core.problem import Problem, Reason

# The key may stand in the query, also under the name that the Dutch guide prints.
KEY_PARAMETERS = ("subscription-key", "abonnementscode")
UTC_FORM = "yyyy-MM-ddTHH:mm:ssZ"
LOCAL_FORM = "yyyy-MM-ddTHH:mm:ss"


class Query:
    """The parameters of an operation: what it documents is what it takes."""

    def __init__(self, *parameters: Parameter) -> None:
        self.parameters = parameters
        self.names = [item.name for item in parameters if item.place == "query"]
        self.known = frozenset((*map(str.lower, self.names), *KEY_PARAMETERS))

    def read(self, query: Pairs) -> dict[str, str]:
        """Return the values that were given, by name in lower case; "" counts as none.

        Raises `Problem` on a parameter that is unknown or given twice.
        """
        given: dict[str, str] = {}
        for name, value in query:
            if name not in self.known:
                raise Problem(Reason.MALFORMED, self.unknown(name))
            if name in given:
                raise Problem(Reason.MALFORMED, f"Parameter '{name}' is given more than once.")
            given[name] = value
        return (
            {name: value for name, value in given.items() if value}
            if "" in given.values()
            else given
        )

    def unknown(self, name: str) -> str:
        if not self.names:
            return f"Parameter '{name}' is unknown: this call has no parameters."
        names = ", ".join(self.names)
        return f"Parameter '{name}' is unknown. The parameters of this call are: {names}."


DATE_SINCE = f"UTC, {UTC_FORM}, at most 6 hours ago: what changed after it is returned"
NO_PARAMETERS = Query()
STAYS = Query(
    Parameter(
        "date", f"{DATE_SINCE}; without it, of the last 6 hours", example="2024-03-01T05:10:00Z"
    )
)
VOYAGES = Query(Parameter("date", DATE_SINCE, required=True, example="2024-03-01T05:10:00Z"))
READINGS = Query(
    Parameter("location", "Name of one station; without it, all", example="Prosperpolder"),
    Parameter("from", f"Start of a window of at most 24 hours, UTC, {UTC_FORM}"),
    Parameter("to", f"End of the window, UTC, {UTC_FORM}"),
)
MEASUREMENTS = Query(
    Parameter("infrastructureCode", "A code from /infrastructures; without it, all", example="DGD"),
    Parameter("date", f"UTC, {UTC_FORM}: only files that changed after it"),
)
FILE = Query(
    Parameter("infrastructureCode", "Code of the infrastructure", place="path", required=True),
    Parameter("survey", "Number of the survey", place="path", required=True),
    Parameter("expires", "Until when the link works, in seconds since 1970", required=True),
    Parameter("signature", "What shows that the link was made here", required=True),
)
VESSELS = Query(
    Parameter("portLoCode", "UN/LOCODE of the port: BEANR or BEZEE", example="BEANR"),
    Parameter("terminalOperatorCode", "DPW, PSA, MPET or CSPZ", example="MPET"),
    Parameter("terminalCode", "K869, K913, K1700, K1718, K1742 or K120-K124", example="K1742"),
    Parameter("vesselName", "Name of a ship, in full", example="MSC VITTORIA"),
    Parameter("imo", "IMO number of a ship", example="9299551"),
    Parameter("etaFrom", f"Only ships expected after this local time, {LOCAL_FORM}"),
)


def moment(name: str, value: str) -> datetime:
    """Return the time in a parameter; raises `Problem` unless it is written as UTC_FORM."""
    try:
        found = datetime.fromisoformat(value)
        if written(found) == value:  # Python reads more forms than are documented
            return found
    except (ValueError, OverflowError):
        pass
    detail = f"Parameter '{name}' cannot be read: write a time in UTC as {UTC_FORM}."
    raise Problem(Reason.MALFORMED, f"{detail} For example: {name}=2024-03-01T05:10:00Z.")


def local_moment(name: str, value: str) -> str:
    """Return a time on the clocks of Antwerp; one that ends in Z is UTC and moved to there."""
    if value.endswith("Z"):
        return local(seconds(moment(name, value)))
    try:
        if datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%S") == value:
            return value
    except ValueError:
        pass
    detail = f"Parameter '{name}' cannot be read: write a local time as {LOCAL_FORM}."
    raise Problem(Reason.MALFORMED, f"{detail} For example: {name}=2023-07-27T20:24:00.")


def since(date: str, now: datetime, at_most: timedelta) -> datetime:
    """Return from when on changes are asked for; raises `Problem` when that is too long ago."""
    if not date:
        return now - at_most
    found = moment("date", date)
    if found < now - at_most - ON_THE_WAY:
        hours = at_most // timedelta(hours=1)
        detail = f"Parameter 'date' is more than {hours} hours ago: it is now {written(now)}."
        raise Problem(Reason.MALFORMED, detail)
    return found


ON_THE_WAY = timedelta(seconds=5)  # a call for exactly six hours ago takes a while to arrive


def window(given: dict[str, str], at_most: timedelta) -> tuple[datetime, datetime]:
    """Return the window of `from` and `to`, both included; raises `Problem` when it is none."""
    start, end = given.get("from"), given.get("to")
    if not start or not end:
        detail = "Parameters 'from' and 'to' go together: give both, or neither for now."
        raise Problem(Reason.MALFORMED, detail)
    first, last = moment("from", start), moment("to", end)
    if last < first:
        raise Problem(Reason.MALFORMED, "Parameter 'to' is before 'from': swap them.")
    if last - first > at_most:
        hours = at_most // timedelta(hours=1)
        detail = f"From 'from' to 'to' is more than {hours} hours: ask for less at a time."
        raise Problem(Reason.MALFORMED, detail)
    return first, last


@dataclass(frozen=True, slots=True)
class Download:
    """A file, for an operation that answers with one."""

    name: str
    text: str


MISSING_KEY = (
    "Access denied due to missing subscription key."
    " Make sure to include subscription key when making requests to an API."
)
INVALID_KEY = (
    "Access denied due to invalid subscription key."
    " Make sure to provide a valid key for an active subscription."
)
INVALID_TOKEN = (b"www-authenticate", b'Bearer error="invalid_token"')

# Who calls is not known, or not as a subscriber: always 401.
UNIDENTIFIED = frozenset(
    {
        Reason.CREDENTIAL_MISSING,
        Reason.CREDENTIAL_UNKNOWN,
        Reason.CREDENTIAL_EXPIRED,
        Reason.CREDENTIAL_DISABLED,
        Reason.CREDENTIALS_DISAGREE,
        Reason.WRONG_ENVIRONMENT,
        Reason.NOT_SUBSCRIBED,
    }
)
# Worded by the gateway of the original.
GATEWAY_STATUS = {
    Reason.NO_SUCH_OPERATION: 404,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.TOO_LARGE: 413,
    Reason.NO_CONSENT: 403,
    Reason.NOT_GRANTED: 403,
    Reason.NOT_YOURS: 403,
    Reason.KEY_REUSED: 422,
    Reason.IN_PROGRESS: 409,
    Reason.RETIRED: 410,
    Reason.UNAVAILABLE: 503,
}
# Worded by the port behind it.
PORT_STATUS = {
    Reason.MALFORMED: 400,
    Reason.SIGNATURE_WRONG: 403,
    Reason.NOT_FOUND: 404,
    Reason.NOT_ALLOWED_NOW: 409,
    Reason.GONE: 410,
    Reason.FAULT: 500,
}
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Dialect:
    spent_status: int  # of a call over the day's quota: the products differ

    def answer(self, call: Call, result: Any) -> Response:
        if isinstance(result, Download):
            attachment = f'attachment; filename="{result.name}"'.encode()
            headers = [(b"content-disposition", attachment), (b"cache-control", b"private")]
            return Response(200, result.text.encode(), b"text/csv; charset=utf-8", headers)
        return Response(200, encode(result))

    def refuse(self, problem: Problem, trace: str) -> Response:
        response = self.worded(problem, trace)
        if problem.wait_seconds is not None:
            response.headers.append((b"retry-after", str(problem.wait_seconds).encode()))
        return response

    def worded(self, problem: Problem, trace: str) -> Response:
        reason = problem.reason
        if reason in UNIDENTIFIED:
            return unidentified(problem)
        if reason is Reason.QUOTA_SPENT and self.spent_status == 403:
            return by_gateway(403, out_of_quota(problem.wait_seconds))
        if reason in (Reason.QUOTA_SPENT, Reason.TOO_MANY_AT_ONCE):
            return by_gateway(429, rate_exceeded(problem.wait_seconds))
        if reason in GATEWAY_STATUS:
            return by_gateway(GATEWAY_STATUS[reason], problem.detail)
        detail = problem.detail
        if reason is Reason.FAULT and trace not in detail:
            detail = f"{detail} Trace: {trace}."
        return by_port(PORT_STATUS[reason], detail)


def unidentified(problem: Problem) -> Response:
    """Return the 401 of a key or of a token; the key is looked at first."""
    if problem.scheme == "bearer-token" or problem.reason is Reason.CREDENTIALS_DISAGREE:
        response = by_gateway(401, problem.detail)
        response.headers.append(INVALID_TOKEN)
        return response
    missing = problem.reason is Reason.CREDENTIAL_MISSING
    return by_gateway(401, MISSING_KEY if missing else INVALID_KEY)


def rate_exceeded(wait_seconds: int | None) -> str:
    if wait_seconds is None:
        return "Rate limit is exceeded."
    return f"Rate limit is exceeded. Try again in {wait_seconds} seconds."


def out_of_quota(wait_seconds: int | None) -> str:
    if wait_seconds is None:
        return "Out of call volume quota."
    minutes, left = divmod(wait_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours:02}:{minutes:02}:{left:02}"
    return f"Out of call volume quota. Quota will be replenished in {clock}."


def by_gateway(status: int, message: str) -> Response:
    return Response(status, encode({"statusCode": status, "message": message}))


def by_port(status: int, message: str) -> Response:
    return Response(status, encode({"message": message, "stacktrace": None}))
