"""Story A of the portal, click by click: from the catalogue to a first good call, in curl.

The words are those of seed 000; what is called is pasted from the pages as it stands.
"""

import json
import re
import subprocess

import pytest

from sluis.registry import HOSTED_APIS

pytestmark = pytest.mark.browser

NL = {
    "log in": "Inloggen",
    "subscribe": "Abonneren",
    "save": "Opslaan",
    "end": "Dit abonnement beëindigen…",
    "end it": "Beëindigen",
    "again": "Opnieuw abonneren",
    "done": "U bent geabonneerd",
    "applications": "Naar uw applicaties",
    "make": "Maak een client-ID",
    "show": "Toon het geheim",
    "go on": "Verder",
    "revoking": "Intrekken…",
    "revoke": "Meteen intrekken",
    "keys": "Tonen, vervangen of intrekken",
}
EN = {
    "log in": "Log in",
    "subscribe": "Subscribe",
    "save": "Save",
    "end": "End this subscription…",
    "end it": "End it",
    "again": "Subscribe again",
    "done": "You are subscribed",
    "applications": "To your applications",
    "make": "Make a client id",
    "show": "Show the secret",
    "go on": "Go on",
    "revoking": "Revoke…",
    "revoke": "Revoke at once",
    "keys": "Show, replace or revoke",
}
DE = {
    "log in": "Anmelden",
    "subscribe": "Abonnieren",
    "save": "Speichern",
    "end": "Dieses Abonnement beenden…",
    "end it": "Beenden",
    "again": "Erneut abonnieren",
    "done": "Sie haben abonniert",
    "applications": "Zu Ihren Anwendungen",
    "make": "Client-ID erstellen",
    "show": "Das Geheimnis zeigen",
    "go on": "Weiter",
    "revoking": "Widerrufen…",
    "revoke": "Sofort widerrufen",
    "keys": "Zeigen, ersetzen oder widerrufen",
}


class Walk:
    """A person before a browser, who reads the buttons in one language."""

    def __init__(self, page, sluis, words, who):
        self.page, self.sluis, self.words = page, sluis, words
        self.person = next(p for p in sluis.world["people"] if p["email"].startswith(who))
        self.company = next(
            one
            for one in sluis.world["port"]["uat"]["companies"]
            if one["name"] == self.person["organisation"]
        )

    def goto(self, path):
        self.page.goto(self.sluis.url + path)

    def click(self, role, word):
        named = self.page.locator("main").get_by_role(role, name=self.words[word], exact=True)
        self.wait(named.first.click)

    def wait(self, act):
        loaded = []
        self.page.once("load", lambda _: loaded.append(True))
        act()
        while not loaded:
            self.page.wait_for_timeout(10)

    def log_in(self):
        self.page.fill("main [name=login]", self.person["email"])
        self.page.fill("main [name=password]", self.person["password"])
        self.click("button", "log in")

    def text(self, selector="main"):
        return self.page.locator(selector).first.inner_text()

    def has_code(self):
        """Return what stands in the blocks of code, in the order of the page."""
        return [one.inner_text() for one in self.page.locator("figure.code code").all()]

    def pasted(self, *lines, **variables):
        """Return what a shell prints, with the secrets of who calls in variables."""
        known = {
            "USERNAME": self.company["username"],
            "PASSWORD": self.company["password"],
            **variables,
        }
        done = subprocess.run(
            ["bash", "-e"],
            input="\n".join(lines),
            env={"PATH": "/usr/bin:/bin", **known},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def without_one(walk, api):
    """End the subscription that the demo world has, so that there is one to make."""
    walk.goto(f"/catalogue/port/{api}/?environment=uat")
    walk.click("link", "subscribe")
    walk.log_in()
    walk.wait(walk.page.locator("main dl.facts a").first.click)
    walk.click("link", "end")
    walk.click("button", "end it")
    walk.wait(walk.page.get_by_role("button", name=re.compile("Uitloggen|Log out|Abmelden")).click)


@pytest.mark.parametrize(
    ("language", "words", "who", "api"),
    [
        pytest.param("nl", NL, "bram", "meteo", id="nl"),
        pytest.param("en", EN, "carla", "eta-terminal", id="en"),
        pytest.param("de", DE, "carla", "bridges-and-locks", id="de"),
    ],
)
def test_walks_from_the_catalogue_to_a_first_good_call(page, sluis, language, words, who, api):
    walk = Walk(page(language=language), sluis, words, who)
    without_one(walk, api)
    # The catalogue; the button; the log-in, and back to where one wanted to go.
    walk.goto(f"/catalogue/port/{api}/?environment=uat")
    walk.click("link", "subscribe")
    walk.log_in()
    assert walk.page.url.endswith(f"/catalogue/port/{api}/subscribe/?environment=uat")
    # Environment, terms, save.
    assert walk.page.locator("[name=environment][value=uat]").is_checked()
    walk.click("button", "save")
    assert walk.page.evaluate("document.activeElement.className") == "summary"
    walk.page.check("[name=accepted]")
    walk.click("button", "save")
    assert walk.text("h1") == words["done"]
    token_line, first_call = walk.has_code()
    key = walk.text("#key-primary")
    assert f"SUBSCRIPTION_KEY={key}" in first_call
    # A client of the own software; its secret is shown once.
    walk.click("link", "applications")
    walk.wait(walk.page.locator("main tbody a").first.click)
    walk.click("button", "make")
    walk.click("button", "show")
    client_id, secret = walk.text("#client-id"), walk.text("#client-secret")
    # What the pages showed, pasted.
    answer = walk.pasted(token_line, first_call, CLIENT_ID=client_id, CLIENT_SECRET=secret)
    assert isinstance(json.loads(answer), list | dict)
    assert '"statusCode"' not in answer
    # The key is found again, after the password, and revoked: the next call is refused.
    walk.goto("/subscriptions/")
    walk.wait(walk.page.locator(f"tbody tr:has-text('{title(api, language)}') a").first.click)
    walk.click("link", "keys")
    walk.page.fill("main [name=password]", walk.person["password"])
    walk.click("button", "go on")
    assert walk.text("#key-primary") == key
    walk.page.get_by_text(words["revoking"], exact=True).first.click()
    walk.click("button", "revoke")
    refused = walk.pasted(token_line, first_call, CLIENT_ID=client_id, CLIENT_SECRET=secret)
    assert "invalid subscription key" in refused


def title(slug, language):
    return next(api.title[language] for api in HOSTED_APIS if api.slug == slug)


def test_a_builder_sees_who_let_it_in(page, sluis):
    """The stakeholder gave its password to the builder, whose first token is the consent."""
    walk = Walk(page(language="nl"), sluis, NL, "bram")
    walk.goto("/applications/")
    walk.log_in()
    walk.wait(walk.page.locator("main tbody a").first.click)
    stakeholder = sluis.company(2)
    assert stakeholder["name"] not in walk.text()
    (token_call,) = walk.has_code()
    token = walk.pasted(
        token_call,
        USERNAME=stakeholder["username"],
        PASSWORD=stakeholder["password"],
        CLIENT_ID=walk.company["client_id"],
        CLIENT_SECRET=walk.company["client_secret"],
    )
    assert "access_token" in token
    walk.page.reload()
    row = walk.text(f"tr:has-text('{stakeholder['name']}')")
    assert "ingestemd" in row
