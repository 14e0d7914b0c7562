from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.apis.open_data.rules import eta, traffic
from sluis.apis.open_data.rules.clock import DAY, HOUR, local, seconds

MOMENTS = st.integers(10**9, 2 * 10**9)
NOON = seconds(datetime(2026, 6, 3, 12, tzinfo=UTC))
TERMINALS = {
    ("BEANR", "DPW", "K1700"),
    ("BEANR", "MPET", "K1718"),
    ("BEANR", "MPET", "K1742"),
    ("BEANR", "PSA", "K913"),
    ("BEANR", "PSA", "K869"),
    ("BEZEE", "CSPZ", "K120-K124"),
}


def test_ships_call_at_the_documented_terminals():
    found = {
        (vessel["portLoCode"], vessel["terminalOperatorCode"], vessel["terminalCode"])
        for day in range(7)
        for vessel in eta.vessels("port/uat", NOON + day * DAY)
    }
    assert found == TERMINALS


@settings(max_examples=20)
@given(MOMENTS)
def test_cargo_is_welcome_before_the_ship_is_there(moment):
    for vessel in eta.vessels("port/uat", moment):
        assert vessel["cargoOpening"] < vessel["cargoOpeningReefers"] < vessel["eta"]
        assert vessel["ata"] is None or vessel["ata"] <= local(moment + HOUR)


@settings(max_examples=20)
@given(MOMENTS)
def test_ship_in_port_has_the_stay_of_the_other_api(moment):
    stays = {stay["stay_number"]: stay for stay in traffic.stays("port/uat", moment)}
    for vessel in eta.vessels("port/uat", moment):
        if vessel["ata"] is not None and vessel["portLoCode"] == "BEANR":
            assert stays[vessel["voyageOut"]]["ship"]["ship_name"] == vessel["vesselName"]


def test_ships_of_zeebrugge_are_not_among_the_stays_of_antwerp():
    berths = {stay["berth_at_arrival"] for stay in traffic.stays("port/uat", NOON)}
    assert all(berth.startswith("BEANR") for berth in berths)
