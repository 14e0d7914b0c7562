"""A channel walked in a browser: added for a receiver on this machine, tested, and removed."""

import msgspec
import pytest
from standardwebhooks import Webhook

from sluis.server.models import Channel
from tests.server.jobs.receiver import receiving
from tests.server.people import PASSWORD, person, world
from tests.server.portal.browsing import click, fill, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna(page, site, settings):
    """Return a browser in which a developer of the agent is logged in."""
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, webhooks="development")
    developer = person("erik", world().agent, "developer", password=PASSWORD)
    shown = page(language="en")
    shown.goto(f"{site}/accounts/login/")
    fill(shown, login=developer.email, password=PASSWORD)
    press(shown, "Log in")
    return shown


def visible(page, name):
    return page.locator(f"main [name={name}]").is_visible()


def test_asks_only_what_the_chosen_way_needs(anna, site):
    anna.goto(f"{site}/channels/new/")
    asked = {}
    for way in ("none", "headers", "client-credentials", "password"):
        anna.locator(f"[name=way][value={way}]").check()
        names = ("headers", "client_secret", "token_headers", "password")
        asked[way] = [name for name in names if visible(anna, name)]
    assert asked == {
        "none": [],
        "headers": ["headers"],
        "client-credentials": ["headers", "client_secret", "token_headers"],
        "password": ["headers", "client_secret", "token_headers", "password"],
    }


def test_walks_from_the_first_channel_to_its_end(anna, site):
    with receiving() as there:
        there.answer(200, body=b'{"access_token":"t0ken","expires_in":60}')
        anna.goto(f"{site}/channels/")
        click(anna, anna.get_by_role("link", name="Have them pushed to your system"))
        anna.locator("[name=way][value=password]").check()
        press(anna, "Add the channel")
        assert "Token endpoint: needed for the way" in anna.locator(".summary").inner_text()
        fill(anna, name="Our ERP", url=f"{there.url}/hook", token_url=f"{there.url}/token")
        fill(anna, client_id="us", client_secret="shh", username="erik", password="pass-word")
        fill(anna, headers="X-Tenant: 7")
        anna.locator("[name=signed]").check()
        press(anna, "Add the channel")
        secret = anna.locator("code.secret").inner_text()
        click(anna, anna.get_by_role("link", name="I have kept it"))
        press(anna, "Send a test message")
        assert "Your system answered 200" in anna.locator("main").inner_text()
        (token, _, _), (hook, headers, body) = there.requests
        assert (token, hook) == ("/token", "/hook")
        assert there.forms()[0] | {"scope": ""} == {
            "grant_type": "password",
            "client_id": "us",
            "client_secret": "shh",
            "username": "erik",
            "password": "pass-word",
            "scope": "",
        }
        assert (headers["authorization"], headers["x-tenant"]) == ("Bearer t0ken", "7")
        Webhook(secret).verify(body, headers)

        click(anna, anna.get_by_role("link", name="Change the channel"))
        assert "pass-word" not in anna.content()
        assert anna.locator("[name=headers]").input_value() == "X-Tenant: ***"
        fill(anna, name="The ERP")
        press(anna, "Save the channel")
        assert anna.locator("h1").inner_text() == "The ERP"
        press(anna, "Send a test message")
        assert "Your system answered 200" in anna.locator("main").inner_text()
        assert there.requests[-1][1]["x-tenant"] == "7"

    anna.get_by_text("Disable the channel…").click()
    press(anna, "Disable the channel")
    press(anna, "Open the channel again")
    anna.get_by_text("Remove the channel…").click()
    press(anna, "Remove the channel")
    assert "Have them pushed to your system" in anna.locator("main").inner_text()
    assert not Channel.objects.exists()
