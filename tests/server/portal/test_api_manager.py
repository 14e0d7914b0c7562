"""API Manager: the company overview, its keys, the panel of APIs, and asking for production."""

import re
from datetime import date

import pytest
from django.utils import translation

from sluis.apis.parcels.rules.usage import Used
from sluis.server.actions import keys
from sluis.server.actions.import_usage import keep
from sluis.server.actions.link_person import link_person
from sluis.server.actions.make_party import make_party
from sluis.server.actions.open_account import make_customer
from sluis.server.models import AuditEntry, Organisation, Subscription, Ticket
from tests.server import people
from tests.server.calls import called
from tests.server.parcels import BARCODE, carrier, newcomer

pytestmark = pytest.mark.django_db
OVERVIEW, PASSWORD = "/api-manager/", "een boot vol peren"


@pytest.fixture
def world(db):
    made = carrier()
    linked(made, "sam")
    return made


def linked(world, name, roles=("administrator", "developer"), organisation=None):
    link_person(
        actor=world.desk,
        provider=world.provider,
        organisation=organisation or world.shop,
        name=name.title(),
        email=f"{name}@example.org",
        language="nl",
        roles=roles,
    )
    person = newcomer(f"{name}@example.org")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def sam(client, world):
    """Return the client of who just showed who they are."""
    return known(client, newcomer())


def known(client, person, *, again=True):
    client.force_login(person)
    if again:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def used(world, api, version):
    row = Used(str(world.shop.pk), api, version, date(2024, 3, 1))
    keep("parcels", row, "legacy")


def key_page(world, environment="sandbox"):
    return f"/api-manager/{world.shop.pk}/{environment}/key/"


def test_a_stranger_is_asked_to_log_in(client, world):
    for path in (OVERVIEW, key_page(world), f"/api-manager/{world.shop.pk}/production/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_the_menu_leads_there_before_the_log_in_and_for_customers(client, world):
    assert OVERVIEW in client.get("/").text
    assert OVERVIEW in known(client, newcomer()).get("/").text
    people.person("eve", Organisation.objects.create(name="Elsewhere"), "developer")
    assert OVERVIEW not in known(client, newcomer("eve@example.org")).get("/").text


def test_who_is_no_customer_is_told_whom_to_ask(client, world):
    elsewhere = Organisation.objects.create(name="Elsewhere")
    eve = people.person("eve", elsewhere, "developer", password=PASSWORD)
    assert "servicedesk@parcels.example" in known(client, eve).get(OVERVIEW).text


def test_another_company_is_not_there(client, world):
    other = make_customer(
        actor=world.desk,
        provider=world.provider,
        name="Other",
        identifiers={"CustomerCode": "OTHR", "CustomerNumber": "9"},
    )
    eve = known(client, linked(world, "eve", organisation=other))
    assert eve.get(key_page(world)).status_code == 404
    assert eve.post(key_page(world), {"act": "regenerate"}).status_code == 404
    assert eve.get(f"/api-manager/{world.shop.pk}/production/").status_code == 404
    assert "De Kade" not in eve.get(f"{OVERVIEW}?company={world.shop.pk.hex}").text


def test_the_overview_has_the_labels_of_the_seed(sam):
    with translation.override("nl"):
        text = sam.get(OVERVIEW, headers={"accept-language": "nl"}).text
    for label in (
        "API Manager",
        "Company overview",
        "API Accounts Sandbox",
        "API Accounts Production",
        "PostNL Parcels",
        "Show API&#x27;s",
        "Shipping",
        "Delivery Options",
        "Track &amp; Trace",
        "Documentatie",
    ):
        assert label in text.replace("'", "&#x27;"), label


def test_the_overview_never_shows_the_key_itself(sam, world):
    (key,) = keys.of_account(world.sandbox, world.shop)
    text = sam.get(OVERVIEW).text
    assert f"…{key.tail}" in text
    assert not re.search(r"\b[A-Za-z0-9]{32}\b", text.replace(world.shop.pk.hex, ""))


def rows(text):
    """Return version and further words of each row of the panel, by API."""
    found = {}
    for row in re.findall(r'<tr role="row">\s*<th role="rowheader".*?</tr>', text, re.DOTALL):
        words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        found[words.split()[0]] = words
    return found


def test_the_panel_shows_what_is_used_in_the_version_that_is_there(sam, world):
    for api, version in (
        ("labelling", "2_1"),
        ("confirming", "1_8"),
        ("shippingstatus", "v2"),
    ):
        used(world, api, version)
    shown = rows(sam.get(OVERVIEW).text)
    assert "2_1*" in shown["Labelling"]
    assert "v2* You use 1_8, which is no longer available." in shown["Confirming"]
    assert " v2 " in shown["Shippingstatus"]
    assert "*" not in shown["Barcode"]
    assert "http://localhost:8000/parcels/sandbox/shipment/v1_1/barcode" in shown["Barcode"]
    assert "Not on this platform yet" in shown["Labelling"]
    assert "Timeframe" not in shown


def test_each_row_leads_to_the_paragraph_on_versions(sam, world, client):
    used(world, "labelling", "2_1")
    (link,) = re.findall(r'href="([^"]+labelling/#versioning)"', sam.get(OVERVIEW).text)
    client.logout()
    page = client.get(link.partition("#")[0]).text
    assert 'id="versioning"' in page
    assert "Changes to the interface: yes" in page


def test_only_who_showed_it_again_sees_the_key(client, world):
    unsure = known(client, newcomer(), again=False)
    answer = unsure.get(key_page(world))
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]
    assert not AuditEntry.objects.filter(action="key.reveal").exists()


def test_the_key_is_shown_in_full_and_the_look_is_written_down(sam, world):
    answer = sam.get(key_page(world))
    (secret,) = re.findall(r'<code class="copyable secret"[^>]*>([A-Za-z0-9]{32})<', answer.text)
    assert secret.endswith(keys.of_account(world.sandbox, world.shop)[0].tail)
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.filter(action="key.reveal").count() == 1


def test_who_does_not_develop_sees_no_key(client, world):
    reader = known(client, linked(world, "kim", roles=("api-user",)))
    answer = reader.get(key_page(world), follow=True)
    assert "Only administrators and developers" in answer.text
    assert "copyable secret" not in answer.text


def test_the_key_is_replaced_and_revoked(sam, world):
    (before,) = keys.of_account(world.sandbox, world.shop)
    sam.post(key_page(world), {"act": "regenerate"})
    new, old = keys.of_account(world.sandbox, world.shop)
    assert old == before
    assert f"…{old.tail}" in sam.get(key_page(world)).text
    for key in (old, new):
        sam.post(key_page(world), {"act": "revoke", "key": str(key.pk)})
    assert keys.of_account(world.sandbox, world.shop) == []
    assert "There is no key" in sam.get(key_page(world)).text
    answer = sam.post(key_page(world), {"act": "revoke", "key": str(new.pk)}, follow=True)
    assert "revoked already" in answer.text


def test_production_has_no_key_page_before_it_is_authorised(sam, world):
    assert sam.get(key_page(world, "production")).status_code == 404
    assert sam.get(key_page(world, "nowhere")).status_code == 404


def to_production(world):
    return f"/api-manager/{world.shop.pk}/production/"


def test_nobody_goes_to_production_with_a_version_that_is_retired_there(sam, world):
    people.deprecate(world.production, "barcode", "1.1")
    assert "This version will go." in sam.get(to_production(world)).text
    people.retire(world.production, "barcode", "1.1")
    text = sam.post(to_production(world), {"accept": "on"}).text
    assert "Nobody can go to production with it any more." in text
    assert "Ask for production" not in text
    assert not Subscription.objects.filter(environment=world.production).exists()


def test_asking_for_production_shows_what_was_seen_and_wants_the_terms(sam, world):
    called(world.shop, ago=0, **BARCODE)
    page = sam.get(to_production(world)).text
    assert "The checklist is complete" in page
    refused = sam.post(to_production(world), {"text": "Sam built it."})
    assert "Accept the terms to go on." in refused.text
    assert "Sam built it." in refused.text
    assert not Ticket.objects.exists()
    done = sam.post(to_production(world), {"text": "Sam built it.", "accept": "on"}, follow=True)
    assert "Asked for" in done.text
    ticket = Ticket.objects.get()
    assert ticket.messages.get().text == "Sam built it."
    assert Subscription.objects.get(environment=world.production).terms.version == 1


def test_a_rejection_is_told_on_the_tab(sam, world):
    Subscription.objects.create(
        environment=world.production,
        organisation=world.shop,
        api="barcode",
        state="rejected",
        reason="No call of yours was seen.",
    )
    text = sam.get(f"{OVERVIEW}?environment=production").text
    assert "No call of yours was seen." in text
    assert to_production(world) in text


def test_a_company_of_two_carriers_is_shown_once(sam, world):
    make_party(
        actor=world.desk,
        organisation=world.shop,
        environment=world.production,
        identifiers={},
    )
    assert sam.get(OVERVIEW).text.count('<p class="lead">De Kade</p>') == 1


@pytest.mark.parametrize("path", ["/documentation/port/", "/documentation/parcels/nothing/"])
def test_there_is_documentation_of_what_there_is(client, path):
    assert client.get(path).status_code == 404
    assert client.get("/documentation/parcels/").status_code == 200
