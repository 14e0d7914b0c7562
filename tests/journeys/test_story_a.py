"""Story A, click by click: from nothing to a good call on live data, with what the pages showed.

The words are those of seed 000; what is called is pasted from the pages as it stands.
"""

import json
from urllib.parse import urlencode

import pytest

from sluis.registry import HOSTED_APIS
from tests.journeys.walk import Walk, pasted, person, status

pytestmark = pytest.mark.browser

EVA = {"email": "eva@kustvaart.example", "password": "een boot vol peren"}
COMPANY, SOFTWARE = "Kustvaart BV", "Kustplanner"
CODES = {"Sandbox (UAT)": "NXT240000001", "Live": "NXT240000002"}
AS_EVA = {"USERNAME": EVA["email"], "PASSWORD": EVA["password"]}


def test_walks_from_nothing_to_a_good_call_on_live_data(page, sluis):
    eva, dirk = Walk(page(language="nl"), sluis), Walk(page(language="nl"), sluis)
    register(eva)
    live_key = subscribe_to_live_weather(eva)
    ask_for_a_client(eva)
    answer_with_one_click(dirk)
    sandbox, live = read_the_secrets(eva)
    call_live(eva, live, live_key)
    find_the_key_again(eva, live_key)
    sandbox_key = show_it_in_the_sandbox_before_going_live(eva, dirk, sandbox)
    let_a_builder_act(eva, Walk(page(language="nl"), sluis), sandbox_key)


def register(eva):
    """Account registration: the form, the mail that confirms it, and for whom one works."""
    eva.goto("/")
    eva.follow("Registreren", "nav")
    eva.fill(name="Eva Dijk", email=EVA["email"], password1=EVA["password"])
    eva.press("Registreren")
    said = eva.text()
    assert "kijk in de map met spam" in said
    assert "Opnieuw sturen" in said
    assert eva.page.locator("main a[href='/contact/port/']").count() == 1
    eva.open_mail(EVA["email"])
    link = eva.page.url
    eva.press("Ja, bevestigen")
    eva.goto(link)
    assert eva.page.get_by_role("button", name="Ja, bevestigen").count() == 0  # it works once
    eva.goto("/accounts/login/")
    eva.log_in(EVA)
    eva.fill(name=COMPANY, country="nl", TIN="NL004495445B01")
    eva.press("Registreren")
    assert eva.text("h1") == COMPANY


def subscribe_to_live_weather(eva):
    """Subscription to the first API: environment, terms, save; return the key that is shown."""
    eva.follow("Catalogus", "nav")
    eva.click(eva.page.locator("main").get_by_role("link", name="Meteo"))
    assert "Specifieke toegang" not in eva.text()
    eva.follow("Abonneren")
    eva.page.check("[name=environment][value=live]")
    assert "Reële gegevens." in eva.text()
    eva.press("Opslaan")
    assert eva.page.evaluate("document.activeElement.className") == "summary"
    eva.page.check("[name=accepted]")
    eva.press("Opslaan")
    assert eva.text("h1") == "U bent geabonneerd"
    assert "20.76.217.177" in eva.text()  # from where we call, for who keeps a list
    return eva.text("#key-primary")


def ask_for_a_client(eva):
    """Request a client id and secret: by the link that the confirmation has."""
    eva.follow("Vraag het de servicedesk")
    assert eva.page.get_by_label("Live").is_checked()
    eva.page.get_by_label("Sandbox (UAT)").check()
    eva.fill(application=SOFTWARE)
    eva.page.get_by_label("We hebben ook een ingestion-ID nodig").check()
    eva.page.get_by_label("Berichttype").select_option("json")
    eva.press("Versturen")
    assert "wacht op de servicedesk" in eva.text()
    assert SOFTWARE in eva.text()


def answer_with_one_click(dirk):
    """The desk logs in onto its queue, gives out what the ticket says is lacking, and makes."""
    dirk.goto("/accounts/login/")
    dirk.log_in(person(dirk.sluis, "dirk"))
    assert dirk.text("h1") == "Wachtrij"
    dirk.click(dirk.page.locator(f"tbody tr:has-text('{COMPANY}') a"))
    assert f"{COMPANY} heeft nog geen NxtEntityId" in dirk.text()
    for place, code in CODES.items():
        dirk.follow(f"Geef er een in {place}")
        dirk.fill(NxtEntityId=code)
        dirk.press("Opslaan")
    assert "heeft nog geen NxtEntityId" not in dirk.text()
    dirk.press("Maken en overhandigen")
    assert "2 clients zijn gemaakt" in dirk.text()
    assert dirk.page.get_by_role("button", name="Maken en overhandigen").count() == 0


def read_the_secrets(eva):
    """Return client id and secret of the sandbox and of live: behind links in the answer, once."""
    assert eva.mailed(EVA["email"])[0] == "Uw vraag “Klant-ID en geheim”"
    eva.follow("Tickets", "nav")
    eva.click(eva.page.locator("main tbody a"))
    assert "Ingestion-ID (json): " in eva.text()
    links = [one.get_attribute("href") for one in eva.page.locator(".said a").all()]
    found = {}
    for link in links:
        eva.goto(link)
        eva.press("Toon het geheim")
        place = "live" if eva.page.locator("main .badge.live").count() else "sandbox"
        names = {"CLIENT_ID": "#client-id", "CLIENT_SECRET": "#client-secret"}
        found[place] = {name: eva.text(selector) for name, selector in names.items()}
        eva.goto(link)
        assert "Dit geheim is al getoond" in eva.text()
    return found["sandbox"], found["live"]


def open_subscription(walk, api, place):
    walk.goto("/subscriptions/")
    walk.click(walk.page.locator(f"tbody tr:has-text('{api}'):has-text('{place}') a"))


def call_live(eva, client, key):
    """A token, and the first good call: pasted from the subscription as it stands there."""
    open_subscription(eva, "Meteo", "Live")
    token_line, first_call = eva.codes()
    secrets = {**AS_EVA, **client, "SUBSCRIPTION_KEY": key}
    assert isinstance(json.loads(pasted(token_line, first_call, **secrets)), list)
    assert pasted(token_line, status(first_call), **secrets) == "200"
    eva.until("2 gebruikt, nog 98 over")


def find_the_key_again(eva, key):
    eva.follow("Tonen, vervangen of intrekken")
    eva.fill(password=EVA["password"])
    eva.press("Verder")
    assert eva.text("#key-primary") == key


def show_it_in_the_sandbox_before_going_live(eva, dirk, client):
    """Certified Pick up is live after the desk saw calls in UAT; return the key of the sandbox."""
    eva.goto("/catalogue/port/certified-pickup/")
    assert "Specifieke toegang is vereist in Live" in eva.text()
    keys = {}
    for place in ("uat", "live"):
        eva.goto("/catalogue/port/certified-pickup/")
        eva.follow("Abonneren")
        eva.page.check(f"[name=environment][value={place}]")
        eva.page.check("[name=role][value=ShippingAgent]")
        eva.page.check("[name=accepted]")
        eva.press("Opslaan")
        if place == "uat":
            keys = {"SUBSCRIPTION_KEY": eva.text("#key-primary")}
            token_line, first_call = eva.codes()
    assert eva.text("h1") == "Uw aanvraag ligt bij de servicedesk"
    assert "Geen geslaagde aanroep" in eva.text()
    secrets = {**AS_EVA, **client, **keys}
    assert pasted(token_line, status(first_call), **secrets).endswith("202")
    dirk.goto("/desk/")
    dirk.click(dirk.page.locator(f"tbody tr:has-text('{COMPANY}') a"))
    dirk.until("Geslaagde aanroepen")
    dirk.press("Goedkeuren")
    open_subscription(eva, "Certified Pick up", "Live")
    eva.follow("Tonen, vervangen of intrekken")
    assert len(eva.text("#key-primary")) == 32
    return keys["SUBSCRIPTION_KEY"]


def let_a_builder_act(eva, bram, key):
    """A builder works with the stakeholder's key: consent is given, seen by both, withdrawn."""
    builder = next(
        one
        for one in eva.sluis.world["port"]["uat"]["companies"]
        if one["name"] == person(eva.sluis, "bram")["organisation"]
    )
    eva.goto("/organisations/")
    eva.follow("Applicaties die voor u werken")
    eva.follow("Een applicatie voor ons laten werken")
    eva.page.get_by_label("Omgeving").select_option("port/uat")
    eva.fill(client_id=builder["client_id"])
    eva.press("Toestemming geven")
    bram.goto("/applications/")
    bram.log_in(person(bram.sluis, "bram"))
    bram.click(bram.page.locator("main tbody a"))
    assert "ingestemd" in bram.text(f"tr:has-text('{COMPANY}')")
    called = {
        "method": "GET",
        "path": "/port/uat/certified-pickup/v1/BEANR/containers/import/release-rights",
        "ocp_apim_subscription_key": key,
        "authorization": f"Bearer {token(eva.sluis, builder)}",
    }
    assert eva.sluis.request(**called).status == 202
    eva.follow(f"{builder['name']} software")
    eva.press("Intrekken")
    assert eva.sluis.request(**called).status in (401, 403)
    bram.page.reload()
    assert "ingetrokken" in bram.text(f"tr:has-text('{COMPANY}')")


def token(sluis, builder):
    """Return a token for the builder's software by itself: it names no stakeholder."""
    form = {
        "grant_type": "client_credentials",
        "client_id": builder["client_id"],
        "client_secret": builder["client_secret"],
    }
    answer = sluis.request(
        "POST",
        "/port/uat/connect/token",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
    )
    return json.loads(answer.body)["access_token"]


# Where the words differ: the same way in the sandbox, where one makes a client oneself

EN = {
    "log in": "Log in",
    "subscribe": "Subscribe",
    "save": "Save",
    "end": "End this subscription…",
    "end it": "End it",
    "done": "You are subscribed",
    "applications": "To your applications",
    "make": "Make a client id",
    "show": "Show the secret",
    "go on": "Go on",
    "revoking": "Revoke…",
    "revoke": "Revoke at once",
    "keys": "Show, replace or revoke",
    "log out": "Log out",
}
DE = {
    "log in": "Anmelden",
    "subscribe": "Abonnieren",
    "save": "Speichern",
    "end": "Dieses Abonnement beenden…",
    "end it": "Beenden",
    "done": "Sie haben abonniert",
    "applications": "Zu Ihren Anwendungen",
    "make": "Client-ID erstellen",
    "show": "Das Geheimnis zeigen",
    "go on": "Weiter",
    "revoking": "Widerrufen…",
    "revoke": "Sofort widerrufen",
    "keys": "Zeigen, ersetzen oder widerrufen",
    "log out": "Abmelden",
}


@pytest.mark.sqlite  # on both databases it is walked in Dutch
@pytest.mark.parametrize(
    ("language", "words", "api"),
    [
        pytest.param("en", EN, "eta-terminal", id="en"),
        pytest.param("de", DE, "bridges-and-locks", id="de"),
    ],
)
def test_walks_in_the_sandbox_until_the_key_is_revoked(page, sluis, language, words, api):
    carla, user = Walk(page(language=language), sluis), sluis.company(2)
    without_one(carla, words, api)
    carla.goto(f"/catalogue/port/{api}/?environment=uat")
    carla.follow(words["subscribe"])
    carla.log_in(person(sluis, "carla"), words["log in"])
    assert carla.page.url.endswith(f"/catalogue/port/{api}/subscribe/?environment=uat")
    carla.page.check("[name=accepted]")
    carla.press(words["save"])
    assert carla.text("h1") == words["done"]
    token_line, first_call = carla.codes()
    key = carla.text("#key-primary")
    assert f"SUBSCRIPTION_KEY={key}" in first_call
    carla.follow(words["applications"])
    carla.click(carla.page.locator("main tbody a"))
    carla.press(words["make"])
    carla.press(words["show"])
    known = {
        "USERNAME": user["username"],
        "PASSWORD": user["password"],
        "CLIENT_ID": carla.text("#client-id"),
        "CLIENT_SECRET": carla.text("#client-secret"),
    }
    answer = pasted(token_line, first_call, **known)
    assert isinstance(json.loads(answer), list | dict)
    assert '"statusCode"' not in answer
    carla.goto("/subscriptions/")
    carla.click(carla.page.locator(f"tbody tr:has-text('{title(api, language)}') a"))
    carla.follow(words["keys"])
    carla.fill(password=person(sluis, "carla")["password"])
    carla.press(words["go on"])
    assert carla.text("#key-primary") == key
    carla.page.get_by_text(words["revoking"], exact=True).first.click()
    carla.press(words["revoke"])
    assert "invalid subscription key" in pasted(token_line, first_call, **known)


def without_one(walk, words, api):
    """End the subscription that the demo world has, so that there is one to make."""
    walk.goto(f"/catalogue/port/{api}/?environment=uat")
    walk.follow(words["subscribe"])
    walk.log_in(person(walk.sluis, "carla"), words["log in"])
    walk.click(walk.page.locator("main dl.facts a"))
    walk.follow(words["end"])
    walk.press(words["end it"])
    walk.press(words["log out"], "body")


def title(slug, language):
    return next(api.title[language] for api in HOSTED_APIS if api.slug == slug)
