"""A provider that another process changes: the one that serves follows within five seconds."""

import json
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from tests.soon import soon

METEO = "/port/uat/opendata/meteo/v1/readings"
FORM = "application/x-www-form-urlencoded"
CHANGE = """\
import json, sys
from sluis.server.cli import started
started()
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.set_provider import set_provider
from sluis.server.models import Provider
port = Provider.objects.get(pk="port")
set_provider(actor=COMMAND, provider=port, changes=json.loads(sys.argv[1]))
"""
OPEN = {"name": "Port of Antwerp-Bruges", "doors": ["password-grant", "key-in-query"]}


@pytest.fixture
def change(running):
    """Return a function that changes the port from a process of its own; in the end it is back."""

    def changed(**changes):
        command = [sys.executable, "-c", CHANGE, json.dumps(changes)]
        subprocess.run(command, env=running.variables, check=True, capture_output=True)

    yield changed
    changed(**OPEN)


def test_a_door_that_is_closed_refuses_and_one_that_is_opened_lets_in(running, change):
    company = running.company()
    bearer = f"Bearer {running.token()}"
    key = {"subscription-key": company["subscription_key"]}

    def with_key_in_query():
        return running.get(f"{METEO}?{urlencode(key)}", authorization=bearer).status

    def token(grant_type, **more):
        form = {name: company[name] for name in ("client_id", "client_secret")} | more
        body = urlencode(form | {"grant_type": grant_type})
        answer = running.request("POST", "/port/uat/connect/token", body, content_type=FORM)
        return answer.status, json.loads(answer.body).get("error")

    def by_password():
        return token("password", username=company["username"], password=company["password"])

    def granted():
        document = running.get("/port/uat/.well-known/openid-configuration")
        return json.loads(document.body)["grant_types_supported"]

    assert (with_key_in_query(), by_password()) == (200, (200, None))
    change(doors=[], name="Haven")
    soon(lambda: by_password() == (400, "unsupported_grant_type"))
    assert granted() == ["client_credentials"]
    assert with_key_in_query() == 400
    assert token("client_credentials") == (200, None)
    # A token that was fetched before works out its hour, and a key in the header works.
    in_header = {"ocp_apim_subscription_key": company["subscription_key"]}
    assert running.get(METEO, authorization=bearer, **in_header).status == 200
    assert b"Haven" in running.get("/contact/port/").body
    assert b"the old door" not in running.run("check")[1].encode()
    change(**OPEN)
    soon(lambda: by_password() == (200, None))
    assert with_key_in_query() == 200
    assert "port: the old door 'key-in-query' is open." in running.run("check")[1]
