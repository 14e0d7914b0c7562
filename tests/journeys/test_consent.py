"""A stakeholder takes its consent back in the portal, and the next call is refused."""

import json
from urllib.parse import urlencode

import pytest

from tests.server.portal.browsing import click, press

BRIDGES = "/port/uat/opendata/bridgesandlocks/v1/bridges/state"
OWN, BUILDER = 0, 3  # the company of Anna, and one that builds software for it

pytestmark = pytest.mark.browser


def token(sluis):
    """Return what the builder's software gets with the stakeholder's user name and password."""
    stakeholder, builder = sluis.company(OWN), sluis.company(BUILDER)
    form = {
        "grant_type": "password",
        "username": stakeholder["username"],
        "password": stakeholder["password"],
        "client_id": builder["client_id"],
        "client_secret": builder["client_secret"],
        "scope": "openid",
    }
    return sluis.request(
        "POST",
        "/port/uat/connect/token",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
    )


def call(sluis, bearer):
    headers = {
        "ocp_apim_subscription_key": sluis.company(OWN)["subscription_key"],
        "authorization": f"Bearer {bearer}",
    }
    return sluis.get(BRIDGES, **headers).status


def test_a_consent_that_is_withdrawn_refuses_the_very_next_call(sluis, page):
    bearer = json.loads(token(sluis).body)["access_token"]
    assert call(sluis, bearer) == 200

    anna = next(one for one in sluis.world["people"] if one["email"].startswith("anna@"))
    page = page(language="nl")
    page.goto(f"{sluis.url}/accounts/login/")
    page.locator("[name=login]").fill(anna["email"])
    page.locator("[name=password]").fill(anna["password"])
    press(page, "Inloggen")
    page.goto(f"{sluis.url}/organisations/")
    click(page, page.get_by_role("link", name="Applicaties die voor u werken"))
    click(page, page.get_by_role("link", name="Kempenspoor Logistics software"))
    assert "door een token op te halen met uw wachtwoord" in page.locator("main").inner_text()
    press(page, "Intrekken")
    assert call(sluis, bearer) == 403
    assert token(sluis).status == 400

    click(page, page.get_by_role("link", name="Kempenspoor Logistics software"))
    press(page, "Opnieuw toestemming geven")
    assert call(sluis, bearer) == 200
