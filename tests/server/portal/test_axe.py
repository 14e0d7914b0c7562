"""Every page of the table in a real browser, light and dark: no grave faults, and no jumps."""

import time
from pathlib import Path

import pytest
from django.urls import reverse

from tests.server.portal.table import PAGES, WHO, filled
from tests.server.portal.things import enter, someone, things

# What the database says is the same on both; two minutes of a browser need not be spent twice.
pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parents[2] / "vendor" / "axe-core" / "axe.min.js").read_text()
GRAVE = ("serious", "critical")
# A document, a part of another page, files.
NO_PAGES = ("openapi", "mail_look", "desk_export", "attachment", "desk_file", "visited_file")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast"]}  # what a scheme changes
# Nothing is loaded for it first: that is for pages that play sound or video, and ours do not.
LEAN = "resultTypes: ['violations'], preload: false, selectors: false"
RUN = f"""(rules) => axe.run(document, {{runOnly: rules, {LEAN}}})
    .then((found) => found.violations.map(
        (one) => [one.impact, one.id, one.nodes.map((node) => node.html.slice(0, 200)).slice(0, 3)]
    ))"""
# How much of the page moved by itself, and how far: the score that browsers give.
SHIFT = """() => new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
        }).observe({type: "layout-shift", buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
    })"""
LOOKED_AT_AS = ("visitor", "anna", "dirk")


def path_of(page, known):
    return f"{reverse(page.name, kwargs=filled(page.of, known))}?{page.query}"


def shown_to(who):
    """Return the pages that somebody sees, and nobody before them."""
    place = WHO.index(who)
    before = [WHO.index(other) for other in LOOKED_AT_AS[: LOOKED_AT_AS.index(who)]]
    for page in PAGES:
        outcomes = page.outcomes.split()
        seen_before = any(outcomes[other] == "ok" for other in before)
        if page.name not in NO_PAGES and outcomes[place] == "ok" and not seen_before:
            yield page


def test_every_page_is_looked_at_by_somebody():
    looked_at = {page.name for who in LOOKED_AT_AS for page in shown_to(who)}
    assert {page.name for page in PAGES} - looked_at - set(NO_PAGES) == set()


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("who", LOOKED_AT_AS)
def test_has_no_grave_faults_and_jumps_nowhere(page, live_server, client, who):
    _, known = things()
    opened = page()
    if someone(who) is not None:
        enter(client, who, known)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        opened.context.add_cookies([{**session, "url": live_server.url}])
    found, jumping = [], []
    for one in shown_to(who):
        path = path_of(one, known)
        opened.emulate_media(color_scheme="light")
        assert opened.goto(live_server.url + path).status == 200, path
        shift = opened.evaluate(SHIFT)
        if shift >= 0.01:
            jumping.append((path, shift))
        opened.evaluate(AXE)
        found += grave(opened, EVERYTHING, path)
        opened.emulate_media(color_scheme="dark")
        found += grave(opened, COLOURS, f"{path} in the dark")
    assert (found, jumping) == ([], [])


def grave(opened, rules, path):
    return [(path, *fault) for fault in opened.evaluate(RUN, rules) if fault[0] in GRAVE]


def test_a_jump_is_noticed(page, live_server):
    """The control: what pushes the rest of the page down is found out."""
    opened = page()
    opened.goto(live_server.url)
    opened.evaluate(SHIFT)  # what was never painted cannot jump: two frames are by now
    opened.evaluate(
        """() => {
            const late = document.createElement("p");
            late.textContent = "A line that comes late. ".repeat(50);
            document.querySelector("main").prepend(late);
        }"""
    )
    until = time.monotonic() + 20
    while opened.evaluate(SHIFT) < 0.01:
        assert time.monotonic() < until


def test_axe_finds_what_is_wrong(page, live_server):
    """The control: a page that breaks a rule is found out."""
    opened = page()
    opened.goto(live_server.url)
    opened.evaluate("document.querySelector('main').innerHTML = '<h1>A</h1><input>'")
    opened.evaluate(AXE)
    assert grave(opened, EVERYTHING, "/")[0][:3] == ("/", "critical", "label")


def test_axe_finds_what_is_wrong_in_the_dark_only(page, live_server):
    """The control: a colour that is fixed is found out where the one behind it changes."""
    opened = page()
    opened.goto(live_server.url)
    opened.evaluate("document.querySelector('h1').style.color = '#17202a'")
    opened.evaluate(AXE)
    assert grave(opened, COLOURS, "/") == []
    opened.emulate_media(color_scheme="dark")
    assert grave(opened, COLOURS, "/")[0][:3] == ("/", "serious", "color-contrast")
