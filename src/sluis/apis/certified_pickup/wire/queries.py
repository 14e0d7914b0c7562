"""The parameters of Certified Pick up's questions."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sluis.apis.certified_pickup.rules.release import Status
from sluis.apis.certified_pickup.wire.reading import CONTAINER, PORT, malformed, moment, shown
from sluis.core.api import Kind, Parameter
from sluis.core.job import QUERIED_HOURS, Question
from sluis.core.message import Pairs
from sluis.core.problem import Problem, Reason

PAGE_SIZE, PAGE_SIZE_AT_MOST, PAGE_AT_MOST = 25, 100, 1_000_000
TEXT_AT_MOST = 200
STATUS = ("Active", "Pending", "Police", "Terminal", "Shipping")
RIGHT_STATUS = tuple(Status)
ACTION_STATUS = ("Undefined", "Pending", "Revoke", "Transfer")
EVENTS = (
    "Unknown Release Update Delete Block Unblock Revoke TerminalRelease TerminalBlocked"
    " TerminalScan Transferred DeclinedByNextParty AcceptedByNextParty RevokedByPreviousParty"
    " NotValidated ThrownException GetPagedContainers PickedUpByParty GetAllReleaseLights"
    " GetCombinedGreenLight ExpiredReleaseRights InactiveReleaseRights GateOut DigitalKeyCreated"
    " DigitalKeyRevoked GetReleaseDetail ReleaseLightChanged ReleaseLightRegistered"
    " AlfapassPickUpValidation"
).split()
EVENT = {name.lower(): name for name in EVENTS}
TEXT_FILTERS = (
    "equipmentnumberfilter",
    "billofladingnumberfilter",
    "shippingagentnamefilter",
    "shippingagenttinfilter",
    "terminalnamefilter",
    "currentstakeholdernamefilter",
    "currentstakeholdertinfilter",
)
CLOCK = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,7})?)?")


def filled(query: Pairs, name: str) -> str | None:
    """Return the value of a parameter; an empty one counts as absent."""
    return query.one(name) or None


class Invalid(Problem):
    """Parameters that are wrong, each with what is to be said of it."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        texts = [text for found in errors.values() for text in found]
        super().__init__(Reason.MALFORMED, ";".join(texts))
        self.errors = errors


def paging(query: Pairs) -> tuple[int, int]:
    """Return page and size of page. Raises `Invalid`."""
    errors: dict[str, list[str]] = {}
    page = number(query, "Page", "Page", 1, PAGE_AT_MOST, errors)
    size = number(query, "PageSize", "Page Size", PAGE_SIZE, PAGE_SIZE_AT_MOST, errors)
    if errors:
        raise Invalid(errors)
    return page, size


def number(
    query: Pairs, name: str, title: str, default: int, at_most: int, errors: dict[str, list[str]]
) -> int:
    text = filled(query, name)
    if text is None:
        return default
    if re.fullmatch(r"[+-]?[0-9]{1,9}", text.strip()) is None:
        errors[name] = [f"The value '{shown(text)}' is not valid for {title}."]
        return default
    found = int(text)
    if found < 1:
        errors[name] = [f"'{title}' must be greater than or equal to '1'."]
    elif found > at_most:
        errors[name] = [f"'{title}' must be less than or equal to '{at_most}'."]
    return found


def rights(query: Pairs, port: str) -> dict[str, Any]:
    """Return what a list of rights is asked for. Raises `Problem`."""
    page, size = paging(query)
    asked: dict[str, Any] = {"portLoCode": port_of(port), "page": page, "pageSize": size}
    for name in TEXT_FILTERS:
        text = filled(query, name)
        if text is not None:
            if len(text) > TEXT_AT_MOST:
                raise malformed(f"Parameter '{name}' has {TEXT_AT_MOST} characters at most")
            asked[name] = text
    for name, values in (("status", STATUS), ("actionstatusfilter", ACTION_STATUS)):
        found = one_of(query, name, values)
        if found is not None:
            asked[name] = found
    right = one_of(query, "releaserightstatusfilter", RIGHT_STATUS)
    if right is not None:
        asked["releaserightstatusfilter"] = RIGHT_STATUS[right].value
    return asked


def one_of(query: Pairs, name: str, values: tuple[str, ...]) -> int | None:
    """Return a value of an enumeration, which may be given by name or by number."""
    text = filled(query, name)
    if text is None:
        return None
    by_text = {value.lower(): n for n, value in enumerate(values)}
    by_text |= {str(n): n for n in range(len(values))}
    found = by_text.get(text.strip().lower())
    if found is None:
        raise malformed(f"Parameter '{name}' has an invalid value '{shown(text)}'")
    return found


def port_of(text: str) -> str:
    if PORT.fullmatch(text.upper()) is None:
        raise malformed(f"Route parameter 'PortLoCode' has an invalid value '{shown(text)}'")
    return text.upper()


def detail(query: Pairs, port: str, equipment: str) -> dict[str, Any]:
    """Return which release is asked for; bills of lading come comma separated or repeated."""
    if CONTAINER.fullmatch(equipment.upper()) is None:
        shape = f"Route parameter 'EquipmentNumber' has an invalid value '{shown(equipment)}'"
        raise malformed(shape)
    asked: dict[str, Any] = {"portLoCode": port_of(port), "equipmentNumber": equipment.upper()}
    given = [one for text in query.all("billOfLadingNumbers") for one in text.split(",")]
    bills = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if len(bills) > 50 or any(len(one) > 35 for one in bills):
        raise malformed("Parameter 'billOfLadingNumbers' has an invalid value")
    if bills:
        asked["billOfLadingNumbers"] = bills
    identification = filled(query, "releaseIdentification")
    if identification is not None:
        asked["releaseIdentification"] = identification.strip()[:TEXT_AT_MOST]
    return asked


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which parties the registry is asked for: all that is given must hold."""

    codes: dict[str, str]  # by type of identifier
    name: str | None
    page: int
    size: int
    echo: dict[str, Any]  # as it was asked


# Member of the answer, parameter, type of identifier.
REGISTRY = (
    ("eori", "EORI", "Eori"),
    ("duns", "DUNS", "Duns"),
    ("vat", "VAT", "TIN"),
    ("nxtEntityId", "NxtEntityId", "NxtEntityId"),
    ("apcsCode", "apcsCode", "APCS"),
)


def registry(query: Pairs) -> Lookup:
    """Return what the registry is asked. Raises `Problem` when that is nothing."""
    page, size = paging(query)
    given = {member: filled(query, name) for member, name, _ in REGISTRY}
    name = filled(query, "entityName")
    if name is None and not any(given.values()):
        names = ", ".join((*(name for _, name, _ in REGISTRY), "entityName"))
        raise Problem(Reason.NOT_ALLOWED_NOW, f"Give at least one of {names}.")
    codes = {type_: given[member] or "" for member, _, type_ in REGISTRY if given[member]}
    order = ("eori", "duns", "vat", "nxtEntityId", "entityName", "apcsCode")
    echo = {member: name if member == "entityName" else given[member] for member in order}
    return Lookup(codes, name, page, size, {**echo, "page": page, "pageSize": size})


NOTIFICATION_PARAMETERS = (
    "notificationEvent",
    "equipmentNumber",
    "publicReferenceId",
    "releaseId",
    "storedOn",
    "timeWindowFrom",
    "timeWindowTo",
    "daysInBetween",
)


def unanswerable(detail: str) -> Problem:
    """Return the refusal of a question about notifications: whatever is wrong, it is 405."""
    return Problem(Reason.NOT_ALLOWED_NOW, detail)


def notifications(query: Pairs, now: datetime) -> Question:
    """Return which notifications are asked for. Raises `Problem`."""
    given = {name: filled(query, name) for name in NOTIFICATION_PARAMETERS}
    if not any(given.values()):
        raise unanswerable("Give at least one parameter.")
    event = given["notificationEvent"]
    if event is not None and event.lower() not in EVENT:
        raise unanswerable(f"There is no event '{shown(event)}'.")
    start, end = stored(given, now)
    equipment = given["equipmentNumber"]
    return Question(
        event=EVENT[event.lower()] if event else None,
        subject=equipment.strip().upper() if equipment else None,
        reference=guid(given["publicReferenceId"]),
        object=guid(given["releaseId"]),
        stored_from=start,
        stored_until=end,
    )


def guid(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise unanswerable(f"'{shown(text)}' is no GUID.") from None


def stored(given: dict[str, str | None], now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return from when until when the notifications were stored."""
    day, first, last = given["storedOn"], given["timeWindowFrom"], given["timeWindowTo"]
    if (first is None) != (last is None) or (first is not None and day is None):
        raise unanswerable("timeWindowFrom and timeWindowTo go together, and with storedOn.")
    days = given["daysInBetween"]
    since = None
    if days is not None:
        if re.fullmatch(r"[0-9]{1,3}", days.strip()) is None:
            raise unanswerable("daysInBetween is a number of days.")
        since = now - timedelta(days=min(int(days), QUERIED_HOURS // 24))
    if day is None:
        return since, None
    found = moment(day.strip().replace(" ", "+") if "T" in day.upper() else day)
    if found is None:
        raise unanswerable(f"storedOn '{shown(day)}' is no date or time.")
    start, end = clock(first, time.min), clock(last, time.max)
    if end < start:
        raise unanswerable("timeWindowTo is before timeWindowFrom.")
    return datetime.combine(found, start, UTC), datetime.combine(found, end, UTC)


def clock(text: str | None, default: time) -> time:
    if text is None:
        return default
    try:
        if CLOCK.fullmatch(text.strip()):
            return time.fromisoformat(text.strip())
    except ValueError:
        pass
    raise unanswerable(f"'{shown(text)}' is no time such as 07:30.")


def path(name: str) -> Parameter:
    described = {
        "port_locode": ("UN/LOCODE of the port: BEANR for Antwerp", "BEANR"),
        "equipment_number": ("Container number", "CAIU7654321"),
        "ingestion_id": (
            "GUID of your company's ingestion channel",
            "b1e8f1c2-5a44-4b0e-9d6e-0d8f6a2b9c11",
        ),
    }
    description, example = described[name]
    return Parameter(name, description, place="path", required=True, example=example)


EXTERNAL_REFERENCE = Parameter(
    "External-Reference-Id",
    "Your own reference: it comes back in the receipt and in notifications",
    place="header",
    example="MYREF-000123",
)
PAGING = (
    Parameter("page", "Which page, from 1", kind=Kind.INTEGER, example="1"),
    Parameter(
        "pageSize", f"Rows on a page, at most {PAGE_SIZE_AT_MOST}", kind=Kind.INTEGER, example="25"
    ),
)


def numbered(values: tuple[str, ...], leave_out: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{n} {one}" for n, one in enumerate(values) if one not in leave_out)


LIST = (
    *PAGING,
    Parameter("status", numbered(STATUS), kind=Kind.INTEGER, example="0"),
    *(Parameter(name, "Part of it, in any case") for name in TEXT_FILTERS),
    Parameter(
        "releaserightstatusfilter",
        numbered(RIGHT_STATUS, ("Blocked", "Unblocked")),
        kind=Kind.INTEGER,
        example="1",
    ),
    Parameter("actionStatusFilter", numbered(ACTION_STATUS), kind=Kind.INTEGER, example="1"),
)
DETAIL = (
    Parameter("billOfLadingNumbers", "Bills of lading, comma separated or repeated"),
    Parameter("releaseIdentification", "Identification of the release"),
)
ENTITIES = (
    *(Parameter(name, f"{name} of the company") for _, name, _ in REGISTRY),
    Parameter("entityName", "Part of its name, in any case", example="Forwarding"),
    *PAGING,
)
NOTIFICATIONS = (
    Parameter("notificationEvent", "Event of the notification", example="Transferred"),
    Parameter("equipmentNumber", "Container number", example="CAIU7654321"),
    Parameter("publicReferenceId", "GUID from the receipt of the call that caused it"),
    Parameter("releaseId", "GUID of the release right"),
    Parameter("storedOn", "Day (or a moment of the day, UTC) on which it was stored"),
    Parameter("timeWindowFrom", "Start of a window on that day, UTC", example="07:30"),
    Parameter("timeWindowTo", "End of the window", example="19:25"),
    Parameter("daysInBetween", "Not older than so many days, as in older versions"),
    Parameter("before", "Where the next page begins; see the header `Link`"),
)
