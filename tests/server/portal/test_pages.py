"""What holds for every page: its language, its parts, and the strictest of content policies."""

import re
from pathlib import Path

import pytest

import sluis.server
from sluis.registry import HOSTED_APIS, PROVIDERS
from sluis.server.portal import tags

LANGUAGES = ["nl", "en", "de"]
API_PAGES = [f"/catalogue/{api.provider}/{api.slug}/" for api in HOSTED_APIS]
PAGES = [
    "/",
    "/catalogue/",
    *API_PAGES,
    "/contact/port/",
    "/contact/port/sent/",
    "/status/port/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/inactive/",
    "/register/port/",
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_is_shown_in_the_language_of_the_browser(client, path, language):
    page = client.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_has_nothing_inline(client, path):
    page = client.get(path)
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert re.findall(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", page.text) == []


@pytest.mark.parametrize("path", PAGES)
def test_is_painted_after_two_requests(client, path):
    text = client.get(path).text
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([\w.]+)\?', text)
    assert sheets == ["sluis.css"]
    assert set(re.findall(r"<script([^>]*?) src=", text)) == {' type="module"'}  # waits its turn


@pytest.mark.parametrize("path", PAGES)
def test_has_one_heading_and_named_landmarks(client, path):
    text = client.get(path).text
    assert len(re.findall(r"<h1\b", text)) == 1
    assert len(re.findall(r"<main\b", text)) == 1
    assert all("aria-label" in tag for tag in re.findall(r"<nav\b[^>]*>", text))


@pytest.mark.parametrize("path", PAGES)
def test_labels_every_field(client, path):
    text = client.get(path).text
    fields = [tag for tag in re.findall(r"<input\b[^>]*>", text) if 'type="hidden"' not in tag]
    ids = [re.search(r'id="(\w+)"', tag)[1] for tag in fields]
    assert [name for name in ids if f'<label for="{name}"' not in text] == []
    assert "placeholder=" not in text


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/status/port/", *API_PAGES])
def test_gives_a_stranger_no_cookie(client, path):
    assert client.get(path).cookies == {}


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("path", ["/", "/catalogue/", *API_PAGES])
def test_asks_the_database_at_most_once_for_a_stranger(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        client.get(path)


def test_what_can_be_copied_has_its_button_in_the_page():
    """One that a script adds moves what stands below it."""
    bare = re.compile(r'class="copyable[^>]*>(?:(?!</code>).)*</code>(?!{% include "parts/copy)')
    templates = Path(sluis.server.__file__).parent / "templates"
    assert [path for path in templates.rglob("*.html") if bare.search(path.read_text())] == []


def test_changes_the_address_of_a_file_when_the_file_changes():
    assert tags.asset("sluis.css").startswith("/static/sluis.css?")
    assert set(tags.FINGERPRINTS) >= {"sluis.css", "sluis.js", "icon.svg"}


def test_tells_who_publishes_what_on_the_start_page(client):
    text = client.get("/", headers={"accept-language": "nl"}).text
    for provider in PROVIDERS:
        assert provider.name in text
    for api in HOSTED_APIS:
        assert api.title["nl"] in text


def test_shows_how_to_start_only_in_development(client, settings, mailbox):
    assert "sluis demo --json" in client.get("/").text


def test_shows_nothing_of_development_elsewhere(client):
    text = client.get("/").text
    assert "sluis demo" not in text
    assert "/mailbox/" not in text


def test_remembers_the_language_of_a_person(client, django_user_model):
    anna = django_user_model.objects.create_user("anna@example.org")
    client.force_login(anna)
    answer = client.post("/language/", {"language": "de", "next": "/catalogue/"})
    assert answer["Location"] == "/catalogue/"
    anna.refresh_from_db()
    assert anna.language == "de"


def test_does_not_lead_off_the_site_after_a_change_of_language(client):
    answer = client.post("/language/", {"language": "de", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
