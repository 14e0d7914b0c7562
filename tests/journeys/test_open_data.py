"""Seed 000 acted out by clients of other makers: token, key, call; and all that must not work."""

import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx2
import jwt
import pytest
from oauthlib.oauth2 import LegacyApplicationClient
from requests_oauthlib import OAuth2Session

from tests.journeys.bearer import token
from tests.soon import soon

READINGS = "/opendata/meteo/v1/readings"

TRUSTED = ssl.create_default_context()  # made once: it reads all that the machine trusts


@pytest.fixture(scope="module")
def port(sluis):
    return sluis.world["port"]["uat"]


@pytest.fixture(scope="module")
def other(port):
    """Return a company that no test spends the limits of."""
    return port["companies"][1]


@pytest.fixture(scope="module")
def bearer(port, other):
    return token(port["token_url"], other)


def call(url, bearer, key, **options):
    headers = {"Authorization": f"Bearer {bearer}", "Ocp-Apim-Subscription-Key": key}
    return httpx2.get(url, headers=headers, verify=TRUSTED, **options)


def test_a_public_oauth_client_fetches_the_token_and_calls(port, other, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    session = OAuth2Session(client=LegacyApplicationClient(other["client_id"]), scope="openid")
    granted = session.fetch_token(
        port["token_url"],
        username=other["username"],
        password=other["password"],
        client_id=other["client_id"],
        client_secret=other["client_secret"],
        include_client_id=True,
    )
    assert granted["expires_in"] == 3600
    session.headers["Ocp-Apim-Subscription-Key"] = other["subscription_key"]
    answer = session.get(f"{port['base_url']}/opendata/bridgesandlocks/v1/locks/state")
    assert answer.status_code == 200
    assert all(lock["lock_doors"] for lock in answer.json())


def test_the_token_is_verified_by_a_second_library_with_the_published_keys(port, bearer):
    base = port["base_url"]
    configuration = httpx2.get(f"{base}/.well-known/openid-configuration").json()
    assert configuration["issuer"] == base
    assert configuration["token_endpoint"] == port["token_url"]
    key = jwt.PyJWKClient(configuration["jwks_uri"]).get_signing_key_from_jwt(bearer)
    claims = jwt.decode(bearer, key.key, algorithms=["RS256"], audience=base, issuer=base)
    assert claims["exp"] - claims["iat"] == 3600


def test_the_words_that_the_dutch_guide_prints_work_as_they_stand(port, other):
    form = {
        "gebruikersnaam": other["username"],
        "wachtwoord": other["password"],
        "grant_type": "wachtwoord",
        "client_id": other["client_id"],
        "client_secret": other["client_secret"],
        "scope": "openid",
    }
    bearer = httpx2.post(port["token_url"], data=form).json()["access_token"]
    url = f"{port['base_url']}{READINGS}"
    headers = {"Authorization": f"Bearer {bearer}"}
    in_header = headers | {"Ocp-Apim-abonnementscode": other["subscription_key"]}
    assert httpx2.get(url, headers=in_header).status_code == 200
    in_query = {"abonnementscode": other["subscription_key"]}
    assert httpx2.get(url, headers=headers, params=in_query).status_code == 200


def test_curl_over_tls_trusts_the_authority_that_demo_names(sluis, port, other, bearer):
    url = port["base_url"].replace(sluis.url, sluis.world["tls"])
    key = other["subscription_key"]
    headers = (f"Authorization: Bearer {bearer}", f"ocp-apim-subscription-key: {key}")
    shown = [option for header in headers for option in ("--header", header)]
    command = ["curl", "--silent", "--fail", "--cacert", sluis.world["ca"], *shown]
    answered = subprocess.run([*command, f"{url}{READINGS}"], check=True, capture_output=True)
    assert answered.stdout.startswith(b'[{"location"')


def test_the_clean_twin_of_the_password_grant_works_for_the_builder_itself(port, other):
    form = {"grant_type": "client_credentials", "scope": "openid"}
    pair = (other["client_id"], other["client_secret"])
    bearer = httpx2.post(port["token_url"], data=form, auth=pair).json()["access_token"]
    answer = call(f"{port['base_url']}{READINGS}", bearer, other["subscription_key"])
    assert answer.status_code == 200


def test_a_builder_acts_for_a_stakeholder_who_gave_it_the_password(port):
    builder, stakeholder = port["companies"][2], port["companies"][3]
    url = f"{port['base_url']}{READINGS}"
    pair = {"client_id": builder["client_id"], "client_secret": builder["client_secret"]}
    form = {"grant_type": "client_credentials", "scope": "openid", **pair}
    alone = httpx2.post(port["token_url"], data=form).json()["access_token"]
    refused = call(url, alone, stakeholder["subscription_key"])
    assert refused.status_code in (401, 403)
    bearer = token(port["token_url"], stakeholder, **pair)
    assert call(url, bearer, stakeholder["subscription_key"]).status_code == 200
    assert call(url, alone, stakeholder["subscription_key"]).status_code == 200


def test_a_key_of_another_company_is_refused_with_the_token_of_this_one(port, bearer):
    foreign = port["companies"][0]["subscription_key"]
    assert call(f"{port['base_url']}{READINGS}", bearer, foreign).status_code == 401


def test_a_credential_of_the_sandbox_opens_nothing_in_the_live_environment(port, other, bearer):
    live = port["base_url"].replace("/port/uat", "/port/live")
    answer = call(f"{live}{READINGS}", bearer, other["subscription_key"])
    assert answer.status_code == 401
    form = {
        "grant_type": "client_credentials",
        "client_id": other["client_id"],
        "client_secret": other["client_secret"],
    }
    assert httpx2.post(f"{live}/connect/token", data=form).json()["error"] == "invalid_client"


def test_missing_and_wrong_keys_get_the_words_that_clients_know(port, bearer):
    url = f"{port['base_url']}{READINGS}"
    missing = httpx2.get(url, headers={"Authorization": f"Bearer {bearer}"})
    assert missing.json() == {
        "statusCode": 401,
        "message": "Access denied due to missing subscription key. "
        "Make sure to include subscription key when making requests to an API.",
    }
    assert call(url, bearer, "0" * 32).json() == {
        "statusCode": 401,
        "message": "Access denied due to invalid subscription key. "
        "Make sure to provide a valid key for an active subscription.",
    }


def test_a_call_without_a_token_is_told_so_in_the_header(port, other):
    headers = {"Ocp-Apim-Subscription-Key": other["subscription_key"]}
    answer = httpx2.get(f"{port['base_url']}{READINGS}", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_of_many_calls_at_once_exactly_as_many_as_the_limit_pass(port):
    company = port["companies"][4]
    bearer = token(port["token_url"], company)
    url = f"{port['base_url']}/portstays/v1/stays"
    with ThreadPoolExecutor(16) as threads:
        answers = threads.map(
            lambda _: call(url, bearer, company["subscription_key"]).status_code, range(120)
        )
        counted = list(answers)
    assert (counted.count(200), counted.count(429)) == (100, 20)


def test_depths_are_downloaded_by_a_link_that_expires(sluis, port, other, bearer):
    url = f"{port['base_url']}/opendata/bathymetric-survey/v1/measurements"
    links = call(url, bearer, other["subscription_key"]).json()["measurementDocumentPaths"]
    address = links[0]["path"]
    survey = httpx2.get(address)
    assert survey.status_code == 200
    assert len(survey.text.splitlines()) > 50
    assert httpx2.get(address.replace("/port/uat", "/port/live")).status_code in (403, 404)
    sluis.command("clock", "--provider", "port", "--environment", "uat", "--advance", "2h")
    assert soon(lambda: httpx2.get(address).status_code == 410)
    sluis.command("clock", "--provider", "port", "--environment", "uat", "--reset")


def test_the_port_moves_with_the_clock_of_the_sandbox(sluis, port):
    company = port["companies"][5]
    bearer = token(port["token_url"], company)
    url = f"{port['base_url']}/opendata/bridgesandlocks/v1/bridges/state"

    def states():
        bridges = call(url, bearer, company["subscription_key"]).json()
        return {bridge["bridge_id"]: bridge["state_since_in_utc"] for bridge in bridges}

    before = states()
    sluis.command("clock", "--provider", "port", "--environment", "uat", "--advance", "9d")
    assert soon(lambda: all(since > before[bridge] for bridge, since in states().items()))
    sluis.command("clock", "--provider", "port", "--environment", "uat", "--reset")
    assert states().keys() == before.keys()


def test_an_environment_is_served_at_the_root_of_its_own_host(sluis, port):
    company = port["companies"][6]
    where = ("--provider", "port", "--environment", "uat")
    sluis.command("hosts", *where, "--set", "api-uat.example.org", "--set", "login-uat.example.org")
    named = {"Host": "api-uat.example.org"}
    form = {"grant_type": "client_credentials", "client_id": company["client_id"]}
    form["client_secret"] = company["client_secret"]
    at_login = {"Host": "LOGIN-UAT.example.org:443"}
    token_url = f"{sluis.url}/connect/token"
    soon(lambda: httpx2.post(token_url, data=form, headers=at_login).status_code == 200)
    granted = httpx2.post(token_url, data=form, headers=at_login).json()
    headers = named | {"Authorization": f"Bearer {granted['access_token']}"}
    headers["Ocp-Apim-Subscription-Key"] = company["subscription_key"]
    assert httpx2.get(f"{sluis.url}{READINGS}", headers=headers).status_code == 200
    page = httpx2.get(sluis.url, headers=named)
    assert (page.status_code, page.headers["content-type"]) == (404, "application/problem+json")
    sluis.command("hosts", *where, "--clear")
    assert soon(lambda: httpx2.get(f"{sluis.url}{READINGS}", headers=headers).status_code != 200)


@pytest.mark.parametrize("name", ["localhost", "no dots", "-a.nl", "a..nl", "a.nl/path"])
def test_a_name_that_cannot_be_an_environments_own_is_refused(sluis, name):
    where = ("--provider", "port", "--environment", "uat")
    refused = sluis.command("hosts", *where, "--set", name, check=False)
    assert refused.returncode == 1
    assert name in refused.stderr
