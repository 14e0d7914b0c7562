"""Releases that are written just as the guide has it: read and checked in one go, in C.

Nearly all are. Whatever is unusual in a body (case, blanks, an empty member, an unknown one, a
fault) goes to `bodies`, which reads a member at a time and knows what to say; it takes ten times
as long, and is the oracle of this in the tests.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sluis.apis.certified_pickup.wire.reading import (
    BILLS_AT_MOST,
    CODE,
    CONTAINER,
    NAME,
    PORT,
    REFERENCE,
    SIZE_TYPE,
    TERMINAL,
    YEARS,
)

Text = Annotated[str, Meta(min_length=1, max_length=REFERENCE)]
Code = Annotated[str, Meta(min_length=1, max_length=CODE)]
# Of the members that have a form, all at once: one match takes a fifth of the time of six.
TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?"
PATTERNS = (
    CONTAINER.pattern,
    PORT.pattern,
    TERMINAL.pattern,
    f"({SIZE_TYPE.pattern})?",
    TIME,
    TIME,
)
FORMS = re.compile(" ".join(PATTERNS))


class Entity(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    identification_type: Literal["NxtEntityId", "TIN", "Eori", "Duns", "APCS", "SCAC"]
    identification_code: Code


class Release(msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    action_type: Literal["Release", "Update"]
    release_identification: Text
    equipment_number: Text
    bill_of_lading_numbers: Annotated[list[Text], Meta(min_length=1, max_length=BILLS_AT_MOST)]
    port_lo_code: Text
    terminal_code: Text
    equipment_type: Text | UnsetType = UNSET
    release_order_reference: Text | UnsetType = UNSET
    empty_return_reference: Text | UnsetType = UNSET
    equipment_supplier: Text | UnsetType = UNSET
    equipment_operator: Text | UnsetType = UNSET
    vessel_number: Text | UnsetType = UNSET
    stay_number: Text | UnsetType = UNSET
    vessel_call_sign: Text | UnsetType = UNSET
    voyage_number: Text | UnsetType = UNSET
    vessel_name: Annotated[str, Meta(min_length=1, max_length=NAME)] | UnsetType = UNSET
    equipment_status: Literal["Import", "Export", "Transhipment"] | UnsetType = UNSET
    full_empty_indicator: Literal["Full", "Empty"] | UnsetType = UNSET
    means_of_transport: Literal["Truck", "Barge", "Rail", "Unknown"] | UnsetType = UNSET
    is_carrier_haulage: bool | UnsetType = UNSET
    carrier: Entity | UnsetType = UNSET
    release_to: Entity | UnsetType = UNSET
    release_date_time_utc: Text | UnsetType = UNSET
    expiration_date_time_utc: Text | UnsetType = UNSET


decode = msgspec.json.Decoder(Release).decode


def release(body: bytes) -> dict[str, Any] | None:
    """Return what `bodies.ingestion` takes of a plain release or update; None of any other."""
    if b"\\u0000" in body:
        return None
    try:
        taken: dict[str, Any] = msgspec.to_builtins(decode(body))
    except (ValueError, RecursionError):  # what msgspec raises are ValueErrors
        return None
    bills = taken["billOfLadingNumbers"]
    taken["billOfLadingNumbers"] = list(dict.fromkeys(bills))
    return taken if formed(taken) and trimmed(taken, bills) and timed(taken) else None


def formed(taken: dict[str, Any]) -> bool:
    """Return whether each member has its form; none of them holds a blank then."""
    get = taken.get
    required = f"{get('equipmentNumber')} {get('portLoCode')} {get('terminalCode')}"
    times = f"{get('releaseDateTimeUtc', '')} {get('expirationDateTimeUtc', '')}"
    return FORMS.fullmatch(f"{required} {get('equipmentType', '')} {times}") is not None


def trimmed(taken: dict[str, Any], bills: list[str]) -> bool:
    """Return whether no text begins or ends with a blank."""
    texts = [value for value in taken.values() if value.__class__ is str]
    for name in ("carrier", "releaseTo"):
        if name in taken:
            texts.append(taken[name]["identificationCode"])
    texts += bills
    return texts == list(map(str.strip, texts))


def timed(taken: dict[str, Any]) -> bool:
    """Write the times as the rules keep them; return whether they exist, in their order."""
    times = []
    for name in ("releaseDateTimeUtc", "expirationDateTimeUtc"):
        text = taken.get(name)
        if text is None:
            continue
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return False
        if found.year not in YEARS:
            return False
        taken[name] = f"{text[:-1]}+00:00"
        times.append(text)  # of one form, so that they sort as the times do
    return len(times) < 2 or times[0] < times[1]
