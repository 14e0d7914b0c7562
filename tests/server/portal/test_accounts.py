"""Accounts: who learns what, which mails go where, and what the service desk has to do."""

import re
from datetime import datetime, timedelta

import msgspec
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_person import make_person
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
    assert "Dit is te kort. Gebruik minstens 12 tekens." in page.text


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


def test_lets_a_passkey_be_the_second_factor_of_the_desk(client):
    person = anna(roles=["desk"])
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(person)
    assert client.get("/catalogue/").status_code == 200


def test_lets_the_desk_put_one_second_factor_in_place_of_another():
    person = anna(roles=["desk"])
    app = TOTP.activate(person, generate_totp_secret()).instance
    passkey = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().can_delete_authenticator(app)
    app.delete()
    assert not get_adapter().can_delete_authenticator(passkey)


def test_keeps_passkeys_for_the_public_host_whatever_the_request_says(settings):
    settings.CONFIG = msgspec.structs.replace(settings.CONFIG, public_url="https://sluis.example")
    entity = get_adapter().get_public_key_credential_rp_entity()
    assert entity == {"id": "sluis.example", "name": "Sluis"}


def test_changes_the_name(client):
    client.force_login(anna())
    answer = client.post("/accounts/name/", {"name": " Anna  Verstraete "}, follow=True)
    assert "Your name is saved." in answer.text
    assert "Anna Verstraete" in client.get("/accounts/").text


def links(text):
    return re.findall(r"http://localhost:8000(\S+)", text)


@pytest.mark.parametrize(
    ("days", "works"), [(2.9, True), (3.1, False)], ids=["for three days", "no longer"]
)
def test_opens_an_account_that_others_made(
    client, monkeypatch, days, works, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make_person(actor=COMMAND, email=EMAIL)
    later(monkeypatch, days)
    page = client.get(links(Mail.objects.get().text)[0], follow=True)
    assert ('type="password"' in page.text) is works
    if works:
        client.post(page.redirect_chain[-1][0], {"password1": PASSWORD})
    assert Person.objects.get().check_password(PASSWORD) is works


@pytest.mark.parametrize(("days", "works"), [(0.9, True), (1.1, False)])
def test_a_link_for_a_forgotten_password_works_for_one_day(client, monkeypatch, days, works):
    anna()
    client.post("/accounts/password/reset/", {"email": EMAIL})
    later(monkeypatch, days)
    page = client.get(links(Mail.objects.get().text)[0], follow=True)
    assert ('type="password"' in page.text) is works


def later(monkeypatch, days):
    """Let links be judged so many days from now."""
    monkeypatch.setattr(
        PasswordResetTokenGenerator,
        "_now",
        lambda self: datetime.now() + timedelta(days=days),  # noqa: DTZ005 - as Django's own
    )


def test_tells_the_old_address_of_the_new_one(client):
    client.force_login(anna())
    client.post("/accounts/email/", {"email": "anna@example.net", "action_add": ""})
    confirm = links(Mail.objects.get(to="anna@example.net").text)[0]
    assert not Mail.objects.filter(to=EMAIL).exists()
    client.post(confirm)
    assert Person.objects.get().email == "anna@example.net"
    told = Mail.objects.get(to=EMAIL)
    assert "was changed from anna@example.org to anna@example.net" in told.text


def test_changes_nothing_until_the_new_address_is_confirmed(client):
    client.force_login(anna())
    client.post("/accounts/email/", {"email": "anna@example.net", "action_add": ""})
    assert Person.objects.get().email == EMAIL
    assert "Waits for confirmation" in client.get("/accounts/email/").text


def test_a_link_that_confirms_works_once(client):
    register(client)
    link = links(Mail.objects.get().text)[0]
    assert "Yes, confirm it" in client.get(link).text
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert "has been used" in client.get(link).text


def test_logs_out_everywhere_else(client):
    anna()
    here, elsewhere = client, Client(headers={"user-agent": "Mozilla/5.0 (Windows) Firefox/140.0"})
    for one in (here, elsewhere):
        one.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    page = here.get("/accounts/sessions/").text
    assert "Firefox, Windows" in page
    assert elsewhere.get("/accounts/").status_code == 200
    answer = here.post("/accounts/sessions/", follow=True)
    assert "You are logged out everywhere else." in answer.text
    assert elsewhere.get("/accounts/").status_code == 302
    assert here.get("/accounts/").status_code == 200


def test_shows_sessions_of_oneself_only(client):
    anna()
    Client().post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    bram = Person.objects.create_user("bram@example.org", PASSWORD)
    client.force_login(bram)
    client.post("/accounts/sessions/")
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize("path", ["", "name/", "sessions/", "2fa/", "2fa/webauthn/", "email/"])
def test_asks_strangers_to_log_in(client, path):
    assert client.get(f"/accounts/{path}")["Location"] == f"/accounts/login/?next=/accounts/{path}"
