"""Open data, one function an operation.

Each serves what was imported; where nothing was, a sandbox makes it up and a live environment
has nothing to tell.
"""

import hmac
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sluis.apis.open_data import wire
from sluis.apis.open_data.rules import depths, eta, meteo, passages, places, traffic
from sluis.apis.open_data.rules.clock import HOUR, MINUTE, seconds, utc, written
from sluis.apis.open_data.store import Dataset, Kept, Store
from sluis.core.api import Call
from sluis.core.problem import Problem, Reason

Row = dict[str, Any]

CHANGES_KEPT = timedelta(hours=6)
WINDOW_AT_MOST = timedelta(hours=24)
LINK_SECONDS = HOUR
FILES_PATH = "/opendata/bathymetric-survey/v1/files"


def list_stays(call: Call) -> list[Row]:
    date = wire.STAYS.read(call.request.query).get("date", "")
    return changed(call, date, Dataset.STAYS, traffic.stays_changed)


def list_voyages(call: Call) -> list[Row]:
    date = wire.VOYAGES.read(call.request.query).get("date", "")
    if not date:
        detail = f"Parameter 'date' is required: a time in UTC, {wire.UTC_FORM}."
        raise Problem(Reason.MALFORMED, detail)
    return changed(call, date, Dataset.VOYAGES, traffic.voyages_changed)


def changed(
    call: Call, date: str, dataset: Dataset, make_up: Callable[[str, int, int], list[Row]]
) -> list[Row]:
    """Return what is no longer as it was at `date`, or six hours ago."""
    since = wire.since(date, call.now, CHANGES_KEPT)
    store: Store = call.store
    kept = store.imported(dataset)
    if kept:
        return [row.body for row in kept if since < row.changed_at <= call.now]
    if not store.opening.fictional:
        return []
    return make_up(store.opening.environment, seconds(since), seconds(call.now))


def asks_for_now(call: Call) -> bool:
    """Return whether the readings of this minute are asked for: they are at hand."""
    for name, _ in call.request.query:  # noqa: SIM110 - 0.4 µs, and all() takes 1.1
        if name in ("from", "to"):
            return False
    return True


def list_readings(call: Call) -> list[Row]:
    given = wire.READINGS.read(call.request.query)
    location = given.get("location")
    if given.get("from") or given.get("to"):
        return readings_between(call, given)
    readings = current_readings(call)
    if not location:
        return list(readings.values())
    reading = readings.get(location.lower())
    if reading is None:
        return unknown_station(location, readings)
    return [reading]


def current_readings(call: Call) -> dict[str, Row]:
    """Return the reading of each station that is the newest now, by its name in lower case."""
    store: Store = call.store
    kept = store.imported(Dataset.READINGS)
    if kept:
        return newest(kept, written(call.now))
    if not store.opening.fictional:
        return {}
    return meteo.current(store.opening.environment, minute(call.now))


def readings_between(call: Call, given: dict[str, str]) -> list[Row]:
    first, last = wire.window(given, WINDOW_AT_MOST)
    last = min(last, call.now)  # the weather of tomorrow is not known, not even here
    location = given.get("location", "").lower()
    readings = current_readings(call)
    if location and location not in readings:
        return unknown_station(given["location"], readings)
    store: Store = call.store
    kept = store.imported(Dataset.READINGS)
    if kept:
        start, end = written(first), written(last)
        return [
            row.body
            for row in kept
            if start <= row.body["poa_ingest_time_utc"] <= end and location in ("", station(row))
        ]
    if not store.opening.fictional:
        return []
    environment = store.opening.environment
    return list(meteo.window(environment, seconds(first), seconds(last), location or None))


def newest(kept: tuple[Kept, ...], now: str) -> dict[str, Row]:
    """Return each station's last reading that is not later than now.

    Rows come by station and time, so that a year of readings takes no longer than a day.
    """
    found = {}
    start = 0
    while start < len(kept):
        name = station(kept[start])
        end = bisect_right(kept, name, start, key=station)
        taken = bisect_right(kept, now, start, end, key=taken_at)
        if taken > start:
            found[name] = kept[taken - 1].body
        start = end
    return found


def station(row: Kept) -> str:
    name: str = row.body["location"]["name"]
    return name.lower()


def taken_at(row: Kept) -> str:
    moment: str = row.body["poa_ingest_time_utc"]
    return moment


def unknown_station(location: str, known: dict[str, Row]) -> list[Row]:
    """Return nothing where no station is known at all; else say which ones are."""
    if not known:
        return []
    names = ", ".join(reading["location"]["name"] for reading in known.values())
    detail = f"There is no station '{location}'. The stations are: {names}."
    raise Problem(Reason.MALFORMED, detail)


def always(call: Call) -> bool:
    return True


def list_bridges(call: Call) -> list[Row]:
    return situation(call, Dataset.BRIDGES, passages.bridges)


def list_locks(call: Call) -> list[Row]:
    return situation(call, Dataset.LOCKS, passages.locks)


def situation(call: Call, dataset: Dataset, make_up: Callable[[str, int], list[Row]]) -> list[Row]:
    """Return how everything stands at the start of this minute."""
    wire.NO_PARAMETERS.read(call.request.query)
    store: Store = call.store
    kept = store.imported(dataset)
    if kept or not store.opening.fictional:
        return [row.body for row in kept]
    return make_up(store.opening.environment, minute(call.now))


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // MINUTE


def list_infrastructures(call: Call) -> list[Row]:
    wire.NO_PARAMETERS.read(call.request.query)
    return infrastructures(call.store)


def infrastructures(store: Store) -> list[Row]:
    kept = store.imported(Dataset.INFRASTRUCTURES)
    if kept or not store.opening.fictional:
        return [row.body for row in kept]
    return [{"code": dock.code, "description": dock.name} for dock in places.DOCKS]


def list_measurements(call: Call) -> Row:
    """Return links to the last survey of each infrastructure, or of those changed after a date."""
    given = wire.MEASUREMENTS.read(call.request.query)
    code, date = given.get("infrastructurecode"), given.get("date")
    after = wire.moment("date", date) if date else None
    store: Store = call.store
    codes = [row["code"] for row in infrastructures(store)]
    if code and codes and code.upper() not in map(str.upper, codes):
        detail = f"There is no infrastructure '{code}'. Find the codes at /infrastructures."
        raise Problem(Reason.MALFORMED, detail)
    kept = store.imported(Dataset.MEASUREMENTS)
    if kept:
        rows = [row.body for row in kept if after is None or row.changed_at > after]
    elif store.opening.fictional:
        rows = list(links(call, codes, after))
    else:
        rows = []
    wanted = [row for row in rows if not code or row["code"].upper() == code.upper()]
    return {"measurementDocumentPaths": wanted}


def links(call: Call, codes: list[str], after: datetime | None) -> Iterable[Row]:
    environment, now = call.store.opening.environment, seconds(call.now)
    for code in filter(depths.known, codes):
        survey = depths.last_survey(environment, code, now)
        if after is None or survey.measured > after.timestamp():
            yield {"code": code, "path": link(call, code, survey.number, now + LINK_SECONDS)}


def link(call: Call, code: str, number: int, expires: int) -> str:
    signature = signed(call.store, code, str(number), str(expires))
    query = f"expires={expires}&signature={signature}"
    return f"{call.base_url}{FILES_PATH}/{code}/{number}?{query}"


def signed(store: Store, code: str, number: str, expires: str) -> str:
    """Return what only we can make for this file, this time and this environment."""
    text = "\n".join((store.opening.environment, code, number, expires))
    return hmac.digest(store.opening.secret, text.encode("utf-8", "replace"), "sha256").hex()


def fetch_survey(call: Call) -> wire.Download:
    """Return the file that a link of ours names; the link is all the caller has to show."""
    given = wire.FILE.read(call.request.query)
    expires, signature = given.get("expires", ""), given.get("signature", "")
    code, number = call.path["infrastructureCode"], call.path["survey"]
    right = signed(call.store, code, number, expires)
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()):
        detail = "This link was not made here, or was changed. Ask /measurements for a new one."
        raise Problem(Reason.SIGNATURE_WRONG, detail)
    if seconds(call.now) >= int(expires):
        detail = f"This link worked until {utc(int(expires))}. Ask /measurements for a new one."
        raise Problem(Reason.GONE, detail)
    text = depths.soundings(call.store.opening.environment, code, int(number))
    return wire.Download(f"{code}-{number}.csv", text)


def list_vessels(call: Call) -> list[Row]:
    given = wire.VESSELS.read(call.request.query)
    after = given.get("etafrom")
    expected_after = wire.local_moment("etaFrom", after) if after else ""
    wanted = {name: given[name.lower()] for name in EQUAL_FILTERS if given.get(name.lower())}
    return [
        row
        for row in vessels(call)
        if (not after or (row["eta"] or "") > expected_after)
        and all(alike(row[name], value) for name, value in wanted.items())
    ]


EQUAL_FILTERS = ("portLoCode", "terminalOperatorCode", "terminalCode", "vesselName", "imo")


def vessels(call: Call) -> list[Row]:
    store: Store = call.store
    kept = store.imported(Dataset.VESSELS)
    if kept or not store.opening.fictional:
        return [row.body for row in kept]
    return eta.vessels(store.opening.environment, seconds(call.now))


def alike(found: str | None, wanted: str) -> bool:
    return found is not None and found.casefold() == wanted.casefold()
