"""A version that will go, over HTTP: headers on every answer, and 410 in the words of its API."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.test_parcels import PATH as BARCODE
from tests.server.process import answered
from tests.soon import soon

METEO = "/port/uat/opendata/meteo/v1/readings"
RIGHTS = "/port/uat/certified-pickup/v1/BEANR/containers/import/release-rights"
NOTIFICATIONS = "/port/uat/certified-pickup/v1/notifications"
BRIDGES = "/port/uat/opendata/bridgesandlocks/v1/bridges/state"
NOTES = "https://port.example/next"
BARCODE_CALL = f"/parcels/sandbox{BARCODE}?CustomerCode=DEVC&CustomerNumber=11223344&Type=3S"
VERSIONS = {"meteo": "v1", "certified-pickup": "3.11.0", "barcode": "1.1"}
SANDBOXES = {"port": "uat", "parcels": "sandbox"}
SINCE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
SUNSET = SINCE + timedelta(days=30)
# What the desk does, in a process of its own, with what it is told on a line.
ACT = """
import json, sys
from datetime import datetime
from sluis.server.cli import started
started()
from sluis.core.version import Deprecation
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.set_version_state import set_version_state
from sluis.server.models import Environment
for key, api, said in json.loads(sys.argv[1]):
    row = Environment.objects.get(key=key)
    if said:
        version, since, sunset, notes = said
        since, sunset = datetime.fromisoformat(since), datetime.fromisoformat(sunset)
        said = Deprecation(version, since, sunset, notes)
    set_version_state(actor=COMMAND, environment=row, api=api, deprecation=said)
"""


@pytest.fixture(scope="module")
def call(sluis):
    """Return a function that calls as a company that may, and what it is answered."""
    port = sluis.credentials()
    key = json.loads(sluis.command("demo", "--json").stdout)["parcels"]["sandbox"]["apikey"]

    def ask(path, method="GET", **headers):
        known = {"apikey": key} if "parcels" in path else port
        return sluis.request(method, path, **known | headers)

    return ask


def say(sluis, stays):
    """Deprecate the versions from yesterday on and refuse them in a month, or take that back."""
    told = []
    for api, version in VERSIONS.items():
        key = "parcels/sandbox" if api == "barcode" else "port/uat"
        said = None if stays else (version, SINCE.isoformat(), SUNSET.isoformat(), NOTES)
        told.append((key, api, said))
    command = [sys.executable, "-c", ACT, json.dumps(told)]
    subprocess.run(command, env=sluis.variables, check=True)


def clocks(sluis, *to):
    for provider, name in SANDBOXES.items():
        sluis.command("clock", "--provider", provider, "--environment", name, *to)


@pytest.fixture(scope="module")
def deprecated(sluis, call):
    say(sluis, stays=False)
    soon(lambda: "deprecation" in call(METEO).headers and "sunset" in call(BARCODE_CALL).headers)
    yield
    say(sluis, stays=True)
    soon(lambda: "deprecation" not in call(METEO).headers)


@pytest.fixture(scope="module")
def retired(sluis, call, deprecated):
    clocks(sluis, "--advance", "31d")
    soon(lambda: {call(METEO).status, call(BARCODE_CALL).status} == {410})
    yield
    clocks(sluis, "--reset")
    soon(lambda: call(METEO).status == 200)


def accepted(sluis):
    return sluis.rows("SELECT count(*) FROM server_acceptedrequest")[0][0]


ANSWERS = [
    pytest.param({"path": METEO}, 200, id="a call"),
    pytest.param({"path": METEO, "method": "HEAD"}, 200, id="without its body"),
    pytest.param({"path": f"{METEO}?no=1"}, 400, id="a refusal of the API"),
    pytest.param({"path": METEO, "method": "DELETE"}, 405, id="another method"),
    pytest.param({"path": METEO, "authorization": "Bearer no"}, 401, id="nobody known"),
    pytest.param({"path": METEO, "content_length": "2000000"}, 413, id="a large body"),
    pytest.param({"path": RIGHTS}, 202, id="a receipt"),
    pytest.param({"path": NOTIFICATIONS}, 405, id="the notification service"),
    pytest.param({"path": BARCODE_CALL}, 200, id="a barcode"),
]


@pytest.mark.usefixtures("deprecated")
class TestBeforeItsSunset:
    @pytest.mark.parametrize(("asked", "status"), ANSWERS)
    def test_every_answer_says_so(self, call, asked, status):
        answer = call(**asked)
        assert answer.status == status
        assert answer.headers["deprecation"] == f"@{SINCE.timestamp():.0f}"
        assert answer.headers["sunset"] == f"{SUNSET:%a, %d %b %Y %H:%M:%S GMT}"
        link = f'<{NOTES}>; rel="deprecation", <{NOTES}>; rel="sunset"'
        assert answer.headers["link"] == link

    def test_those_that_follow_on_a_connection_say_so_too(self, sluis):
        headers = sluis.credentials()
        with sluis.connection() as connection:
            found = [answered(connection, "GET", METEO, **headers) for _ in range(4)]
        assert [answer.status for answer in found] == [200] * 4
        assert all("sunset" in answer.headers for answer in found)

    def test_the_versions_that_stay_say_nothing(self, call):
        answer = call(BRIDGES)
        assert answer.status == 200
        assert not {"deprecation", "sunset", "link"} & set(answer.headers)


GONE = [
    pytest.param(METEO, {"statusCode", "message"}, id="open data"),
    pytest.param(RIGHTS, {"statusCode", "message"}, id="Certified Pick up"),
    pytest.param(NOTIFICATIONS, {"statusCode", "message"}, id="the notification service"),
    pytest.param(BARCODE_CALL, {"http_status_code", "message"}, id="parcels"),
]


@pytest.mark.usefixtures("retired")
class TestAfterItsSunset:
    @pytest.mark.parametrize(("path", "members"), GONE)
    def test_a_call_is_410_in_the_words_of_its_api(self, sluis, call, path, members):
        before = accepted(sluis)
        answer = call(path)
        said = json.loads(answer.body)
        assert (answer.status, set(said)) == (410, members)
        assert "is no longer served here." in said["message"]
        assert NOTES in said["message"]
        assert answer.headers["sunset"] == f"{SUNSET:%a, %d %b %Y %H:%M:%S GMT}"
        assert accepted(sluis) == before

    def test_who_is_not_known_is_told_that_first(self, call):
        assert call(METEO, authorization="Bearer no").status == 401
        assert call(BARCODE_CALL, apikey="no").status == 401

    def test_the_versions_that_stay_are_answered(self, call):
        assert call(BRIDGES).status == 200
