"""Who sees and does what: every URL and every act, for everybody, against the declared table."""

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import get_resolver, reverse

from sluis.server.models import AuditEntry
from sluis.server.portal.containers import play
from tests.server.portal.acts import ACTS
from tests.server.portal.table import PAGES, WALKED_ELSEWHERE, WHO, filled
from tests.server.portal.things import enter, things

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
SILENT = ("set_language", "confirm_again", "account_logout", "play")  # which nobody writes down


# These see every page and do every act; what the others may not is told without the database.
ON_BOTH_DATABASES = ("visitor", "bram", "anna", "dirk")
EVERYBODY = [
    pytest.param(who, marks=() if who in ON_BOTH_DATABASES else pytest.mark.sqlite) for who in WHO
]


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    monkeypatch.setattr(play, "PATIENCE_SECONDS", 0)  # nobody applies meanwhile


class RolledBack(Exception):
    pass


def names(resolver):
    for found in resolver.url_patterns:
        if hasattr(found, "url_patterns"):
            yield from names(found)
        else:
            yield found.name


def test_every_url_has_its_line():
    urls = set(names(get_resolver()))
    lines = {line.name for line in (*PAGES, *ACTS)}
    assert urls - lines - set(WALKED_ELSEWHERE) == set()
    assert (lines | set(WALKED_ELSEWHERE)) - urls == set()


def test_every_line_says_what_becomes_of_everybody():
    assert [line for line in (*PAGES, *ACTS) if len(line.outcomes.split()) != len(WHO)] == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_shows_pages_to_whom_they_are_for(client, who):
    _, known = things()
    enter(client, who, known)
    wrong = []
    for page in PAGES:
        path = reverse(page.name, kwargs=filled(page.of, known))
        expected = page.outcomes.split()[WHO.index(who)]
        found = seen(client.get(f"{path}?{page.query}"))
        if found != expected:
            wrong.append((page.name, page.query, expected, found))
    assert wrong == []


def seen(answer):
    if answer.status_code == 200:
        return "ok"
    return where(answer)


def where(answer):
    """Return where an answer leads, or its status."""
    if answer.status_code != 302:
        return str(answer.status_code)
    path = answer["Location"]
    if path.startswith(reverse("account_login")):
        return "login"
    return "factor" if path.startswith(reverse("mfa_activate_totp")) else "away"


@pytest.mark.parametrize("who", EVERYBODY)
def test_lets_those_act_who_may(client, who):
    _, known = things()
    wrong = []
    for act in ACTS:
        expected = act.outcomes.split()[WHO.index(who)]
        found = tried(client, who, act, known)
        if found != expected:
            wrong.append((act.name, act.says, expected, found))
    assert wrong == []


def tried(client, who, act, known):
    """Do it as somebody, return what became of it, and undo it."""
    try:
        with transaction.atomic():
            enter(client, who, known)
            path = reverse(act.name, kwargs=filled(act.of, known))
            before = AuditEntry.objects.count()
            answer = client.post(f"{path}?{act.query}", filled(act.form, known))
            found = outcome(
                answer, written=AuditEntry.objects.count() > before, silent=act.name in SILENT
            )
            raise RolledBack
    except RolledBack:
        return found


def outcome(answer, *, written, silent):
    """Return what became of an act: what was done is written down, or says so."""
    levels = {message.level_tag for message in get_messages(answer.wsgi_request)}
    if "error" in levels:
        return "refused"
    if answer.status_code == 200:
        return "done" if written or silent else "refused"
    led = where(answer)
    told = led == "away" and (silent or "success" in levels)
    return "done" if told or written else led


@pytest.mark.parametrize("who", ["anna", "dirk"])
def test_nothing_happens_where_no_act_is(client, who):
    """What is only looked at changes nothing when it is posted to."""
    _, known = things()
    acts = {act.name for act in ACTS}
    before = acts_written()
    enter(client, who, known)
    for page in PAGES:
        if page.name not in acts and not page.name.startswith(("account_", "mfa_")):
            path = reverse(page.name, kwargs=filled(page.of, known))
            assert client.post(path).status_code in (200, 302, 404, 405), page.name
    assert acts_written() == before


def acts_written():
    return AuditEntry.objects.exclude(action="key.reveal").count()  # each look at a key is written


def test_leads_back_to_the_page_of_the_button_that_a_stranger_pressed(client):
    _, known = things()
    page = "http://testserver/channels/?page=2"
    paths = [reverse(act.name, kwargs=filled(act.of, known)) for act in ACTS]
    enter(client, "dirk", known)
    acts_alone = {path for path in paths if client.get(path).status_code == 405}
    enter(client, "visitor", known)
    led = {client.post(path, headers={"referer": page}).get("Location", "") for path in acts_alone}
    assert {one for one in led if "/login/" in one} == {
        "/accounts/login/?next=/channels/%3Fpage%3D2"
    }


@pytest.mark.parametrize("page", ["http://elsewhere.example/channels/", "", "no address"])
def test_leads_to_no_page_of_others(client, port, page):
    answer = client.post("/channels/new/", headers={"referer": page})
    assert answer["Location"] == "/accounts/login/?next=/channels/new/"
