"""The provider at its desk: what is asked, what is refused, and where else it shows at once."""

import pytest

from sluis.server.models import Membership, Person, Provider
from tests.server.desk.floor import page
from tests.server.people import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Haven",
    "nl": "Een haven.",
    "en": "A port.",
    "de": "Ein Hafen.",
    "support_email": "hulp@haven.example",
    "support_telephone": "03 000",
    "support_address": "Kaai 1\r\n2000 Antwerpen",
    "registration": "desk",
}


@pytest.fixture
def chief(desk):
    """Return the browser of Dirk, now that he is an administrator too."""
    theirs = Membership.objects.filter(person__email="dirk@example.org")
    theirs.update(roles=["administrator", "desk"])
    return desk


def change(browser, **given):
    return browser.post(page("provider"), FORM | given)


def test_others_at_the_desk_read_it_only(desk):
    text = desk.get(page("provider")).text
    assert "Port of Antwerp-Bruges" in text
    assert "Kaai 63<br>2000 Antwerpen" in text
    assert "Only administrators of the service desk can change this." in text
    assert "<textarea" not in text
    assert text.count("signal orange") == 2


def test_the_form_has_what_is_in_force(chief):
    text = chief.get(page("provider")).text
    assert 'value="Port of Antwerp-Bruges"' in text
    assert ">\nKaai 63\n2000 Antwerpen\nBelgië</textarea>" in text
    assert text.count('name="doors" value=') == text.count("checked") - 1 == 2
    change(chief)
    text = chief.get(page("provider")).text
    assert all(f'value="{FORM[name]}"' in text for name in ("name", "support_email"))
    assert ">\nEin Hafen.</textarea>" in text
    assert "Only administrators" not in text


def test_everybody_reads_what_was_saved(chief, client):
    assert change(chief).headers["Location"] == page("provider")
    client.logout()
    contact = client.get("/contact/port/").text
    assert "Contact Haven" in contact
    assert "Kaai 1<br>2000 Antwerpen" in contact
    assert '<a class="number" href="tel:03000">03 000</a>' in contact
    for path in ("/", "/catalogue/", "/status/port/", "/nowhere/"):
        foot = client.get(path).text.partition("<footer")[2]
        assert 'Haven: <a href="mailto:hulp@haven.example">' in foot
        assert "support@port.example" not in foot
    assert "A port." in client.get("/catalogue/").text
    assert "Ein Hafen." in client.get("/catalogue/", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": ""}, "Enter the name."),
        ({"name": "x" * 121}, "This text is too long."),
        ({"name": "x" * 2_001}, "This text is too long."),
        ({"de": " "}, "Enter the summary in Dutch, English and German."),
        ({"en": "x" * 301}, "This text is too long."),
        ({"support_email": "desk@"}, "This is not an e-mail address."),
        ({"support_email": "a@b.example\nBcc: c@d.example"}, "This is not an e-mail address."),
        ({"support_telephone": "<b>03</b>"}, "Write the number with digits"),
        ({"support_address": "a\n" * 7}, "An address has 6 lines at most."),
        ({"registration": "lottery"}, "Choose how accounts come about."),
    ],
)
def test_says_what_is_not_right_and_keeps_what_was_typed(chief, given, says):
    answer = change(chief, **given)
    assert answer.status_code == 200
    assert answer.text.count(says) >= 2  # in the summary, and beside the field
    assert ">\nEin Hafen.</textarea>" in answer.text or "de" in given
    assert Provider.objects.get(pk="port").own == {}


def test_markup_is_text_everywhere(chief, client):
    change(chief, name="<b>Port</b>", support_address="<script>alert(1)</script>")
    for path in (page("provider"), "/contact/port/", "/catalogue/", "/", page("environments")):
        text = chief.get(path).text
        assert "<b>Port" not in text
        assert "<script>alert" not in text
        assert "&lt;b&gt;Port&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("how", "says", "opens"),
    [
        ("open", "Everybody can register", True),
        ("administrator", "an administrator makes the accounts", False),
        ("desk", "the service desk makes the accounts", False),
    ],
)
def test_registering_follows(chief, client, how, says, opens):
    change(chief, registration=how)
    client.logout()
    assert says in client.get("/register/port/").text
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert Person.objects.filter(email="new@example.org").exists() == opens


def test_a_ticket_is_told_to_the_new_address(chief, client, mailoutbox, settings):
    change(chief)
    client.logout()
    asked = {"name": "Eva", "email": "eva@example.net", "subject": "Late", "text": "Why?"}
    client.post("/contact/port/", asked)
    assert "hulp@haven.example" in {address for mail in mailoutbox for address in mail.to}


def test_doors_are_closed_and_opened_by_themselves(chief):
    chief.post(page("doors"), {"doors": ["key-in-query"]})
    assert Provider.objects.get(pk="port").own == {"doors": ["key-in-query"]}
    assert chief.get(page("environments")).text.count("signal orange") == 1
    chief.post(page("doors"), {})
    assert chief.get(page("environments")).text.count("signal orange") == 0
    assert chief.get("/catalogue/port/meteo/").text.count("grant_type=client_credentials") == 1
    chief.post(page("doors"), {"doors": ["key-in-query", "password-grant"]})
    assert Provider.objects.get(pk="port").own == {}
    assert chief.get("/catalogue/port/meteo/").text.count("grant_type=password") == 1


def test_there_is_no_door_by_another_name(chief):
    assert "There is no such door." in chief.post(page("doors"), {"doors": "window"}).text
