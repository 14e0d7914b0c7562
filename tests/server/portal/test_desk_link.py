"""The desk links people to companies, and decides on production: pages, and panels of tickets."""

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from sluis.core.subscription import State
from sluis.server.actions.actor import Refused
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.desk.panels import account, production
from sluis.server.models import Membership, Organisation, Person, Subscription, Ticket
from tests.server import people
from tests.server.calls import called
from tests.server.parcels import BARCODE, carrier

pytestmark = pytest.mark.django_db
PATH = "/desk/link/"
SAM = {"name": "Sam", "email": "sam@example.org", "language": "nl", "role": "administrator"}


@pytest.fixture
def world(db):
    return carrier()


@pytest.fixture
def floor(client, world, monkeypatch):
    client.force_login(Person.objects.get(email="floor@example.org"))
    return client


def test_only_a_desk_has_the_page(client, world):
    assert client.get(PATH).status_code == 302
    client.force_login(people.person("eve"))
    assert client.get(PATH).status_code == 404


def test_links_and_says_so(floor, world):
    answer = floor.post(PATH, {**SAM, "company": world.shop.pk.hex}, follow=True)
    assert "The mail with the link is on its way." in answer.text
    assert "Invited, not here yet" in answer.text
    found = Membership.objects.get(person__email=SAM["email"])
    assert (found.organisation, found.roles) == (world.shop, ["administrator", "developer"])


def test_what_was_typed_stays_with_what_is_wrong(floor, world):
    answer = floor.post(PATH, {**SAM, "email": "sam", "company": "new", "customer_code": "kade"})
    assert answer.text.count('class="summary"') == 1
    for words in (
        "This is not an e-mail address.",
        "Fill this in for a new company.",
        "Write one to six capital letters.",
        'value="kade"',
        'value="Sam"',
    ):
        assert words in answer.text
    assert not Person.objects.filter(name="Sam").exists()


def test_a_new_company_is_made_with_its_person_or_not_at_all(floor, world):
    new = {"company": "new", "company_name": "Nieuw", "customer_code": "NIEU"}
    wrong = floor.post(PATH, {**SAM, **new, "customer_number": "10203040"})
    assert "is known already" in wrong.text
    assert not Organisation.objects.filter(name="Nieuw").exists()
    floor.post(PATH, {**SAM, **new, "customer_number": "7"})
    made = Organisation.objects.get(name="Nieuw")
    assert made.memberships.get().person.email == SAM["email"]
    assert Subscription.objects.get(organisation=made).state == State.ACTIVE


def test_the_mail_is_sent_again_to_who_was_invited_by_this_provider(
    floor, world, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        floor.post(PATH, {**SAM, "company": world.shop.pk.hex})
    mailoutbox.clear()
    stranger = people.person("stranger")
    with django_capture_on_commit_callbacks(execute=True):
        floor.post(PATH, {"resend": str(Person.objects.get(email=SAM["email"]).pk)})
        answer = floor.post(PATH, {"resend": str(stranger.pk)}, follow=True)
    assert "This account is in use" in answer.text
    assert [mail.to for mail in mailoutbox] == [[SAM["email"]]]


# Panels


def given(**fields):
    made = QueryDict(mutable=True)
    made.update(fields)
    return made


def ticket(world, kind, **more):
    return open_ticket(
        actor=world.desk,
        provider=world.provider,
        kind=kind,
        subject="Telephone",
        text="Please.",
        origin=Ticket.Origin.TELEPHONE,
        **more,
    )


def shown(panel, asked):
    return render_to_string(panel.TEMPLATE, {"ticket": asked} | panel.context(asked))


def test_a_request_for_an_account_can_be_answered_in_words(floor, world):
    page = floor.get(f"/desk/tickets/{ticket(world, 'account').pk}/").text
    assert [page.count(f'name="{field}"') for field in ("text", "company")] == [1, 1]


def test_the_panel_of_an_account_is_filled_in_and_links(world):
    asked = ticket(world, "account", contact_name="Sam", contact_email=SAM["email"])
    assert 'value="sam@example.org"' in shown(account, asked)
    link = account.ACTS["link"]
    with pytest.raises(Refused, match="Choose the company"):
        link(world.desk, asked, given(**SAM))
    said = link(world.desk, asked, given(**SAM, company=world.shop.pk.hex))
    assert said == "sam@example.org is linked to De Kade. The mail with the link is on its way."
    person = Person.objects.get(email=SAM["email"])
    assert str(person.pk) in shown(account, asked)
    again = account.ACTS["resend"](world.desk, asked, given(resend=str(person.pk)))
    assert again == "The mail with the link was sent to sam@example.org again."


@pytest.fixture
def asked(world):
    """Return the ticket of a company whose sandbox account is there."""
    link = account.ACTS["link"]
    link(world.desk, ticket(world, "account"), given(**SAM, company=world.shop.pk.hex))
    return ticket(world, "production", organisation=world.shop, environment=world.production)


def test_the_panel_of_production_shows_what_the_sandbox_saw(world, asked):
    assert "No call that went well" in shown(production, asked)
    called(world.shop, 400, "malformed", ago=60, **BARCODE)
    assert "no good call since" in shown(production, asked)
    called(world.shop, ago=0, **BARCODE)
    seen = shown(production, asked)
    assert "overcome" in seen
    assert "The checklist is complete" in seen


def test_the_panel_authorises_and_closes_the_ticket(world, asked):
    authorise = production.ACTS["authorise"]
    with pytest.raises(Refused, match="checklist"):
        authorise(world.desk, asked, given())
    called(world.shop, ago=0, **BARCODE)
    assert authorise(world.desk, asked, given()).startswith("De Kade is authorised")
    asked.refresh_from_db()
    assert asked.state == Ticket.State.DONE
    assert Subscription.objects.get(environment=world.production).state == State.ACTIVE
    assert "Nothing is left to authorise" in shown(production, asked)


def test_the_panel_rejects_with_a_reason(world, asked):
    reject = production.ACTS["reject"]
    with pytest.raises(Refused, match="reason"):
        reject(world.desk, asked, given())
    reject(world.desk, asked, given(reason="No calls."))
    asked.refresh_from_db()
    assert asked.state == Ticket.State.REJECTED
    assert asked.messages.last().text == "No calls."


def test_a_request_of_no_company_says_what_is_missing(world):
    asked = ticket(world, "production")
    assert "Say first of which company" in shown(production, asked)
    with pytest.raises(Refused, match="company"):
        production.ACTS["authorise"](world.desk, asked, given())
