"""Parcels, one function an operation."""

from typing import Any

from sluis.apis.parcels import wire
from sluis.apis.parcels.rules import barcode
from sluis.apis.parcels.rules.barcode import BOUNDS, NATIONAL, NOT_YOURS, Refused
from sluis.apis.parcels.store import Spent, Store
from sluis.core.api import Call


def generate_barcode(call: Call) -> dict[str, Any]:
    """Return a barcode that was never issued before; it is remembered before it leaves."""
    try:
        given = wire.read(call.request.query)
        own_customer(call, given)
        wanted = barcode.numbers(given.type, given.customer_code, given.range, given.serie)
        if given.type in NATIONAL:
            own_range(call, wanted.stem.removeprefix(given.type))
        store: Store = call.store
        return {"Barcode": wanted.written(store.next_number(wanted))}
    except Refused as refused:
        raise wire.Faulty(refused) from refused
    except Spent as spent:
        detail = "Every number of this Serie was issued. Ask for one of another."
        raise wire.Faulty(Refused(BOUNDS, detail)) from spent


def own_customer(call: Call, given: wire.Query) -> None:
    """Refuse the code and number of another customer: a barcode tells whose parcel it is.

    A company whose own are not known in this environment may use what is nobody else's.
    """
    party = call.directory.of(call.caller.organisation)
    known = (party.code("CustomerCode"), party.code("CustomerNumber")) if party else (None, None)
    named = (given.customer_code, given.customer_number)
    others = anothers(call, "CustomerCode", named[0]) or anothers(call, "CustomerNumber", named[1])
    if known not in ((None, None), named) or others:
        raise Refused(NOT_YOURS, f"This API key is not of customer {'/'.join(named)}.")


def own_range(call: Call, range_: str) -> None:
    """Refuse a range that is another customer's code: its numbers would run out."""
    if anothers(call, "CustomerCode", range_):
        raise Refused(NOT_YOURS, f"Range {range_} belongs to another customer.")


def anothers(call: Call, type_: str, code: str) -> bool:
    owner = call.directory.find(type_, code)
    return owner is not None and owner.organisation != call.caller.organisation
