"""From registering to an organisation, as people walk it in a browser, with mails to read."""

import pytest
from allauth.mfa.models import Authenticator

from sluis.server.models import Identifier, Membership, Organisation
from tests.server.people import PASSWORD, Person, person, world
from tests.server.portal.browsing import LOOKS, SMALL, click, fill, newest_link, press
from tests.server.portal.test_organisations import things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "eva@example.org"
# What the buttons are called: register, confirm, log in, log out; the tab for individuals.
WORDS = {
    "nl": ("Registreren", "Ja, bevestigen", "Inloggen", "Uitloggen", "Een individuele gebruiker"),
    "en": ("Register", "Yes, confirm it", "Log in", "Log out", "An individual"),
    "de": ("Registrieren", "Ja, bestätigen", "Anmelden", "Abmelden", "Eine Einzelperson"),
}


@pytest.fixture
def port(site):
    made = world()
    for member in Person.objects.all():
        member.set_password(PASSWORD)
        member.save()
    return made


def log_in(page, site, email, button="Log in"):
    page.goto(f"{site}/accounts/login/")
    fill(page, login=email, password=PASSWORD)
    press(page, button)


def registered(page, site, words):
    """Walk from the sign-up to where the organisation is registered."""
    register, confirm, enter, *_ = words
    page.goto(f"{site}/accounts/signup/")
    fill(page, name="Eva", email=EMAIL, password1=PASSWORD)
    press(page, register)
    newest_link(page, site)
    press(page, confirm)
    log_in(page, site, EMAIL, enter)
    assert page.url == f"{site}/organisations/new/"


@pytest.mark.parametrize("language", WORDS)
def test_a_company_registers(page, site, port, language):
    page, words = page(language=language), WORDS[language]
    registered(page, site, words)
    fill(page, name="Kustvaart BV", country="nl", TIN="NL004495446B01")
    press(page, words[0])
    assert page.evaluate("document.activeElement.className") == "summary"
    fill(page, TIN="NL004495445B01", Duns="123456789")
    press(page, words[0])
    assert page.locator("h1").inner_text() == "Kustvaart BV"
    made = Organisation.objects.get(name="Kustvaart BV")
    assert Identifier.objects.filter(party__organisation=made).count() == 2
    assert Membership.objects.get(organisation=made).person.language == language


@pytest.mark.parametrize("language", WORDS)
def test_an_individual_registers_without_javascript(page, site, port, language):
    page, words = page(language=language, java_script_enabled=False), WORDS[language]
    registered(page, site, words)
    click(page, page.locator("main").get_by_role("link", name=words[4]))
    assert page.locator("[name=name]").input_value() == "Eva"
    press(page, words[0])
    assert page.locator("h1").inner_text() == "Eva"
    assert Organisation.objects.get(name="Eva").individual


def test_an_administrator_invites_a_second_person(page, site, port):
    anna, eva = page(language="en"), page(language="nl")
    log_in(anna, site, "anna@example.org")
    anna.goto(f"{site}/organisations/")
    click(anna, anna.get_by_role("link", name="Invite somebody"))
    fill(anna, email=EMAIL)
    anna.get_by_label("Administrator").check()
    press(anna, "Send the invitation")
    assert f"An invitation is on its way to {EMAIL}." in anna.locator("main").inner_text()
    newest_link(eva, site)
    assert eva.locator("h1").inner_text() == "Werken voor Agent"
    fill(eva, name="Eva", password=PASSWORD)
    press(eva, "Account maken en aannemen")
    log_in(eva, site, EMAIL, "Inloggen")
    eva.goto(f"{site}/organisations/")
    assert eva.locator("h1").inner_text() == "Agent"
    assert "Eva (u)" in eva.locator("main").inner_text()
    roles = Membership.objects.get(person__email=EMAIL).roles
    assert roles == ["administrator", "developer"]


def with_authenticator(page):
    """Give the browser a device that keeps passkeys, and says that its owner confirmed."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, {"authenticatorId": made["authenticatorId"]}


def test_a_passkey_is_the_second_factor(page, site, port):
    page = page(language="en")
    session, device = with_authenticator(page)
    log_in(page, site, "anna@example.org")
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    fill(page, password=PASSWORD)
    press(page, "Go on")
    fill(page, name="Laptop")
    press(page, "Make the passkey")
    assert page.locator("h1").inner_text() == "Recovery codes"
    assert len(session.send("WebAuthn.getCredentials", device)["credentials"]) == 1

    click(page, page.get_by_role("button", name="Log out"))
    log_in(page, site, "anna@example.org")
    assert page.locator("h1").inner_text() == "Enter your code"
    press(page, "Use a passkey")
    assert page.url == f"{site}/"
    page.goto(f"{site}/accounts/2fa/webauthn/")
    assert "Laptop" in page.locator("main").inner_text()

    click(page, page.get_by_role("link", name="Remove Laptop"))
    click(page, page.get_by_role("link", name="Use a passkey"))
    press(page, "Use a passkey")  # shows once more who it is
    press(page, "Remove")
    assert not Authenticator.objects.filter(user__email="anna@example.org").exists()


def test_without_the_passkey_nobody_gets_in(page, site, port):
    """Another device has none: the browser says so, and the page what to do."""
    page = page(language="en")
    session, device = with_authenticator(page)
    log_in(page, site, "anna@example.org")
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    fill(page, password=PASSWORD)
    press(page, "Go on")
    press(page, "Make the passkey")
    click(page, page.get_by_role("button", name="Log out"))
    session.send("WebAuthn.clearCredentials", device)
    log_in(page, site, "anna@example.org")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("the browser gave no passkey").wait_for()
    page.goto(f"{site}/accounts/")
    assert page.locator("h1").inner_text() == "Enter your code"


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_pages_fit_a_phone_and_break_no_rule(page, site, port, language, scheme):
    page = page(language=language, scheme=scheme, width=375)
    paths = things(port)["pages"]
    paths += ["/accounts/", "/accounts/name/", "/accounts/sessions/", "/accounts/2fa/"]
    paths += ["/accounts/2fa/webauthn/", "/organisations/new/", "/register/port/"]
    log_in(page, site, "anna@example.org", WORDS[language][2])
    wide, small, headings = [], [], []
    for path in paths:
        page.goto(site + path)
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(path)
        if page.locator("h1").count() != 1:
            headings.append(path)
        small += [(path, text) for text in page.evaluate(SMALL) if text != "roles"]
    assert (wide, small, headings) == ([], [], [])


def test_one_who_works_for_nobody_is_told_what_to_do(page, site, port):
    person("loner", password=PASSWORD)
    page = page(language="nl")
    log_in(page, site, "loner@example.org", "Inloggen")
    page.goto(f"{site}/organisations/")
    click(page, page.get_by_role("link", name="Registreer een bedrijf of uzelf"))
    assert page.locator("h1").inner_text() == "Laatste stap: voor wie werkt u?"
