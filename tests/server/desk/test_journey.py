"""A question on its way in a real browser: asked, asked back, answered by the link, closed."""

import msgspec
import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache

from sluis.server.models import Mail, Person, Ticket
from tests.server import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _nobody_wrote_anything():
    cache.clear()


@pytest.fixture
def site(live_server, settings):
    """Return the address of the portal; mails are kept, and links in them lead there."""
    settings.CONFIG = msgspec.structs.replace(
        settings.CONFIG, mailbox="on", public_url=live_server.url
    )
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"
    return live_server.url


@pytest.fixture
def port(site):
    return people.world()


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "screen.pdf"
    path.write_bytes(b"%PDF-1.4 what I see")
    return path


def as_person(page, site, name):
    """Let a browser be logged in as somebody."""
    person = Person.objects.get(email=f"{name}@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": site}])
    return page


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def click(page, link):
    """Click what leads to another page, and wait until that is there."""
    loaded = []
    page.once("load", lambda _: loaded.append(True))
    link.click()
    while not loaded:
        page.wait_for_timeout(10)


def press(page, name):
    click(page, page.locator("main").get_by_role("button", name=name, exact=True))


def follow(page, name):
    click(page, page.locator("main").get_by_role("link", name=name))


def saved(page, name):
    """Click a file; return what was saved."""
    files = []
    page.once("download", lambda file: files.append(file))
    page.get_by_role("link", name=name).click()
    while not files:
        page.wait_for_timeout(10)
    return files[0].path().read_bytes()


def said(page):
    return page.locator("main").inner_text()


def newest_link(address, site):
    text = Mail.objects.filter(to=address).first().text
    return site + text.partition(site)[2].split()[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_visitor_asks_the_desk_asks_back_and_closes(page, site, port, pdf, scripts):
    eva = page(language="nl", java_script_enabled=scripts)
    eva.goto(f"{site}/contact/port/")
    fill(eva, name="Eva", email="eva@example.net", subject="Geen mail", text="Hij kwam nooit.")
    eva.locator("[name=attachments]").set_input_files(pdf)
    press(eva, "Versturen")
    assert "We hebben uw bericht" in said(eva)

    dirk = as_person(page(language="en", java_script_enabled=scripts), site, "dirk")
    dirk.goto(f"{site}/desk/")
    follow(dirk, "Geen mail")
    assert saved(dirk, "screen.pdf") == pdf.read_bytes()
    fill(dirk, text="Welk adres vulde u in?")
    press(dirk, "Ask back")
    assert "waits for the one who asked" in said(dirk)
    dirk.goto(f"{site}/desk/")
    assert "Nothing waits for you." in said(dirk)

    eva.goto(newest_link("eva@example.net", site))
    assert "Welk adres vulde u in?" in said(eva)
    fill(eva, text="eva@example.net.")
    press(eva, "Versturen")
    assert "wacht op de servicedesk" in said(eva)

    dirk.goto(f"{site}/desk/?q=geen")
    follow(dirk, "Geen mail")
    fill(dirk, text="Ik heb hem nogmaals gestuurd.")
    press(dirk, "Send the answer")
    eva.goto(newest_link("eva@example.net", site))
    assert "Ik heb hem nogmaals gestuurd." in said(eva)
    assert "Niet opgelost?" in said(eva)
    assert Ticket.objects.get().state == "done"


def test_a_member_asks_for_a_client_and_reads_the_answer(page, site, port):
    anna = as_person(page(language="de"), site, "anna")
    anna.goto(f"{site}/tickets/")
    for link in ("Neues Ticket", "Client-ID und Geheimnis"):
        follow(anna, link)
    press(anna, "Senden")
    assert anna.evaluate("document.activeElement.className") == "summary"
    fill(anna, application="Planer")
    anna.get_by_label("Sandbox (UAT)").check()
    anna.get_by_label("Nachrichtentyp").select_option("json")
    press(anna, "Senden")
    assert "wartet auf den Servicedesk" in said(anna)

    dirk = as_person(page(language="nl"), site, "dirk")
    dirk.goto(f"{site}/desk/?kind=client")
    click(dirk, dirk.locator("tbody a"))
    assert "Planer" in said(dirk)
    fill(dirk, text="Nur mit Vertrag.")
    press(dirk, "Afwijzen met deze reden")
    anna.goto(f"{site}/tickets/")
    assert "abgelehnt" in said(anna)


def test_says_before_sending_that_a_file_is_too_large(page, site, port, tmp_path):
    eva = page(language="nl")
    eva.goto(f"{site}/contact/port/")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-" + b"a" * (6 * 1024 * 1024))
    fill(eva, name="Eva", email="eva@example.net", subject="S", text="T")
    eva.locator("[name=attachments]").set_input_files(large)
    eva.locator("main").get_by_role("button", name="Versturen").click()
    assert eva.evaluate("document.activeElement.name") == "attachments"
    assert eva.locator(".errorlist").inner_text().startswith("Kies hoogstens vijf bestanden")
    assert eva.url == f"{site}/contact/port/"
    assert not Ticket.objects.exists()


def test_people_do_not_see_the_field_that_is_for_programs(page, site, port):
    eva = page()
    eva.goto(f"{site}/contact/port/")
    assert not eva.locator("[name=website]").is_visible()


PAGES = [
    "/tickets/",
    "/tickets/new/",
    "/tickets/new/?provider=port&kind=client",
    "/contact/port/",
    "/contact/port/sent/",
    "/status/port/",
    "/desk/",
    "/desk/record/",
    "/desk/status/",
    "/desk/status/new/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en", "de"])
def test_fits_a_phone(page, site, port, language, scheme):
    # The fixture fails the test on script errors and on breaches of the content policy.
    dirk = as_person(page(language=language, scheme=scheme, width=375), site, "dirk")
    wide = []
    for path in PAGES:
        dirk.goto(site + path)
        if dirk.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(path)
        assert dirk.locator("h1").count() == 1
    assert wide == []
