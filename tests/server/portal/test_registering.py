"""Registering as a company or as oneself, and who makes accounts where nobody registers."""

import pytest

from sluis import registry
from sluis.core.provider import EnvironmentKind, EnvironmentPolicy, Provider, Registration
from sluis.server.models import Identifier, Organisation, Party, Person
from tests.server.people import PASSWORD, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loner")]


def test_registers_a_company(client, port):
    log_in(client, "loner")
    form = {"name": "Loner BV", "country": "nl", "TIN": "NL 0044.95.445 B01"}
    answer = client.post("/organisations/new/", form, follow=True)
    made = Organisation.objects.get(name="Loner BV")
    assert answer.redirect_chain[-1][0] == f"/organisations/{made.pk}/"
    assert (made.country, made.individual) == ("NL", False)
    assert Identifier.objects.get(party__organisation=made).code == "NL004495445B01"


def test_registers_an_individual(client, port):
    log_in(client, "loner")
    page = client.get("/organisations/new/?as=individual").text
    assert 'value="Loner"' in page
    client.post("/organisations/new/?as=individual", {"name": "Loner"})
    assert Organisation.objects.get(name="Loner").individual


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "country": "NL"}, "Enter the name."),
        ({"name": "A", "country": ""}, "Enter the country."),
        ({"name": "A", "country": "Nederland"}, "A country has two letters, as in BE."),
        ({"name": "A", "country": "NL", "TIN": "x"}, "This is not how such a code is written:"),
        ({"name": "A", "country": "BE", "TIN": "BE0123456748"}, "The check digits do not add up."),
    ],
)
def test_says_what_is_not_right_and_keeps_what_was_typed(client, port, form, says):
    log_in(client, "loner")
    text = client.post("/organisations/new/", form).text
    assert text.count(says) == 2  # in the summary, and beside the field
    assert all(f'value="{typed}"' in text for typed in form.values() if typed)
    assert Organisation.objects.count() == 4


def test_says_whom_to_ask_when_a_code_is_of_others(client, port):
    party = Party.objects.create(environment=port.uat, organisation=port.agent, name="Agent")
    Identifier.objects.create(environment=port.uat, party=party, type="TIN", code="BE0123456749")
    log_in(client, "loner")
    form = {"name": "Copy", "country": "BE", "TIN": "BE0123456749"}
    assert "the code of another organisation" in client.post("/organisations/new/", form).text


CLOSED = tuple(
    Provider(
        slug=slug,
        name=slug.title(),
        summary={},
        registration=registration,
        environments=(EnvironmentPolicy("test", EnvironmentKind.SANDBOX, {"en": "Test"}),),
        support_email=f"desk@{slug}.example",
    )
    for slug, registration in (
        ("maasplassen", Registration.ADMINISTRATOR),
        ("care", Registration.DESK),
    )
)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/register/port/", "Everybody can register"),
        ("/register/maasplassen/", "an administrator makes the accounts"),
        ("/register/care/", "the service desk makes the accounts"),
    ],
)
def test_says_who_makes_accounts_with_a_provider(client, monkeypatch, path, says):
    monkeypatch.setattr(registry, "PROVIDERS", (*registry.PROVIDERS, *CLOSED))
    assert says in client.get(path).text
    assert "/register/care/" in client.get("/accounts/signup/").text


def test_knows_no_other_providers(client):
    assert client.get("/register/nobody/").status_code == 404


def test_lets_nobody_register_where_no_provider_does(client, port, monkeypatch):
    monkeypatch.setattr(registry, "PROVIDERS", CLOSED)
    form = {"email": "new@example.org", "password1": PASSWORD}
    assert "Registering is closed" in client.post("/accounts/signup/", form).text
    assert not Person.objects.filter(email="new@example.org").exists()
    log_in(client, "loner")
    assert client.post("/organisations/new/", {"name": "A", "country": "NL"}).status_code == 302
    assert not Organisation.objects.filter(name="A").exists()
