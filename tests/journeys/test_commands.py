"""What an operator types beside a server, and what it says."""

import json
import os
import subprocess
import sys
import time

import httpx2
import pytest

from sluis.server.cli import Commands
from tests.journeys.test_open_data import READINGS, call
from tests.soon import soon

READING = {
    "location": {
        "name": "Lillo",
        "description": "Mast at Lillo",
        "latitude_wgs84": 51.3,
        "longitude_wgs84": 4.3,
    },
    "poa_ingest_time_utc": "2026-03-01T08:00:00Z",
    "ws_600": 7.5,
    "ws_ship_600": 9.5,
    "ws_max_600": 11.0,
    "ws_min_600": 4.5,
    "ws_600_beaufort": 4,
    "ws_ship_600_beaufort": 5,
    "ws_max_600_beaufort": 6,
    "ws_min_600_beaufort": 3,
    "wr_600": 240,
    "wr_10": 238,
    "tt_600": 8.5,
    "tt_max_600": 8.9,
    "tt_min_600": 8.1,
    "tt_10": 8.4,
}


def test_the_help_lists_every_command(sluis):
    told = sluis.command("--help").stdout
    assert [name for name in Commands.files if f"  {name} " not in told] == []


def test_calls_tells_what_became_of_a_call(sluis):
    trace = httpx2.get(f"{sluis.url}/port/uat/nowhere").headers["trace-id"]
    until = time.monotonic() + 10
    while (told := sluis.command("calls", "--trace", trace, check=False)).returncode:
        assert time.monotonic() < until, told.stderr
    record = json.loads(told.stdout)
    assert (record["status"], record["reason"]) == (404, "no-such-operation")
    lines = sluis.command("calls", "--environment", "port/uat").stdout.splitlines()
    assert trace in {json.loads(line)["trace"] for line in lines}
    others = sluis.command("calls", "--environment", "port/live").stdout.splitlines()
    assert {json.loads(line)["environment"] for line in others} <= {"port/live"}


def test_calls_knows_no_call_of_another_trace(sluis):
    told = sluis.command("calls", "--trace", "0" * 32, check=False)
    assert (told.returncode, "No call was answered" in told.stderr) == (1, True)


def test_check_finds_everything_in_order_and_names_the_open_doors(sluis):
    told = sluis.command("check").stdout
    assert "Everything is in order." in told
    assert "'password-grant' is open" in told
    assert "'key-in-query' is open" in told


def test_check_fails_with_a_numbered_reason(environment):
    command = [sys.executable, "-m", "sluis.server.cli", "check"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "1. The database misses" in refused.stderr


def test_demo_tells_the_same_world_as_often_as_it_is_asked(sluis):
    first = sluis.command("demo", "--json").stdout
    assert json.loads(first) == sluis.world
    assert sluis.command("demo", "--json").stdout == first


def test_demo_keeps_its_secrets_to_the_owner(sluis):
    path = f"{sluis.variables['SLUIS_HOME']}/demo.json"
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_demo_has_the_shape_that_is_promised(sluis):
    world = sluis.world
    assert set(world) == {"portal", "tls", "ca", "people", "port", "parcels"}
    assert set(world["people"][0]) == {
        *("name", "email", "password", "totp", "provider", "organisation", "roles")
    }
    assert set(world["port"]["uat"]) == {"base_url", "token_url", "companies", "terminals"}
    assert set(world["port"]["uat"]["companies"][0]) == {
        *("name", "role", "nxt_entity_id", "tin", "eori", "apcs", "username", "password"),
        *("client_id", "client_secret", "subscription_key", "ingestion_id"),
    }
    parties = {company["nxt_entity_id"] for company in world["port"]["uat"]["companies"]}
    assert {"NXT220000000", "NXT221111111"} <= parties  # of seed 001
    assert set(world["parcels"]["sandbox"]) == {
        *("base_url", "apikey", "customer_code", "customer_number", "collection_location")
    }


def test_the_clock_is_read_and_moved_and_set_right_again(sluis):
    where = ("clock", "--provider", "port", "--environment", "uat")
    assert sluis.command(*where, "--set", "2027-03-01T08:00:00Z").stdout.startswith("2027-03-01")
    assert sluis.command(*where, "--advance", "3d").stdout.startswith("2027-03-04")
    assert sluis.command(*where).stdout.startswith("2027-03-04")
    assert not sluis.command(*where, "--reset").stdout.startswith("2027-03-04")


def test_the_clock_of_a_live_environment_stays(sluis):
    where = ("clock", "--provider", "port", "--environment", "live", "--advance", "1h")
    refused = sluis.command(*where, check=False)
    assert refused.returncode == 1
    assert "sandbox" in refused.stderr


def test_an_operators_own_rows_are_served_in_the_sandbox_until_it_is_reset(sluis, tmp_path):
    company = sluis.world["port"]["uat"]["companies"][6]
    form = {
        "grant_type": "client_credentials",
        "client_id": company["client_id"],
        "client_secret": company["client_secret"],
    }
    token_url = sluis.world["port"]["uat"]["token_url"]
    bearer = httpx2.post(token_url, data=form).json()["access_token"]
    url = f"{sluis.world['port']['uat']['base_url']}{READINGS}"
    path = tmp_path / "readings.json"
    path.write_text(json.dumps([READING]))
    sluis.command("import", "--api", "meteo", "--environment", "port/uat", str(path))

    def stations():
        readings = call(url, bearer, company["subscription_key"]).json()
        return [reading["location"]["name"] for reading in readings]

    assert soon(lambda: stations() == ["Lillo"])
    sluis.command("demo", "reset", "port/uat")
    assert soon(lambda: len(stations()) > 1)


def test_only_a_sandbox_can_be_reset(sluis):
    refused = sluis.command("demo", "reset", "port/live", check=False)
    assert refused.returncode == 1
    assert "nothing was deleted" in refused.stderr


def test_rows_that_do_not_fit_are_refused_with_their_numbers(sluis, tmp_path):
    path = tmp_path / "readings.json"
    path.write_text(json.dumps([READING, READING | {"ws_600": "strong"}]))
    refused = sluis.command(
        *("import", "--api", "meteo", "--environment", "port/live", str(path)), check=False
    )
    assert refused.returncode == 1
    assert "ws_600" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--api", "tides", "--environment", "port/uat"), "meteo", id="unknown API"),
        pytest.param(("--api", "meteo", "--environment", "port/x"), "port/x", id="environment"),
    ],
)
def test_an_import_names_what_it_does_not_know(sluis, tmp_path, arguments, said):
    path = tmp_path / "rows.json"
    path.write_text("[]")
    refused = sluis.command("import", *arguments, str(path), check=False)
    assert refused.returncode == 1
    assert said in refused.stderr


def test_the_audit_log_is_unbroken(sluis):
    told = sluis.command("audit", "verify").stdout
    assert "unbroken" in told
    head = told.rpartition(" ")[2].strip()
    assert "unbroken" in sluis.command("audit", "verify", "--head", head).stdout
    sequence, _, hash_ = head.partition(":")
    further = f"{int(sequence) + 1_000_000}:{hash_}"
    assert sluis.command("audit", "verify", "--head", further, check=False).returncode == 1


def test_a_second_server_on_the_same_data_is_refused(sluis):
    if "SLUIS_DATABASE_URL" in sluis.variables:
        return  # PostgreSQL serves as many as there are
    refused = sluis.command("serve", check=False)
    assert refused.returncode == 1
    assert "SLUIS_DATABASE_URL" in refused.stderr
