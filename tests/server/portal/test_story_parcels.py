"""Seed 003 in a browser without JavaScript, and on a phone; the whole of it is a journey."""

import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from sluis.server.actions.import_usage import import_usage
from sluis.server.actions.open_account import open_account
from sluis.server.models import Mail, Person
from tests.server.parcels import carrier
from tests.server.portal.browsing import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD, SECRET = "een boot vol peren", "JBSWY3DPEHPK3PXP"
USAGE = """company,api,version,last used
KADE,Labelling,2_1,2024-03-01
KADE,Confirming,1_8,2024-03-01
"""
# What is clicked and read: literally the seed's.
WORDS = {
    "nl": {
        "log in": "Inloggen",
        "link": "Koppelen en mail versturen",
        "choose": "Maak een persoonlijk wachtwoord aan",
        "save": "Wachtwoord opslaan",
        "overview": "Company overview",
        "key": "Key tonen, vervangen of intrekken",
        "go on": "Verder",
        "manager": "API Manager",
        "linked": "De mail met de link is onderweg.",
    },
}


@pytest.fixture
def world(db):
    made = carrier()
    floor = Person.objects.get(email="floor@example.org")
    floor.set_password(PASSWORD)
    floor.save()
    factor = Authenticator.objects.get(user=floor)
    factor.data = {"secret": get_adapter().encrypt(SECRET)}
    factor.save()
    import_usage(actor=made.desk, provider=made.provider, content=USAGE.encode())
    return made


class Reader:
    """A person at a browser, who reads one language."""

    def __init__(self, page, site, language):
        self.page, self.site, self.words = page(language=language), site, WORDS[language]

    def go(self, path):
        self.page.goto(self.site + path)

    def press(self, name):
        self.click(self.page.locator("main").get_by_role("button", name=self.words[name]))

    def follow(self, name, where="main"):
        self.click(self.page.locator(where).get_by_role("link", name=self.words[name]))

    def click(self, link):
        loaded = []
        self.page.once("load", lambda _: loaded.append(True))
        link.first.click()
        while not loaded:
            self.page.wait_for_timeout(10)

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def log_in(self, email, code=None):
        self.fill(login=email, password=PASSWORD)
        self.press("log in")
        if code:
            self.fill(code=code)
            self.press("log in")

    @property
    def text(self):
        return self.page.locator("main").inner_text()


def code():
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def link_somebody(desk, world, language):
    """Steps 1 and 2: the customer gave a name and an address; the mail leaves at that moment."""
    desk.go("/desk/link/")
    desk.log_in("floor@example.org", code())
    desk.go("/desk/link/")
    desk.fill(name="Sam Jansen", email="sam@example.org")
    desk.page.locator("main [name=language]").select_option(language)
    desk.page.locator("main [name=company]").select_option(world.shop.pk.hex)
    desk.press("link")
    assert desk.words["linked"] in desk.text
    assert Mail.objects.get().to == "sam@example.org"


def come_in(sam):
    """Steps 3 and 4: the link, a personal password, and the API Manager in the menu."""
    sam.go("/mailbox/")
    for link in ("main tbody a", ".mail a"):
        sam.click(sam.page.locator(link))
    used_link = sam.page.url
    assert sam.page.locator("h1").inner_text() == sam.words["choose"]
    sam.fill(password1="kort")
    sam.press("save")
    assert "12" in sam.page.locator(".errorlist").inner_text()
    sam.fill(password1=PASSWORD)
    sam.press("save")
    sam.page.goto(used_link)
    assert sam.page.locator("main [name=password1]").count() == 0  # it works once
    sam.go("/")
    sam.follow("manager", "nav")
    sam.log_in("sam@example.org")
    assert sam.page.locator("h1").inner_text() == sam.words["overview"]


def read_key(sam):
    """Step 5: the account is there, and its key can be copied."""
    sam.follow("key")
    sam.fill(password=PASSWORD)
    sam.press("go on")
    return sam.page.locator("code.secret").inner_text()


def test_walks_without_javascript(page, site, world):
    def plain(**options):
        return page(java_script_enabled=False, **options)

    desk, sam = Reader(plain, site, "nl"), Reader(plain, site, "nl")
    link_somebody(desk, world, "nl")
    come_in(sam)
    assert len(read_key(sam)) == 32


PAGES = ["/api-manager/", "/api-manager/?environment=production", "/documentation/parcels/"]


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_fits_a_phone(page, site, world, client, language, scheme):
    sam = Person.objects.create_user("sam@example.org", PASSWORD)
    world.shop.memberships.create(person=sam, roles=["administrator", "developer"])
    open_account(actor=world.desk, provider=world.provider, organisation=world.shop)
    client.force_login(sam)
    made = page(language=language, scheme=scheme, width=390)
    name = client.cookies["sessionid"]
    made.context.add_cookies([{"name": "sessionid", "value": name.value, "url": site}])
    paths = [
        *PAGES,
        "/documentation/parcels/labelling/",
        f"/api-manager/{world.shop.pk}/production/",
    ]
    wide = []
    for path in paths:
        made.goto(site + path)
        for folded in made.locator("main details").all():
            folded.locator("summary").first.click()
        if made.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []
