"""The desk's work in a real browser: from a name to a subscription that is suspended."""

import pytest

from sluis.server.models import Subscription
from tests.server.portal.things import someone, things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_suspends_a_subscription_with_a_reason(page, live_server, client, script):
    _, known = things()
    opened = page(language="nl", width=390, java_script_enabled=script)
    client.force_login(someone("dirk"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    opened.context.add_cookies([{**session, "url": live_server.url}])
    opened.goto(f"{live_server.url}/desk/port/organisations/")
    opened.locator("[name=q]").fill("nxt230000001")
    opened.get_by_role("button", name="Zoeken").click()
    opened.get_by_role("link", name="Agent", exact=True).click()
    opened.get_by_role("link", name="Opschorten meteo").click()
    press = opened.get_by_role("button", name="Dit abonnement opschorten")
    press.click()
    assert "Geef een reden" in opened.locator(".summary").inner_text()
    opened.locator("[name=reason]").fill("Te veel aanroepen.")
    press.click()
    opened.get_by_text("Het abonnement is opgeschort.").wait_for()
    assert opened.locator("h1").inner_text() == "Agent"
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    found = Subscription.objects.get(pk=known["subscription"])
    assert (found.state, found.reason) == ("suspended", "Te veel aanroepen.")
