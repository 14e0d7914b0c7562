"""Reads JSON as clients of the original write it, and collects what is wrong with it.

Names of members and values of lists have no case; an empty text, list or object counts as
absent. What is not known is let be.
"""

import codecs
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeGuard

import msgspec

from sluis.apis.certified_pickup.rules import refusals
from sluis.apis.certified_pickup.rules.refusals import Code
from sluis.core.problem import Problem, Reason

DEPTH_AT_MOST = 32
BILLS_AT_MOST = 50
SHOWN_AT_MOST = 50  # characters of a wrong value that a refusal repeats
YEARS = range(2000, 2101)
REFERENCE, CODE, REASON, NAME = 35, 64, 256, 70

CONTAINER = re.compile(r"[A-Z]{4}[0-9]{7}")  # no check digit: those of the guide are wrong
PORT = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")
SIZE_TYPE = re.compile(r"[0-9A-Z]{4}")
TERMINAL = re.compile(r"[0-9A-Za-z]{1,10}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?)?")
ENTITY_TYPES = ("NxtEntityId", "TIN", "Eori", "Duns", "APCS", "SCAC")
# Every member that a body can have.
KNOWN = frozenset(
    "actionType billOfLadingNumbers carrier emptyReturnReference equipmentNumber"
    " equipmentOperator equipmentStatus equipmentSupplier equipmentType expirationDateTimeUtc"
    " fullEmptyIndicator identificationCode identificationType isCarrierHaulage meansOfTransport"
    " portLoCode reasonForAction releaseDateTimeUtc releaseFrom releaseIdentification"
    " releaseOrderReference releaseRights releaseTo script stayNumber terminalCode timestamp"
    " vesselCallSign vesselName vesselNumber voyageNumber".split()
)
BY_LOWER = {name.lower(): name for name in KNOWN}
decode = msgspec.json.decode
NOTHING: tuple[Any, ...] = (None, "", [], {})


def members(body: bytes) -> dict[str, Any]:
    """Return the members of an object, under the names of the guide. Raises `Problem`."""
    try:
        found = decode(body.removeprefix(codecs.BOM_UTF8))
    except RecursionError:
        raise malformed(f"The JSON is nested more than {DEPTH_AT_MOST} deep") from None
    except (ValueError, UnicodeError):  # what msgspec raises are ValueErrors
        raise malformed("The body is no JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise malformed("The body is no JSON object")
    if body.count(b"{") + body.count(b"[") > DEPTH_AT_MOST and too_deep(found):
        raise malformed(f"The JSON is nested more than {DEPTH_AT_MOST} deep")
    return folded(found)


def too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_AT_MOST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def folded(value: dict[str, Any]) -> dict[str, Any]:
    """Return members under the names of the guide, however their letters are cased."""
    if KNOWN.issuperset(value):
        return value
    found: dict[str, Any] = {}
    for given, member in value.items():
        name = given if given in KNOWN else BY_LOWER.get(given.lower(), given.lower())
        if name in found:
            raise malformed(f"Member '{shown(given)}' is given more than once")
        found[name] = member
    return found


def malformed(*reasons: str) -> Problem:
    return Problem(Reason.MALFORMED, ";".join(reasons))


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = text.replace("\0", "\\0")
    return text if len(text) <= SHOWN_AT_MOST else text[:SHOWN_AT_MOST] + "…"


class Reader:
    """Takes members of one object into `taken`, by the names of the guide, and notes faults."""

    def __init__(self, given: Mapping[str, Any], where: str = "") -> None:
        self.given = given
        self.where = where
        self.taken: dict[str, Any] = {}
        self.faults: list[str] = []

    def value(self, name: str, *, required: bool) -> Any:
        value = self.given.get(name)
        if value or (value is not None and value not in NOTHING):  # most are a text that is there
            return value
        if required:
            self.faults.append(refusals.text(Code.REQUIRED, name=self.where + name))
        return None

    def wrong(self, name: str, value: Any) -> None:
        self.faults.append(refusals.text(Code.INVALID, name=self.where + name, value=shown(value)))

    def text(self, name: str, at_most: int = REFERENCE, *, required: bool = False) -> None:
        value = self.given.get(name)
        if fits(value, at_most):
            value = value.strip()
            if value:
                self.taken[name] = value
                return
        elif value is not None and value not in NOTHING:
            self.wrong(name, value)
            return
        if required:
            self.faults.append(refusals.text(Code.REQUIRED, name=self.where + name))

    def code(self, name: str, pattern: re.Pattern[str], *, required: bool = False) -> None:
        """Take a code that is written in capitals, whatever it was sent in."""
        value = self.value(name, required=required)
        if value is None:
            return
        found = value.strip().upper() if isinstance(value, str) else ""
        if pattern.fullmatch(found):
            self.taken[name] = found
        else:
            self.wrong(name, value)

    def terminal(self, *, required: bool) -> None:
        value = self.value("terminalCode", required=required)
        if value is None:
            return
        if isinstance(value, str) and TERMINAL.fullmatch(value.strip()):
            self.taken["terminalCode"] = value.strip()
        else:
            self.wrong("terminalCode", value)

    def size_type(self) -> None:
        value = self.value("equipmentType", required=False)
        if isinstance(value, str) and value.strip().lower() == "container":
            self.taken["equipmentType"] = "Container"
        else:
            self.code("equipmentType", SIZE_TYPE)

    def choice(self, name: str, values: Collection[str], *, required: bool = False) -> None:
        value = self.value(name, required=required)
        if value is None:
            return
        found = None
        if isinstance(value, str):
            found = value if value in values else by_lower(tuple(values)).get(value.strip().lower())
        if found is None:
            self.wrong(name, value)
        else:
            self.taken[name] = found

    def flag(self, name: str) -> None:
        value = self.value(name, required=False)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if isinstance(value, bool):
            self.taken[name] = value
        elif value is not None:
            self.wrong(name, value)

    def moment(self, name: str) -> None:
        """Take a time; one without a zone is UTC."""
        value = self.value(name, required=False)
        if value is None:
            return
        found = moment(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(name, value)
        else:
            self.taken[name] = found.isoformat()

    def bills(self, *, required: bool = True) -> None:
        name = "billOfLadingNumbers"
        value = self.value(name, required=required)
        if value is None:
            return
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(
            fits(one, REFERENCE) for one in found if one is not None
        ):
            self.wrong(name, value)
            return
        told = {text: None for one in found if one is not None and (text := one.strip())}
        if not told:
            if required:
                self.faults.append(refusals.text(Code.REQUIRED, name=self.where + name))
        elif len(told) > BILLS_AT_MOST:
            self.wrong(name, f"{len(told)} numbers")
        else:
            self.taken[name] = list(told)

    def entity(self, name: str, *, required: bool = False) -> None:
        """Take `{identificationType, identificationCode}`; with both empty it is absent."""
        value = self.value(name, required=False)
        inner = self.inside(name, value) if value is not None else None
        if inner is not None:
            inner.choice("identificationType", ENTITY_TYPES, required=True)
            inner.text("identificationCode", CODE, required=True)
            if not inner.faults:
                self.taken[name] = inner.taken
                return
            if not all(one in NOTHING for one in inner.given.values()):
                self.faults += inner.faults
                return
        if required and not self.faulty(name):
            self.faults.append(refusals.text(Code.REQUIRED, name=self.where + name))

    def inside(self, name: str, value: Any) -> "Reader | None":
        if isinstance(value, dict):
            return Reader(folded(value), f"{self.where}{name}.")
        self.wrong(name, value)
        return None

    def faulty(self, name: str) -> bool:
        return any(f"'{self.where}{name}'" in fault for fault in self.faults)

    def identity(self, *, terminal: bool = True) -> None:
        """Take what names a release."""
        self.text("releaseIdentification", required=True)
        self.code("equipmentNumber", CONTAINER, required=True)
        self.bills()
        self.code("portLoCode", PORT, required=True)
        self.terminal(required=terminal)

    def done(self) -> dict[str, Any]:
        """Return what was taken. Raises `Problem` with all that is wrong."""
        if self.faults:
            raise malformed(*self.faults)
        return self.taken


@lru_cache
def by_lower(values: tuple[str, ...]) -> dict[str, str]:
    return {value.lower(): value for value in values}


def fits(value: Any, at_most: int) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= at_most and "\0" not in value


def moment(text: str) -> datetime | None:
    """Return the time in UTC; None when it is unreadable or of another age than ours."""
    text = text.strip()
    if MOMENT.fullmatch(text) is None:
        return None
    try:
        found = datetime.fromisoformat(text.upper().replace(",", "."))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in YEARS else None


def others(given: Mapping[str, Any], known: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Return the known members that carry something and are not allowed."""
    return [name for name in known if name not in allowed and not empty(given.get(name))]


def empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(empty(one) for one in value.values())
    if isinstance(value, list):
        return all(empty(one) for one in value)
    return value is None or value == ""
