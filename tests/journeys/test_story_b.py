"""Story B, click by click: from a name and an address at the desk to a good call in production.

The steps and the labels are those of seed 003.
"""

import re
import time

import httpx2
import pytest

from tests.journeys.walk import PATIENCE_S, Walk, person

pytestmark = pytest.mark.browser

SAM = {"email": "sam@devcode.example", "password": "een boot vol peren"}
COMPANY = "Devcode Webshop"


def test_walks_from_a_name_and_an_address_to_a_good_call_in_production(page, sluis):
    floor, sam = Walk(page(language="nl"), sluis), Walk(page(language="nl"), sluis)
    link(floor)
    activate(sam)
    sandbox_key = read_the_key(sam, "Key tonen, vervangen of intrekken")
    read_the_versions(sam)
    say_that_the_sandbox_works(sam, sandbox_key)
    authorise(floor)
    call_production(sam, sandbox_key)


def link(floor):
    """Steps 1 and 2: the desk ties a name and an address to a company; the mail leaves."""
    floor.goto("/desk/")
    floor.log_in(person(floor.sluis, "floor"))
    floor.follow("Persoon koppelen", "nav")
    floor.fill(name="Sam Jansen", email=SAM["email"])
    floor.page.get_by_label("Bedrijf", exact=True).select_option(label=COMPANY)
    floor.press("Koppelen en mail versturen")
    assert "De mail met de link is onderweg." in floor.text()


def activate(sam):
    """Steps 3 and 4: the link, a personal password, and API Manager in the menu."""
    sam.open_mail(SAM["email"])
    link = sam.page.url
    assert sam.text("h1") == "Maak een persoonlijk wachtwoord aan"
    sam.fill(password1="kort")
    sam.press("Wachtwoord opslaan")
    assert "12" in sam.text(".errorlist")
    sam.fill(password1=SAM["password"])
    sam.press("Wachtwoord opslaan")
    assert sam.text("h1") == "Uw wachtwoord is opgeslagen"
    sam.goto(link)
    assert sam.page.locator("main [name=password1]").count() == 0  # it works once
    sam.goto("/")
    sam.follow("API Manager", "nav")
    sam.log_in(SAM)
    assert sam.text("h1") == "Company overview"


def read_the_key(sam, label):
    """Step 5 and 9: the key, after the password once more; return it."""
    sam.follow(label)
    if "reauthenticate" in sam.page.url:
        sam.fill(password=SAM["password"])
        sam.press("Verder")
    return sam.text("code.secret")


def read_the_versions(sam):
    """Steps 6 and 7: the APIs by product, an asterisk at old versions, and the release notes."""
    sam.click(sam.page.locator(".trail a", has_text="Company overview"))
    sam.page.get_by_text("Show API's", exact=True).click()
    for product in ("Shipping", "Delivery Options", "Track & Trace"):
        assert sam.page.get_by_role("heading", name=product).is_visible()
    said = sam.text()
    assert "2_1*" in said
    assert "U gebruikt 1_8, die niet meer beschikbaar is." in said
    sam.click(sam.page.get_by_role("link", name="Documentatie Labelling"))
    assert sam.page.url.endswith("#versioning")
    assert "Wijzigingen in de interface: ja, u moet uw software aanpassen." in sam.text()


def barcode(sam, environment, key, kind="3S"):
    """Ask for a barcode as the company does, once the calls of other tests leave room."""
    query = {"CustomerCode": "DEVC", "CustomerNumber": "11223344", "Type": kind}
    url = f"{sam.sluis.url}/parcels/{environment}/shipment/v1_1/barcode"
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = httpx2.get(url, params=query, headers={"apikey": key})
        if answer.status_code != 429 or time.monotonic() > until:
            return answer
        time.sleep(int(answer.headers["retry-after"]))


def say_that_the_sandbox_works(sam, key):
    """Step 8: a refusal and a good call; the platform shows both, and the desk is asked."""
    assert barcode(sam, "sandbox", key, kind="ZZ").status_code == 400
    assert barcode(sam, "sandbox", key).status_code == 200
    sam.goto("/api-manager/")
    sam.follow("Mijn sandbox werkt")
    sam.until("De controlelijst is compleet")
    sam.page.check("[name=accept]")
    sam.press("Vraag productie aan")
    assert "De servicedesk heeft uw vraag." in sam.text()


def authorise(floor):
    """Step 8 at the desk: one row in the queue, the checklist on its ticket, one click."""
    floor.goto("/desk/")
    (row,) = floor.page.locator(f"tbody tr:has-text('{COMPANY}') a").all()
    floor.wait(row.click)
    said = floor.text()
    assert "De controlelijst is compleet" in said
    assert "malformed" in said
    floor.press("Autoriseren voor productie")
    assert f"{COMPANY} is geautoriseerd" in floor.text()


def call_production(sam, sandbox_key):
    """Steps 9 and 10: the tab with the key and the endpoints, and a good call."""
    sam.goto("/api-manager/")
    sam.follow("API Accounts Production")
    assert sam.page.locator("body.live").count() == 1
    sam.page.get_by_text("Show API's", exact=True).click()
    assert f"{sam.sluis.url}/parcels/production/shipment/v1_1/barcode" in sam.text()
    key = read_the_key(sam, "Key tonen, vervangen of intrekken")
    assert key != sandbox_key
    answer = barcode(sam, "production", key)
    assert answer.status_code == 200
    assert re.fullmatch(r"3SDEVC[0-9]{7}", answer.json()["Barcode"])
    assert barcode(sam, "production", sandbox_key).status_code == 401
