"""Accounts: who learns what, which mails go where, and what the service desk has to do."""

import msgspec
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from sluis.server.models import Mail, Membership, Organisation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

EMAIL, PASSWORD = "anna@example.org", "een boot vol peren"


def register(client, email=EMAIL, password=PASSWORD, **headers):
    form = {"email": email, "password1": password, "name": "Anna"}
    return client.post("/accounts/signup/", form, headers=headers)


def anna(*, verified=True, roles=()):
    person = Person.objects.create_user(EMAIL, PASSWORD, name="Anna")
    EmailAddress.objects.create(user=person, email=EMAIL, primary=True, verified=verified)
    if roles:
        organisation = Organisation.objects.create(name="Haven")
        Membership.objects.create(person=person, organisation=organisation, roles=list(roles))
    return person


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nl", "Sluis: Bevestig uw e-mailadres"),
        ("en", "Sluis: Confirm your e-mail address"),
        ("de", "Sluis: E-Mail-Adresse bestätigen"),
    ],
)
def test_writes_in_the_language_of_the_reader_and_remembers_it(client, language, subject):
    register(client, **{"accept-language": language})
    assert Mail.objects.get().subject == subject
    assert Person.objects.get().language == language


def test_leads_to_the_public_address_whatever_the_request_says(client, settings):
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, public_url="https://sluis.example")
    settings.ALLOWED_HOSTS = ["evil.example"]
    register(client, host="evil.example")
    register(client, host="evil.example")
    client.post("/accounts/password/reset/", {"email": EMAIL}, headers={"host": "evil.example"})
    client.post("/accounts/password/reset/", {"email": "no@x.nl"}, headers={"host": "evil.example"})
    texts = [mail.text for mail in Mail.objects.all()]
    assert len(texts) == 3
    assert all("https://sluis.example/accounts/" in text for text in texts)
    assert not any("evil" in text for text in texts)


def test_tells_nobody_who_has_an_account(client):
    anna()
    known, unknown = register(client), register(client, email="bram@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Mail.objects.get(to=EMAIL).subject == "Sluis: You have an account already"
    assert Person.objects.filter(email=EMAIL).count() == 1


def test_sends_the_confirmation_again_but_not_at_once(client):
    anna(verified=False)
    for _ in range(2):
        answer = client.post("/accounts/confirm-email/again/", {"email": EMAIL})
        assert answer["Location"] == "/accounts/confirm-email/"
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("email", ["nobody@example.org", EMAIL])
def test_answers_the_same_when_there_is_nothing_to_confirm(client, email):
    anna()
    answer = client.post("/accounts/confirm-email/again/", {"email": email}, follow=True)
    assert "a mail is on its way to it" in answer.text
    assert Mail.objects.count() == 0


def test_says_when_the_address_is_none(client):
    answer = client.post("/accounts/confirm-email/again/", {"email": "anna"})
    assert "This is not an e-mail address." in answer.text


def test_lets_nobody_in_before_the_address_is_confirmed(client):
    anna(verified=False)
    answer = client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302


def test_stops_who_guesses_passwords(client):
    anna()
    for _ in range(5):
        client.post("/accounts/login/", {"login": EMAIL, "password": "fout"})
    answer = client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert "Too many wrong attempts." in answer.text


@pytest.mark.parametrize(
    ("password", "says"),
    [
        pytest.param("kort", "at least 12 characters", id="short"),
        pytest.param("startfinding", "lists that everybody tries", id="well known"),
        pytest.param(EMAIL, "too much like your name", id="the address itself"),
    ],
)
def test_says_what_is_wrong_with_a_password(client, password, says):
    assert says in register(client, password=password).text
    assert Person.objects.count() == 0


def test_says_it_in_dutch(client):
    page = register(client, password="kort", **{"accept-language": "nl"})
    assert "Dit is te kort. Gebruik ten minste 12 tekens." in page.text


def test_tells_of_a_changed_password(client):
    client.force_login(anna())
    form = {"oldpassword": PASSWORD, "password1": "een kade vol appels"}
    assert client.post("/accounts/password/change/", form)["Location"] == "/accounts/"
    assert Mail.objects.get().subject == "Sluis: Your password was changed"


def test_shows_to_which_organisations_one_belongs(client):
    client.force_login(anna(roles=["administrator", "developer"]))
    text = client.get("/accounts/", headers={"accept-language": "nl"}).text
    assert "Haven" in text
    assert "beheerder, ontwikkelaar" in text


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/accounts/", "/accounts/email/"])
def test_sends_the_desk_to_its_second_factor_before_anything_else(client, path):
    client.force_login(anna(roles=["developer", "desk"]))
    assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/"


def test_lets_the_desk_work_with_a_second_factor(client):
    person = anna(roles=["desk"])
    TOTP.activate(person, generate_totp_secret())
    client.force_login(person)
    assert client.get("/accounts/").status_code == 200


def test_lets_everybody_else_choose(client):
    client.force_login(anna(roles=["administrator"]))
    assert client.get("/accounts/").status_code == 200


def test_lets_the_desk_log_out_and_choose_a_language_without_one(client):
    client.force_login(anna(roles=["desk"]))
    assert client.post("/language/", {"language": "nl"})["Location"] == "/"
    assert client.post("/accounts/logout/")["Location"] == "/"


@pytest.mark.parametrize(("role", "may"), [("desk", False), ("administrator", True)])
def test_lets_all_but_the_desk_switch_a_second_factor_off(role, may):
    factor = TOTP.activate(anna(roles=[role]), generate_totp_secret()).instance
    assert get_adapter().can_delete_authenticator(factor) is may


def test_keeps_the_secret_of_a_second_factor_sealed():
    secret = generate_totp_secret()
    stored = TOTP.activate(anna(), secret).instance.data["secret"]
    assert secret not in stored
