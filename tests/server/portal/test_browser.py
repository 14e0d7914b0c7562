"""The account pages walked as a person does, with the mails read in the mailbox."""

import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from sluis.registry import HOSTED_APIS
from sluis.server.models import Mail, Membership, Organisation, Person
from tests.server.portal.browsing import LOOKS, SMALL, click, fill, newest_link, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL, PASSWORD = "anna@example.org", "een boot vol peren"
PUBLIC = [
    "/",
    "/catalogue/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/confirm-email/",
    "/mailbox/",
    "/nothing/here/",
    *[f"/catalogue/{api.provider}/{api.slug}/" for api in HOSTED_APIS],
]


def code(secret, *, steps=0):
    """Return the code that an app shows, or showed some steps ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def registered(page, site):
    page.goto(f"{site}/accounts/signup/")
    fill(page, name="Anna", email=EMAIL, password1=PASSWORD)
    press(page, "Registreren")
    newest_link(page, site)
    press(page, "Ja, bevestigen")


def logged_in(page, site, password=PASSWORD):
    page.goto(f"{site}/accounts/login/")
    fill(page, login=EMAIL, password=password)
    press(page, "Inloggen")


def activating(page, site):
    """Go to where the second factor is switched on, and return the secret that stands there."""
    page.goto(f"{site}/accounts/2fa/totp/activate/")
    assert page.locator("h1").inner_text() == "Laat zien dat u het bent"
    fill(page, password=PASSWORD)
    press(page, "Verder")
    return page.locator("code.secret").inner_text()


def log_out(page):
    click(page, page.get_by_role("button", name="Uitloggen"))


def test_walks_from_registering_to_logging_in_with_a_second_factor(page, site):
    page = page(language="nl")
    registered(page, site)
    logged_in(page, site)
    secret = activating(page, site)
    fill(page, code=code(secret, steps=-1))  # the present one is for the next log-in
    press(page, "Inschakelen")
    recovery = page.locator(".codes code").first.inner_text()
    log_out(page)
    logged_in(page, site)
    fill(page, code="000000")
    press(page, "Inloggen")
    assert "Deze code klopt niet." in page.locator(".summary").inner_text()
    fill(page, code=code(secret))
    press(page, "Inloggen")
    page.goto(f"{site}/accounts/")
    assert page.locator("h1").inner_text() == "Uw account"
    log_out(page)
    logged_in(page, site)
    fill(page, code=recovery)
    press(page, "Inloggen")
    page.goto(f"{site}/accounts/2fa/")
    assert "nog 9 codes" in page.locator("main").inner_text()


def test_walks_through_a_forgotten_password(page, site):
    page = page(language="nl")
    registered(page, site)
    page.goto(f"{site}/accounts/login/")
    page.goto(page.get_by_role("link", name="Wachtwoord vergeten?").evaluate("a => a.href"))
    fill(page, email=EMAIL)
    press(page, "Stuur de link")
    newest_link(page, site)
    fill(page, password1="kort")
    press(page, "Wachtwoord opslaan")
    assert "12" in page.locator(".errorlist").inner_text()
    fill(page, password1="een kade vol appels")
    press(page, "Wachtwoord opslaan")
    logged_in(page, site, "een kade vol appels")
    page.goto(f"{site}/accounts/")
    assert EMAIL in page.locator("main").inner_text()


def test_switches_the_second_factor_off_again(page, site):
    page = page(language="nl")
    registered(page, site)
    logged_in(page, site)
    fill(page, code=code(activating(page, site)))
    press(page, "Inschakelen")
    page.goto(f"{site}/accounts/2fa/recovery-codes/generate/")
    press(page, "Nieuwe codes maken")
    page.goto(f"{site}/accounts/2fa/totp/deactivate/")
    press(page, "Uitschakelen")
    assert "Uit" in page.locator("main .facts").inner_text()
    assert Mail.objects.first().subject == "Sluis: Uw tweede factor is uit"


def test_moves_to_another_address_and_another_password(page, site):
    page = page(language="nl")
    registered(page, site)
    logged_in(page, site)
    page.goto(f"{site}/accounts/email/")
    fill(page, email="anna@example.net")
    press(page, "Stuur de link")
    assert "Wacht op bevestiging" in page.locator("main").inner_text()
    newest_link(page, site)
    press(page, "Ja, bevestigen")
    page.goto(f"{site}/accounts/password/change/")
    fill(page, oldpassword=PASSWORD, password1="een kade vol appels")
    press(page, "Wachtwoord wijzigen")
    assert "anna@example.net" in page.locator("main").inner_text()


def test_sends_the_desk_to_its_second_factor_first(page, site):
    page = page(language="nl")
    registered(page, site)
    desk = Organisation.objects.create(name="Haven")
    anna = Person.objects.get(email=EMAIL)
    Membership.objects.create(person=anna, organisation=desk, roles=["desk"])
    logged_in(page, site)
    for path in ("/", "/catalogue/", "/accounts/"):
        page.goto(site + path)
        assert page.url.endswith("next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F")
    assert "De servicedesk werkt met een tweede factor." in page.locator("main").inner_text()
    secret = activating(page, site)
    fill(page, code=code(secret))
    press(page, "Inschakelen")
    page.goto(f"{site}/catalogue/")
    assert page.url == f"{site}/catalogue/"
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_keeps_what_was_typed_and_starts_at_what_is_wrong(page, site):
    page = page(language="nl")
    page.goto(f"{site}/accounts/signup/")
    fill(page, name="Anna", email="anna", password1="kort")
    press(page, "Registreren")
    assert page.evaluate("document.activeElement.className") == "summary"
    assert page.locator("[name=name]").input_value() == "Anna"
    assert page.title().startswith("Fout: ")
    page.locator(".summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "email"


def test_switches_the_language_and_stays_on_the_page(page, site):
    page = page(language="de")
    page.goto(f"{site}/catalogue/?page=1")
    assert page.locator("h1").inner_text() == "Katalog"
    click(page, page.get_by_role("button", name="Nederlands"))
    assert page.locator("h1").inner_text() == "Catalogus"
    assert page.url == f"{site}/catalogue/?page=1"
    assert page.locator("html").get_attribute("lang") == "nl"


def test_works_without_javascript(page, site):
    page = page(language="nl", java_script_enabled=False)
    registered(page, site)
    logged_in(page, site)
    page.goto(f"{site}/catalogue/port/{HOSTED_APIS[0].slug}/")
    click(page, page.locator("main").get_by_role("link", name="Python", exact=True).first)
    assert "import requests" in page.locator(".beside code").first.inner_text()


def test_can_be_walked_with_the_keyboard_alone(page, site):
    page = page()
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Open the catalogue"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/")


def test_opens_and_closes_the_menu_on_a_phone(page, site):
    page = page(width=375)
    page.goto(f"{site}/")
    menu = page.get_by_role("navigation", name="Main menu")
    assert not menu.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_copies_a_sample(page, site):
    page = page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/catalogue/port/{HOSTED_APIS[0].slug}/")
    page.locator(".beside .copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    assert f'"{site}/port/' in copied


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_fits_a_phone_and_breaks_no_rule(page, site, language, scheme):
    # The fixture fails the test on script errors and on breaches of the content policy.
    page = page(language=language, scheme=scheme, width=375)
    wide, small = [], []
    for path in PUBLIC:
        page.goto(site + path)
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(path)
        small += [(path, text) for text in page.evaluate(SMALL)]
    assert (wide, small) == ([], [])


# Tables that reach out of the column in which they stand, and under the samples beside it.
OUTSIDE = """() => [...document.querySelectorAll(".columns > div:first-child")].flatMap((column) =>
        [...column.querySelectorAll("table")].filter((table) =>
            table.getBoundingClientRect().right > column.getBoundingClientRect().right + 1
        )
    )
    .map((table) => table.caption.textContent)"""


@pytest.mark.parametrize("width", [375, 1152, 1280])
def test_shows_fields_within_fields_beside_the_samples(page, site, width):
    page = page(language="nl", width=width)
    page.goto(f"{site}/catalogue/port/certified-pickup/")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
    assert page.get_by_text("SCAC").last.is_visible()
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
