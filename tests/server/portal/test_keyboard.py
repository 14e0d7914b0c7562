"""The two walks that everybody makes, by the keyboard alone: registering and subscribing."""

import pytest

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import Organisation, Subscription
from tests.server.people import PASSWORD, Person, world
from tests.server.portal.browsing import newest_link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "eva@example.org"
TERMS = {"nl": "Vaar voorzichtig.", "en": "Sail with care.", "de": "Fahrt sachte."}
# What has the focus: what it is called, and whether one sees that it has it.
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    return {
        called: (one.labels?.[0] ?? one).textContent.trim(),
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""
STOPS = 40  # more than any of these pages has


def tab_to(page, called):
    """Go on with Tab until something has the focus that is called so; each stop is seen."""
    met = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        assert now["seen"], now
        if now["called"] == called:
            return
        met.append(now["called"])
    pytest.fail(f"Tab does not come to {called!r}, but to {met}.")


def type_into(page, label, text):
    tab_to(page, label)
    page.keyboard.type(text)


def press(page, key="Enter"):
    """Press a key that leads to another page, and wait until that is there."""
    loaded = []
    page.once("load", lambda _: loaded.append(True))
    page.keyboard.press(key)
    while not loaded:
        page.wait_for_timeout(10)


def heading(page):
    return page.locator("h1").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_registers(page, site, scripts):
    world()
    page = page(java_script_enabled=scripts)
    page.goto(f"{site}/")
    tab_to(page, "Register")
    press(page)
    type_into(page, "Name (optional)", "Eva")
    type_into(page, "E-mail address", EMAIL)
    type_into(page, "Password", "short")
    press(page)

    # What is wrong comes first, and leads to the field.
    tab_to(page, "This is too short. Use at least 12 characters.")
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(PASSWORD)
    press(page)
    newest_link(page, site)
    tab_to(page, "Yes, confirm it")
    press(page)

    page.goto(f"{site}/accounts/login/")
    type_into(page, "E-mail address", EMAIL)
    type_into(page, "Password", PASSWORD)
    press(page)
    tab_to(page, "An individual")
    press(page)
    tab_to(page, "Register")
    press(page)
    assert heading(page) == "Eva"
    assert Organisation.objects.get(name="Eva").individual


def test_subscribes(page, site):
    port = world()
    publish_terms(actor=COMMAND, provider=port.port, text=TERMS)
    anna = Person.objects.get(name="Anna")
    anna.set_password(PASSWORD)
    anna.save()

    page = page()
    page.goto(f"{site}/catalogue/port/meteo/")
    tab_to(page, "Subscribe")
    press(page)
    type_into(page, "E-mail address", anna.email)
    type_into(page, "Password", PASSWORD)
    press(page)
    tab_to(page, "Sandbox (UAT)")
    page.keyboard.press("Space")
    tab_to(page, "Save")
    press(page)

    tab_to(page, "Accept the terms, or you cannot subscribe.")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    tab_to(page, "Save")
    press(page)
    assert heading(page) == "You are subscribed"
    assert Subscription.objects.get().environment == port.uat
