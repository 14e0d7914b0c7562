"""A whole pick-up in a real browser: released, played until it leaves, and every page of it."""

import time

import pytest

from sluis.core.moments import SECOND
from sluis.server.models.job import WAITING, AcceptedRequest, AcceptedStep, Attempt, Delivery
from tests.server.portal import later
from tests.server.portal.browsing import LOOKS
from tests.server.portal.stage import NUMBER, act, apply, at_work, release, stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = f"/containers/port/uat/{NUMBER}/"


@pytest.fixture
def port():
    return stage()


@pytest.fixture
def opened(client, live_server, port, page):
    """Return a function that opens a page as Anna of the agent."""

    def open_page(path, **options):
        client.force_login(port.actor("anna").person)
        made = page(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        made.context.add_cookies([cookie | {"url": live_server.url}])
        made.goto(live_server.url + path)
        return made

    return open_page


def lights(page):
    return page.locator(".lamps > li").evaluate_all("all => all.map((one) => one.className)")


def press(page, name, says="done"):
    page.get_by_role("button", name=name, exact=True).click()
    title = page.locator("#played").get_by_text(f"{name}:", exact=True)
    title.wait_for()
    page.locator("#played .played").get_by_text(says, exact=True).wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_walks_from_the_release_to_the_gate(opened, port, scripts):
    release(port)
    with at_work():
        wait_until_applied()
        page = opened("/containers/", java_script_enabled=scripts)
        page.get_by_role("link", name=NUMBER).click()
        page.wait_for_url(f"**{PAGE}")
        assert lights(page) == ["green", "grey", "grey"]
        press(page, "Discharge")
        press(page, "Scan")
        assert lights(page) == ["green", "orange", "grey"]
        press(page, "Release")
        press(page, "Orange")
        assert lights(page) == ["green", "green", "orange"]
        page.locator("select#to").select_option(label="Transporter")
        page.locator("#scene-transfer").click()
        page.locator("#scene-accept").wait_for()
        press(page, "Accept")
        assert page.locator(".chain").get_by_text("accepted").is_visible()
        press(page, "Gate out")
        page.get_by_text("This container has left the terminal.").first.wait_for()
        assert page.get_by_text("Left the terminal", exact=True).is_visible()
        page.get_by_role("link", name="See what happened").click()
        page.wait_for_url("**/references/*/")
        assert page.locator("h1").inner_text() == "Notified"


def wait_until_applied():
    until = time.monotonic() + 10
    while AcceptedStep.objects.filter(applied_at=None).exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_sees_lights_change_that_others_set(opened, port):
    release(port)
    apply()
    page = opened(PAGE)
    page.locator("details summary").first.click()
    act(port, "customs red")
    page.locator(".lamps > li.red").wait_for()
    assert page.locator("details[open]").count() == 1  # what was unfolded stays so
    assert page.get_by_role("button", name="Copy").count() > 0


def test_follows_a_reference_until_it_is_delivered(opened, port):
    reference = release(port)
    page = opened(f"/references/{reference}/")
    assert page.locator("h1").inner_text() == "Accepted, not applied yet"
    later.channel(port.agent, port.uat)
    apply()
    page.get_by_role("heading", name="Being delivered", exact=True).first.wait_for()
    push = Delivery.objects.get(state=WAITING)
    Attempt.objects.create(
        delivery=push.pk, number=1, at=later.AT, status=204, milliseconds=31, error="", answer=""
    )
    Delivery.objects.filter(pk=push.pk).update(state=1, attempts=1)
    page.get_by_role("heading", name="Delivered", exact=True).first.wait_for()
    assert page.locator("[hx-get]").count() == 0


def test_plays_with_the_keyboard_alone(opened, port):
    release(port)
    apply()
    page = opened(PAGE)
    page.locator("#scene-customs-green").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    with at_work():
        page.keyboard.press("Enter")
        page.locator("#played .played.green").wait_for()
    assert page.evaluate("document.activeElement.id") == "scene-customs-green"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "scene-customs-orange"


def test_leaves_the_keyboard_with_what_came_of_a_button_that_is_gone(opened, port):
    release(port)
    apply()
    act(port, "transfer to NXT230000004")
    page = opened(PAGE)
    page.locator("#scene-accept").focus()
    with at_work():
        page.keyboard.press("Enter")
        page.locator("#played .played.green").wait_for()
    assert page.locator("#scene-accept").count() == 0
    assert page.evaluate("document.activeElement.id") == "played"


def pages(port):
    """Return the addresses of all these pages, with much on them."""
    release(port)
    apply()
    channel = later.channel(port.agent, port.uat, name="Our ERP")
    act(port, "discharge, terminal orange, customs green, transfer to NXT230000004, accept, accept")
    push = Delivery.objects.latest("id")
    Delivery.objects.filter(pk=push.pk).update(attempts=2, next_at=later.AT + 305 * SECOND)
    for number, status in ((1, None), (2, 502)):
        Attempt.objects.create(
            delivery=push.pk,
            number=number,
            at=later.AT,
            status=status,
            milliseconds=15_000,
            error="" if status else "ConnectTimeout: nothing answered within 5 seconds.",
            answer="<html><body><h1>502 Bad Gateway</h1></body></html>" if status else "",
        )
    references = AcceptedRequest.objects.values_list("reference", flat=True)
    return [
        "/references/",
        "/references/?reference=abc",
        *[f"/references/{reference}/" for reference in references],
        "/containers/",
        "/containers/?container=XXXX",
        PAGE,
        "/channels/",
        f"/channels/{channel.public_id}/",
    ]


# What a finger cannot hit, what has no name, what is said twice: by their text or address.
FAULTS = """() => {
    const shown = (all) => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility());
    const small = shown("button, .button, input:not([type=hidden]), select, .tabs a")
        .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML);
    const nameless = shown("a, button").filter((e) => !e.textContent.trim())
        .map((e) => e.outerHTML);
    const unlabelled = shown("input, select").filter((e) => !e.labels.length)
        .map((e) => e.outerHTML);
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    const heads = [...document.querySelectorAll("h1, h2, h3, h4")].map((e) => +e.tagName[1]);
    const skipped = heads.filter((level, at) => level > (heads[at - 1] ?? 0) + 1);
    const wide = document.documentElement.scrollWidth > innerWidth ? ["wide"] : [];
    const ones = heads.filter((level) => level === 1).length === 1 ? [] : ["h1"];
    return [...small, ...nameless, ...unlabelled, ...twice, ...skipped, ...wide, ...ones];
}"""


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_fits_a_phone_and_breaks_no_rule(opened, live_server, port, language, scheme):
    page = opened("/references/", language=language, scheme=scheme, width=375)
    faults = []
    for path in pages(port):
        page.goto(live_server.url + path)
        faults += [(path, fault) for fault in page.evaluate(FAULTS)]
    assert faults == []
