"""Operations over a store of three lines: with nothing imported, in a sandbox and live."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from sluis.apis.open_data import APIS, operations
from sluis.apis.open_data.store import Dataset, Kept
from sluis.core.access import whole
from sluis.core.api import Call, Opening
from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason

NOW = datetime(2026, 6, 3, 14, 23, 40, tzinfo=UTC)
OPERATIONS = {operation.name: operation for api in APIS for operation in api.operations}
SANDBOX = Opening("port/uat", fictional=True, secret=b"s" * 32)
LIVE = Opening("port/live", fictional=False, secret=b"l" * 32)


class Imported:
    def __init__(self, opening, **rows):
        self.opening, self.rows = opening, rows

    def imported(self, dataset):
        return tuple(self.rows.get(dataset, ()))


def ask(name, query="", *, opening=SANDBOX, now=NOW, path=None, rows=None):
    request = Request("GET", "", query_text=query)
    store = Imported(opening, **(rows or {}))
    nobody, grant = Caller(), whole(())
    base = "http://localhost:8000/port/uat"
    call = Call(request, opening.environment, path or {}, nobody, grant, store, now, "", base)
    return OPERATIONS[name].handler(call)


def quick(name, query=""):
    request = Request("GET", "", query_text=query)
    call = Call(request, "", {}, Caller(), whole(()), Imported(SANDBOX), NOW, "", "")
    return OPERATIONS[name].quick(call)


def refusal(name, query="", **given):
    with pytest.raises(Problem) as refused:
        ask(name, query, **given)
    return refused.value


def kept(body, minutes_ago=0):
    return Kept(body, NOW - timedelta(minutes=minutes_ago))


def at(hour, minute=0):
    return f"2026-06-03T{hour:02}:{minute:02}:00Z"


LISTS = [
    ("list-stays", ""),
    ("list-voyages", f"date={at(10)}"),
    ("list-readings", ""),
    ("list-readings", "location=Prosperpolder"),
    ("list-readings", f"from={at(10)}&to={at(12)}"),
    ("list-bridges", ""),
    ("list-locks", ""),
    ("list-infrastructures", ""),
    ("list-vessels", ""),
]


@pytest.mark.parametrize(("name", "query"), LISTS)
def test_sandbox_makes_up_its_data(name, query):
    assert ask(name, query)


@pytest.mark.parametrize(("name", "query"), LISTS)
def test_live_environment_makes_nothing_up(name, query):
    assert ask(name, query, opening=LIVE) == []


def test_live_environment_has_no_measurements():
    nothing = {"measurementDocumentPaths": []}
    assert ask("list-measurements", opening=LIVE) == nothing
    assert ask("list-measurements", "infrastructureCode=DGD", opening=LIVE) == nothing


@pytest.mark.parametrize(
    ("dataset", "name", "query"),
    [
        (Dataset.STAYS, "list-stays", ""),
        (Dataset.VOYAGES, "list-voyages", f"date={at(14)}"),
        (Dataset.BRIDGES, "list-bridges", ""),
        (Dataset.LOCKS, "list-locks", ""),
        (Dataset.INFRASTRUCTURES, "list-infrastructures", ""),
        (Dataset.VESSELS, "list-vessels", ""),
    ],
)
@pytest.mark.parametrize("opening", [SANDBOX, LIVE], ids=["sandbox", "live"])
def test_serves_what_was_imported(dataset, name, query, opening):
    row = {"code": "of an operator"}
    assert ask(name, query, opening=opening, rows={dataset: [kept(row)]}) == [row]


def test_stays_that_were_imported_come_when_they_changed():
    rows = {Dataset.STAYS: [kept({"stay_number": str(n)}, minutes_ago=n * 60) for n in range(9)]}

    def numbers(query=""):
        return [row["stay_number"] for row in ask("list-stays", query, rows=rows)]

    assert numbers() == ["0", "1", "2", "3", "4", "5"]
    assert numbers(f"date={at(12)}") == ["0", "1", "2"]
    assert numbers("date=2026-06-03T13:23:40Z") == ["0"]


def test_stays_are_those_of_the_environments_clock():
    assert ask("list-stays") != ask("list-stays", now=NOW + timedelta(days=3))


def test_date_is_held_against_the_environments_clock():
    query = "date=2026-06-03T10:00:00Z"
    ask("list-stays", query)
    assert refusal("list-stays", query, now=NOW + timedelta(days=3)).reason is Reason.MALFORMED


@pytest.mark.parametrize("query", ["", "date="])
def test_voyages_need_a_date(query):
    problem = refusal("list-voyages", query)
    assert problem.reason is Reason.MALFORMED
    assert "'date' is required" in problem.detail


@pytest.mark.parametrize("location", ["Prosperpolder", "prosperpolder", "PROSPERPOLDER"])
def test_one_station_is_found_in_any_case(location):
    [reading] = ask("list-readings", f"location={location}")
    assert reading["location"]["name"] == "Prosperpolder"
    assert reading["poa_ingest_time_utc"] == at(14, 23)


@pytest.mark.parametrize("more", ["", f"&from={at(10)}&to={at(12)}"])
def test_unknown_station_is_refused_with_the_known_ones(more):
    problem = refusal("list-readings", f"location=Atlantis{more}")
    assert problem.reason is Reason.MALFORMED
    assert "'Atlantis'" in problem.detail
    assert "Kallosluis" in problem.detail


def test_window_of_readings_is_of_one_station_or_all():
    window = f"from={at(10)}&to={at(12)}"
    assert len(ask("list-readings", window)) == 13 * 8
    assert len(ask("list-readings", f"{window}&location=Kallosluis")) == 13


def test_weather_of_later_is_not_told():
    readings = ask("list-readings", f"location=Kallosluis&from={at(14)}&to={at(18)}")
    assert [reading["poa_ingest_time_utc"] for reading in readings] == [
        at(14, minute) for minute in (0, 10, 20)
    ]
    assert ask("list-readings", f"from={at(15)}&to={at(18)}") == []


def reading(name, time):
    return kept({"location": {"name": name}, "poa_ingest_time_utc": time})


READINGS = {
    Dataset.READINGS: [
        *(reading("Doel", at(hour)) for hour in (9, 12, 14, 15)),
        *(reading("Doel (oost)", at(hour)) for hour in (8, 13)),
        reading("Lillo", at(20)),
    ]
}


def test_newest_reading_of_each_station_is_served():
    found = ask("list-readings", rows=READINGS)
    assert [(row["location"]["name"], row["poa_ingest_time_utc"]) for row in found] == [
        ("Doel", at(14)),
        ("Doel (oost)", at(13)),
    ]
    assert ask("list-readings", "location=doel", rows=READINGS) == found[:1]


def test_window_of_imported_readings_includes_both_ends():
    found = ask("list-readings", f"location=DOEL&from={at(9)}&to={at(14)}", rows=READINGS)
    assert [row["poa_ingest_time_utc"] for row in found] == [at(9), at(12), at(14)]


@pytest.mark.parametrize(
    ("name", "query", "answer"),
    [
        ("list-readings", "", True),
        ("list-readings", "location=Kallosluis&subscription-key=0", True),
        ("list-readings", f"from={at(10)}&to={at(12)}", False),
        ("list-readings", f"TO={at(12)}", False),
        ("list-bridges", "", True),
        ("list-locks", "", True),
        ("list-stays", "", False),
        ("list-voyages", "", False),
        ("list-measurements", "", False),
        ("list-vessels", "", False),
    ],
)
def test_is_quick_where_the_answer_is_at_hand(name, query, answer):
    assert quick(name, query) is answer


@pytest.mark.parametrize("name", OPERATIONS)
def test_unknown_parameter_is_refused(name):
    problem = refusal(name, "colour=red", path={"infrastructureCode": "DGD", "survey": "1"})
    assert problem.reason is Reason.MALFORMED
    assert "'colour' is unknown" in problem.detail


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("terminalCode=k1742", lambda row: row["terminalCode"] == "K1742"),
        ("terminalOperatorCode=MPET", lambda row: row["terminalOperatorCode"] == "MPET"),
        ("portLoCode=BEZEE", lambda row: row["portLoCode"] == "BEZEE"),
        ("etaFrom=2026-06-03T12:00:00", lambda row: row["eta"] > "2026-06-03T12:00:00"),
        ("etaFrom=2026-06-03T10:00:00Z", lambda row: row["eta"] > "2026-06-03T12:00:00"),
        ("imo=", lambda row: True),
    ],
)
def test_vessels_are_filtered(query, right):
    expected = [row for row in ask("list-vessels") if right(row)]
    assert expected
    assert ask("list-vessels", query) == expected


def test_vessels_are_found_by_name_and_number():
    vessel = ask("list-vessels")[0]
    name = vessel["vesselName"].replace(" ", "%20").upper()
    assert ask("list-vessels", f"vesselName={name}") == [vessel]
    assert ask("list-vessels", f"imo={vessel['imo']}&terminalCode={vessel['terminalCode']}")
    assert ask("list-vessels", "imo=0000000") == []


def test_imported_vessel_without_an_eta_comes_unless_etas_are_asked_for():
    rows = {Dataset.VESSELS: [kept({"eta": None, "imo": None})]}
    assert ask("list-vessels", rows=rows)
    assert ask("list-vessels", "etaFrom=2026-06-03T12:00:00", rows=rows) == []
    assert ask("list-vessels", "imo=9074729", rows=rows) == []


def links(query="", **given):
    return ask("list-measurements", query, **given)["measurementDocumentPaths"]


def follow(link, *, opening=SANDBOX, now=NOW):
    parts = urlsplit(link["path"])
    *_, code, survey = parts.path.split("/")
    path = {"infrastructureCode": code, "survey": survey}
    return ask("fetch-survey", parts.query, opening=opening, now=now, path=path)


def refused_link(link, **given):
    with pytest.raises(Problem) as refused:
        follow(link, **given)
    return refused.value.reason


def test_link_leads_to_a_file():
    [link] = links("infrastructureCode=dgd")
    assert link["code"] == "DGD"
    assert link["path"].startswith(
        "http://localhost:8000/port/uat/opendata/bathymetric-survey/v1/files/DGD/"
    )
    file = follow(link)
    assert file.name.startswith("DGD-")
    assert file.text.startswith("longitude_wgs84,latitude_wgs84,depth_m_taw\n")


def test_every_infrastructure_has_a_link():
    codes = [row["code"] for row in ask("list-infrastructures")]
    assert [link["code"] for link in links()] == codes


def test_link_works_for_an_hour():
    [link] = links("infrastructureCode=DGD")
    follow(link, now=NOW + timedelta(seconds=3599))
    assert refused_link(link, now=NOW + timedelta(seconds=3600)) is Reason.GONE


@pytest.mark.parametrize(
    ("part", "other"),
    [
        pytest.param("expires=1", "expires=2", id="a later end"),
        pytest.param("/DGD/", "/KB1/", id="another file"),
        pytest.param("signature=", "signature=0", id="another signature"),
        pytest.param("signature=", "signature=%C3%A9", id="a signature outside ASCII"),
        pytest.param("signature=", "subscription-key=", id="no signature"),
        pytest.param("expires=", "subscription-key=", id="no end"),
    ],
)
def test_changed_link_is_refused(part, other):
    [link] = links("infrastructureCode=DGD")
    changed = {"path": link["path"].replace(part, other, 1)}
    assert changed != {"path": link["path"]}
    assert refused_link(changed) is Reason.SIGNATURE_WRONG


def test_link_of_another_environment_is_refused():
    [link] = links("infrastructureCode=DGD")
    other = Opening("port/t17", fictional=True, secret=SANDBOX.secret)
    assert refused_link(link, opening=other) is Reason.SIGNATURE_WRONG
    other = Opening("port/uat", fictional=True, secret=b"other")
    assert refused_link(link, opening=other) is Reason.SIGNATURE_WRONG


def test_measurements_after_a_date_are_those_done_since():
    recent = links("date=2026-05-27T00:00:00Z")
    assert 0 < len(recent) < len(links())
    assert links("date=2026-06-03T14:23:40Z") == []
    assert len(links("date=2026-01-01T00:00:00Z")) == len(links())


def test_unknown_infrastructure_is_refused():
    problem = refusal("list-measurements", "infrastructureCode=SEA")
    assert problem.reason is Reason.MALFORMED
    assert "/infrastructures" in problem.detail


def test_imported_measurements_keep_their_own_links():
    rows = {
        Dataset.MEASUREMENTS: [
            kept({"code": "DGD", "path": "https://files.example/1"}, minutes_ago=90),
            kept({"code": "KB1", "path": "https://files.example/2"}),
        ]
    }
    assert [link["code"] for link in links(rows=rows)] == ["DGD", "KB1"]
    assert [link["code"] for link in links(f"date={at(14)}", rows=rows)] == ["KB1"]
    assert [link["code"] for link in links("infrastructureCode=DGD", rows=rows)] == ["DGD"]


def test_shared_product_has_a_hundred_calls_a_day_between_them():
    shared = {api.slug for api in APIS if api.product == "open-data"}
    assert shared == {"meteo", "bridges-and-locks", "bathymetric-survey", "eta-terminal"}
    limits = {api.slug: (api.limits[0].calls, api.limits[0].seconds) for api in APIS}
    assert limits.pop("port-voyages") == (1500, 86_400)
    assert set(limits.values()) == {(100, 86_400)}


def test_only_voyages_are_paid_for():
    assert [api.slug for api in APIS if not api.free] == ["port-voyages"]


def test_both_spellings_of_the_survey_are_served():
    for name in ("list-infrastructures", "list-measurements"):
        operation = OPERATIONS[name]
        assert operation.aliases == (operation.path.replace("bathymetric", "bathymetry"),)


def test_only_the_signed_link_needs_no_credentials():
    anybody = [name for name, operation in OPERATIONS.items() if not operation.schemes]
    assert anybody == ["fetch-survey"]
    assert operations.LINK_SECONDS <= 3600
