"""Barcodes in JSON: parameters in, answers and refusals out.

Each step of the original words its refusals in its own form: the gateway in front (`message`
and `http_status_code`), its check of keys (`fault`), and the barcode service (`errors`).
"""

import re
from typing import Any, NamedTuple

import msgspec

from sluis.apis.parcels.rules.barcode import FORMAT, MISSING, TYPES, Refused
from sluis.core.api import Call, Field, Kind, Model, Parameter
from sluis.core.message import Pairs, Response
from sluis.core.problem import Problem, Reason

BARCODE = Model(
    "barcode",
    {
        "Barcode": Field(
            Kind.STRING, "Unique: this barcode is never issued again", example="3SDEVC816223392"
        )
    },
)
PARAMETERS = (
    Parameter(
        "CustomerCode",
        "Code of the customer, as the key's company has it",
        required=True,
        example="DEVC",
    ),
    Parameter(
        "CustomerNumber",
        "Number of the customer, as the key's company has it",
        required=True,
        example="11223344",
    ),
    Parameter("Type", f"Type of the barcode: {', '.join(TYPES)}", required=True, example="3S"),
    Parameter(
        "Serie",
        "First and last number with a dash between, equally wide; without it, the documented one",
        example="0000000-9999999",
    ),
    Parameter(
        "Range",
        "2S and 3S: letters, CustomerCode when left out; CC, CD, CP and CF: four digits;"
        " LA, RI and UE: NL",
        example="DEVC",
    ),
)
CODE = re.compile(r"[A-Za-z0-9]{1,6}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,8}", re.ASCII)


class Query(NamedTuple):
    customer_code: str
    customer_number: str
    type: str
    serie: str
    range: str


def read(query: Pairs) -> Query:
    """Return the parameters of a call. Raises `Refused`, and `Problem` on one given twice."""
    given = Query(*(query.one(p.name) or "" for p in PARAMETERS))
    for parameter, value in zip(PARAMETERS, given, strict=True):
        if parameter.required and not value:
            raise Refused(MISSING, f"{parameter.name} is missing.")
    if not CODE.fullmatch(given.customer_code):
        raise Refused(FORMAT, "CustomerCode is one to six letters and digits.")
    if not NUMBER.fullmatch(given.customer_number):
        raise Refused(FORMAT, "CustomerNumber is one to eight digits.")
    return given


class Faulty(Problem):
    """A refusal of the barcode service, which numbers its mistakes."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(Reason.MALFORMED, refused.sentence)
        self.number = refused.number


encode = msgspec.json.Encoder().encode
HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"origin, x-requested-with, accept, apikey, Content-Type"),
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-max-age", b"3628800"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-robots-tag", b"noindex"),
)
MISSING_KEY = "Failed to resolve API Key variable 'request.header.apikey'"
ONLY_GET = "Only GET & POST requests allowed"
TOO_MANY = "Too many requests. Rate limit exceeded!"
INVALID_KEY = ("Invalid ApiKey", "oauth.v2.InvalidApiKey")
OTHER_PRODUCT = ("Invalid ApiKey for given resource", "oauth.v2.InvalidApiKeyForGivenResource")

FAULTS = {
    Reason.CREDENTIAL_UNKNOWN: INVALID_KEY,
    Reason.CREDENTIAL_EXPIRED: INVALID_KEY,
    Reason.CREDENTIAL_DISABLED: INVALID_KEY,
    Reason.CREDENTIALS_DISAGREE: INVALID_KEY,
    Reason.WRONG_ENVIRONMENT: INVALID_KEY,
    Reason.SIGNATURE_WRONG: INVALID_KEY,
    Reason.NOT_SUBSCRIBED: OTHER_PRODUCT,
    Reason.NOT_GRANTED: OTHER_PRODUCT,
    Reason.NO_CONSENT: OTHER_PRODUCT,
    Reason.NOT_YOURS: OTHER_PRODUCT,
}
# Worded by the gateway in front: its own text, or else the sentence of the refusal.
MESSAGES: dict[Reason, tuple[int, str | None]] = {
    Reason.CREDENTIAL_MISSING: (401, MISSING_KEY),
    Reason.METHOD_NOT_ALLOWED: (405, ONLY_GET),
    Reason.QUOTA_SPENT: (429, TOO_MANY),
    Reason.TOO_MANY_AT_ONCE: (429, TOO_MANY),
    Reason.TOO_LARGE: (404, None),  # as documented: a body over 200 kB finds nothing
    Reason.NO_SUCH_OPERATION: (404, None),
    Reason.NOT_FOUND: (404, None),
    Reason.GONE: (410, None),
    Reason.RETIRED: (410, None),
    Reason.NOT_ALLOWED_NOW: (409, None),
    Reason.IN_PROGRESS: (409, None),
    Reason.KEY_REUSED: (422, None),
    Reason.UNAVAILABLE: (503, None),
}


class Dialect:
    def answer(self, call: Call, result: Any) -> Response:
        return said(200, result)

    def refuse(self, problem: Problem, trace: str) -> Response:
        response = worded(problem, trace)
        if problem.wait_seconds is not None:
            response.headers.append((b"retry-after", str(problem.wait_seconds).encode()))
        return response


def worded(problem: Problem, trace: str) -> Response:
    reason = problem.reason
    if reason in FAULTS:
        return fault(401, *FAULTS[reason])
    if reason is Reason.MALFORMED and problem.scheme is not None:
        return message(401, MISSING_KEY)  # the key was put where keys are not read
    if reason in MESSAGES:
        status, text = MESSAGES[reason]
        return message(status, text or problem.detail)
    if reason is Reason.MALFORMED:
        number = problem.number if isinstance(problem, Faulty) else FORMAT
        error = {"ErrorMsg": problem.detail, "ErrorNumber": str(number)}
        return said(400, {"errors": [error]})
    detail = problem.detail if trace in problem.detail else f"{problem.detail} Trace: {trace}."
    return fault(500, detail, "Validation Fault")


def message(status: int, text: str) -> Response:
    return said(status, {"message": text, "http_status_code": status})


def fault(status: int, text: str, code: str) -> Response:
    return said(status, {"fault": {"faultstring": text, "detail": {"errorcode": code}}})


def said(status: int, body: Any) -> Response:
    return Response(status, encode(body), headers=list(HEADERS))
