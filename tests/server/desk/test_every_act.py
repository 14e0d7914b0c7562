"""Every act of the desk in a real browser, and the mail of those whom it concerns.

Those with a story of their own are walked there: see `ELSEWHERE`.
"""

import re

import msgspec
import pytest
from django.core.cache import cache

from sluis.server.desk import acts, tickets
from sluis.server.desk.panels import PANELS
from sluis.server.models import Credential, Environment, Mail, Subscription
from tests.server.desk.clicks import Desk, called
from tests.server.desk.test_journey import as_person, saved
from tests.server.portal.acts import ACT_OF_ITS_DESK, ACTS, DESK_ACT
from tests.server.portal.things import someone, things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What each test posts, as the browser says; a new act of the desk takes its place in one.
WALKS = {
    "test_serves_organisations": {
        "desk_subscription approve",
        "desk_subscription reject",
        *(f"desk_act {act}" for act in acts.ACTS if act != "suspend"),
        "desk_name",
        "record_request",
        "desk_ticket close",
        "act_on_ticket link",
        "act_on_ticket resend",
        "desk_link resend",
        "act_on_ticket reject",
    },
    "test_looks_after_the_provider": {
        "desk_limits",
        "desk_version",
        "desk_usage",
        "desk_usage import",
        "desk_publish_terms",
        "desk_clock",
        "desk_hosts",
        "desk_outgoing",
        "desk_provider",
        "desk_doors",
        "desk_verify",
        "desk_mail_again",
        "post_incident",
        "desk_incident",
    },
}
ELSEWHERE = {
    "desk_ticket answer": "test_journey.py",
    "desk_ticket ask": "test_journey.py",
    "desk_ticket reject": "test_journey.py",
    "desk_act suspend": "test_walk.py",
    "desk_identifiers": "tests/journeys/test_story_a.py",
    "act_on_ticket mint": "tests/journeys/test_story_a.py",
    "desk_link": "tests/journeys/test_story_b.py",
    "act_on_ticket authorise": "tests/journeys/test_story_b.py",
}


def test_every_act_of_the_desk_is_walked():
    lines = {
        called(one.name, one.of, one.form)
        for one in ACTS
        if one.outcomes in (DESK_ACT, ACT_OF_ITS_DESK)
    }
    known = {
        *lines,
        *(f"desk_act {act}" for act in acts.ACTS),
        *(f"desk_ticket {act}" for act in tickets.ANSWERS),
        *(f"act_on_ticket {act}" for panel in PANELS.values() for act in panel.ACTS),
        "desk_link resend",
        "desk_usage",
    }
    assert set.union(*WALKS.values()) | set(ELSEWHERE) == known
    assert set(WALKS) < set(globals())


@pytest.fixture
def site(live_server, settings):
    """Return the address of the portal; mails are kept, and links in them lead there."""
    cache.clear()  # what was written and recorded is counted there
    settings.CONFIG = msgspec.structs.replace(
        settings.CONFIG, mailbox="on", public_url=live_server.url
    )
    settings.EMAIL_BACKEND = "sluis.server.outbox.Outbox"
    return live_server.url


@pytest.fixture
def world(site):
    return things()


@pytest.fixture
def desk(site, world, page, client, request):
    """Return Dirk at the queue; in the end he has done what the table says."""
    opened = page()
    client.force_login(someone("dirk"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    opened.context.add_cookies([{**session, "url": site}])
    opened.goto(f"{site}/desk/")
    made = Desk(site, opened, page())
    yield made
    assert made.posted == WALKS[request.node.name]


def asks(who, environment, api, role=""):
    asker = someone(who)
    owner = asker.memberships.get().organisation
    wanted = {"environment": environment, "organisation": owner, "api": api, "role": role}
    Subscription.objects.create(**wanted, requested_by=asker)


def test_serves_organisations(desk, world):
    port, known = world
    decides(desk, port)
    acts_on_what_they_have(desk, known)
    answers_the_telephone(desk)
    links_a_person(desk)
    rejects_production(desk)


def test_looks_after_the_provider(desk):
    changes_limits(desk)
    deprecates_a_version(desk)
    imports_usage(desk)
    publishes_terms(desk)
    changes_the_sandbox(desk)
    changes_the_provider(desk)
    reads_the_log(desk)
    sends_a_mail_again(desk)
    tells_of_an_incident(desk)


def decides(desk, port):
    asks("bram", port.live, "certified-pickup", role="TransportOperator")
    desk.menu("/desk/")
    desk.open('tbody tr:has-text("Agent") a[href*="/subscriptions/"]')
    desk.press("Approve", "The checklist is not complete. Say why you authorise it all the same.")
    desk.fill(although="We saw it work on the telephone.")
    desk.press("Approve", "The subscription is active. The organisation is told.")
    desk.told("anna", "Subscription to certified-pickup: active", "You find its keys")
    desk.open('tbody a[href*="/subscriptions/"]')
    desk.press("Reject", "Give a reason: it is told to the organisation.")
    desk.fill(reason="Show a contract.")
    desk.press("Reject", "The request is rejected. The organisation is told why.")
    desk.told("bram", "Subscription to certified-pickup: rejected", "Show a contract.")


def acts_on_what_they_have(desk, known):
    desk.menu("/desk/port/organisations/")
    desk.fill(q="nxt230000001")
    desk.press("Search", "NXT230000001")
    desk.follow("Agent")

    def act(link, press, says, **reason):
        desk.follow(re.compile(f"^{re.escape(link)}"))
        desk.fill(**reason)
        desk.press(press, says)
        assert desk.page.locator("h1").inner_text() == "Agent"

    act("Resume port-stays", "Resume this subscription", "The subscription is active again.")
    desk.told("anna", "Subscription to port-stays: active again", "with the same keys")
    tail = Credential.objects.get(pk=known["key"]).tail
    key = "The key or secret is disabled."
    act(f"Disable …{tail}", "Disable this key or secret", key, reason="It was on the web.")
    desk.told("anna", "A key or secret was disabled", tail, "It was on the web.")
    ended = "The subscription has ended."
    act("End port-stays", "End this subscription", ended, reason="The contract ended.")
    desk.told("anna", "Subscription to port-stays: ended", "The contract ended.")
    act("Disable Planner", "Disable this client id", "The client id is disabled.")
    desk.told("anna", "Client id of Planner disabled", "no longer work")
    act("Disable planner", "Disable this API user", "The API user is disabled.")
    desk.told("anna", "API user planner disabled", "no longer work")
    channel = "The channel is disabled."
    act("Disable Our ERP", "Disable this channel", channel, reason="It answers others.")
    desk.told("anna", "A notification channel was disabled", "Our ERP", "It answers others.")
    act("Withdraw Planner", "Withdraw this consent", "The consent is withdrawn.")
    desk.told("anna", "Transporter no longer works with Planner", "for it are refused")
    desk.told("bram", "Transporter no longer works with Planner", "for it are refused")
    desk.follow("Change the name")
    desk.fill(name="Agent & Zonen")
    desk.press("Save", "The new name is saved. The administrators are told.")
    desk.says("Agent & Zonen")
    desk.told("anna", "Agent is now called Agent & Zonen", "by its new name")


def changes_limits(desk):
    desk.menu("/desk/port/products/")
    desk.open('a[href="/desk/port/products/meteo/"]')
    desk.open(".tabs a >> nth=-1")
    limit = desk.page.locator("main input[type=number]").first
    published = limit.input_value()
    limit.fill("7")
    desk.press("Put in force", "The limits are in force.")
    assert limit.input_value() == "7"
    desk.told("anna", "Other limits for open-data in port/live", f"Calls per day: {published} → 7")
    desk.press("Back to what is published", "The limits are in force.")
    assert limit.input_value() == published


def deprecates_a_version(desk):
    main = desk.page.locator("main")
    desk.fill(since="2026-03-01T08:00", sunset="2026-02-01T08:00", notes="port.example/notes")
    desk.press("Deprecate this version", "before it is deprecated: swap the dates.")
    assert main.locator("[name=sunset]").input_value() == "2026-02-01T08:00"
    desk.fill(sunset="2099-03-01T08:00")
    desk.press("Deprecate this version", "What becomes of this version is in force.")
    desk.says("refused from 1 Mar 2099, 08:00 UTC")
    told = ("deprecated from: – → 1 Mar 2026, 08:00 UTC", "release notes: – → https://port.example")
    desk.told("anna", "Version v1 of meteo in port/live", *told)
    desk.reader.goto(f"{desk.site}/catalogue/port/meteo/?environment=live")
    assert "This version will go." in desk.reader.locator(".callout").first.inner_text()
    desk.press("Make it current again", "What becomes of this version is in force.")
    desk.told("anna", "Version v1 of meteo in port/live", "2099, 08:00 UTC → –")


def imports_usage(desk):
    def choose(*rows):
        content = "\r\n".join(("company;api;version;last used", *rows)).encode()
        file = {"name": "usage.csv", "mimeType": "text/csv", "buffer": content}
        desk.page.locator("input[type=file]").set_input_files(file)

    desk.menu("/desk/parcels/usage/")
    choose("AGNT;Labelling;2.1;01-03-2024", "=NOBODY();Labelling;2.1;01-03-2024")
    desk.press("See what it does", "There is no company '=NOBODY()'.")
    choose("AGNT;Labelling;2.1;01-03-2024", "20304050;Labelling;2.1;01-02-2024")
    desk.press("See what it does", "Every line is right. Nothing is imported yet.")
    desk.press("Import it", "Imported: 1 new, 0 used later than we knew.")
    desk.follow("Who imported what, and when")
    desk.says("usage.import")
    as_person(desk.reader, desk.site, "anna").goto(f"{desk.site}/api-manager/")
    desk.reader.get_by_text("Show API's", exact=True).click()
    shown = desk.reader.locator("tr").filter(has_text="Labelling")
    assert "2_1*" in shown.inner_text()
    assert "1 Mar 2024" in shown.inner_text()


def publishes_terms(desk):
    desk.menu("/desk/port/terms/")
    desk.follow("Publish a new version")
    desk.fill(nl="Nieuwer.", en="Newer.", de="Neuer.")
    desk.press("Publish", "Version 3 is in force.")
    desk.says("Neuer.")
    desk.told("bram", "New terms of Port", "version 3 of its terms", "Transporter", ": meteo.")


def changes_the_sandbox(desk):
    desk.menu("/desk/port/environments/")
    desk.open('a[href="/desk/port/environments/uat/"]')
    desk.fill(at="2026-03-01T08:00")
    desk.press("Set the clock", "The clock is set.")
    desk.says("1 Mar 2026, 08:0")
    desk.press("Back to real time", "The clock is set.")
    desk.says("real time")
    desk.fill(hosts="api.example.org")
    desk.press("Save the names", "The host names are in force.")
    desk.told("anna", "Other host names of port/uat", "new: api.example.org")
    assert desk.page.locator("main [name=addresses]").input_value() == "20.76.52.43"
    desk.fill(addresses="20.76.52.44")
    desk.press("Save the addresses", "The addresses are saved.")
    desk.told(
        "anna", "Other outgoing addresses of port/uat", "new: 20.76.52.44", "gone: 20.76.52.43"
    )
    desk.menu("/desk/port/environments/")
    desk.says("api.example.org")
    desk.says("Old doors")


def changes_the_provider(desk):
    desk.menu("/desk/port/provider/")
    desk.fill(name="Haven", support_email="hulp@haven.example", support_telephone="03 000")
    desk.page.get_by_label("The service desk makes them").check()
    desk.press("Save", "Saved. Other servers follow within five seconds.")
    desk.says("Service desk Haven: hulp@haven.example, 03 000")
    desk.reader.goto(f"{desk.site}/contact/port/")
    assert desk.reader.get_by_role("heading", name="Contact Haven").is_visible()
    desk.reader.goto(f"{desk.site}/register/port/")
    desk.reader.get_by_text("the service desk makes the accounts").wait_for()
    desk.page.get_by_label("Keys in the address of a call").uncheck()
    desk.press("Save the doors", "Saved. Other servers follow within five seconds.")
    desk.told("anna", "Haven no longer takes what it took", "Keys in the address", "header")


def reads_the_log(desk):
    desk.menu("/desk/port/audit/")
    desk.press("Verify it now", "The chain is whole.")
    first, *rows = saved(desk.page, "As CSV").decode().splitlines()
    assert first.startswith("sequence,")
    assert any("subscription.suspend" in row for row in rows)


def sends_a_mail_again(desk):
    desk.menu("/desk/port/mails/")
    desk.says("550 Unknown")
    desk.press("Send it again anna@example.org", "The mail is sent again.")
    desk.says("Everything arrived, or is on its way for the first time.")


def tells_of_an_incident(desk):
    def public():
        desk.reader.goto(f"{desk.site}/status/port/")
        return desk.reader.locator("main").inner_text()

    desk.menu("/desk/status/")
    desk.follow("Tell of something")
    desk.choose(environment="port/uat", effect="down", kind="incident", language="en")
    desk.fill(title="No answers", text="We look at the cable.")
    desk.press("Publish", "It stands on the status page.")
    assert "We look at the cable." in public()
    desk.follow("No answers")
    desk.choose(effect="disturbed")
    desk.fill(text="A new cable is on its way.")
    desk.press("Publish", "It stands on the status page.")
    assert "A new cable is on its way." in public()
    desk.fill(text="The cable is new.")
    desk.press("Publish: it is over", "It stands on the status page.")
    assert desk.page.locator(".facts").get_by_text("over", exact=True).is_visible()
    public()
    desk.reader.get_by_text("What is over").click()
    assert "The cable is new." in desk.reader.locator("details").inner_text()


def answers_the_telephone(desk):
    desk.menu("/desk/record/")
    desk.choose(provider="port", kind="question", language="en")
    desk.page.get_by_label("Telephone", exact=True).check()
    desk.fill(name="Eva", email="eva@example.net", subject="No mail", text="It never came.")
    desk.press("Record", "The request is in the queue.")
    desk.told("eva@example.net", "we have your message", "will answer it")
    desk.press("Close", "Done. Who asked is told by mail.")
    desk.told("eva@example.net", "Your question “No mail”", "has closed your question")


def links_a_person(desk):
    desk.menu("/desk/")
    desk.follow("A colleague")
    desk.choose(company="new", language="en")
    desk.fill(name="Lot", email="lot@example.net", company_name="Nieuw", customer_code="NIEU")
    desk.fill(customer_number="7")
    desk.press("Link, and send the mail", "lot@example.net is linked to Nieuw.")
    account = ("lot@example.net", "Your account for Nieuw: choose a password")
    desk.told(*account, f"{desk.site}/accounts/")
    again = "The mail with the link was sent to lot@example.net again."
    desk.press("Send the mail again", again)
    desk.menu("/desk/link/")
    desk.open('.tabs a:has-text("Parcels")')
    desk.press("Send the mail again", again)
    assert Mail.objects.filter(to=account[0], subject=account[1]).count() == 3


def rejects_production(desk):
    asks("anna", Environment.objects.get(pk="parcels/production"), "barcode")
    desk.menu("/desk/")
    desk.follow("Production")
    desk.fill(reason="Handle the errors first.")
    desk.press("Reject", "The request of Agent is rejected; the reason was mailed.")
    desk.told("anna", "Subscription to barcode: rejected", "Handle the errors first.")
