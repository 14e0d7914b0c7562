"""What the desk writes down of an organisation: names and codes, from its page or from a ticket."""

import re

import pytest
from django.urls import reverse

from sluis.server.actions.actor import member, of_person
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.register_organisation import register_organisation
from sluis.server.models import Environment, Identifier, Organisation, Party, Ticket
from tests.server import people
from tests.server.parcels import carrier

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(port):
    """Return a company that registered by itself, without a single code."""
    loner = people.person("loner")
    return register_organisation(actor=of_person(loner), name="Kustvaart BV", country="NL")


@pytest.fixture
def ticket(port, company):
    """Return what it asks the desk for."""
    found = company.memberships.get().person
    return open_ticket(
        actor=member(found, company),
        provider=port.port,
        organisation=company,
        kind="client",
        subject="Client id",
        text="Please.",
        details={"application": "Planner", "environments": ["port/uat", "port/live"]},
    )


def page(company, environment="uat"):
    return reverse("desk_identifiers", args=["port", company.pk, environment])


def saved(desk, company, environment="uat", query="", **codes):
    return desk.post(page(company, environment) + query, codes, follow=True)


def codes(company, environment="port/uat"):
    found = Identifier.objects.filter(party__organisation=company, environment=environment)
    return dict(found.values_list("type", "code"))


class TestIdentifiers:
    def test_are_given_to_a_company_that_registered_by_itself(self, desk, company, ticket):
        text = saved(desk, company, NxtEntityId="nxt 230 000 009", TIN="NL004495445B01").text
        assert "The identifiers are saved." in text
        assert codes(company) == {"NxtEntityId": "NXT230000009", "TIN": "NL004495445B01"}
        assert "NXT230000009" in text

    def test_of_others_are_kept_as_they_are_written(self, desk, company, ticket):
        code = "c0ffee00-0000-4000-8000-000000000002"
        saved(desk, company, ExternalId=code)
        assert codes(company) == {"ExternalId": code}

    def test_make_it_known_in_production_too(self, desk, company, ticket):
        saved(desk, company, "live", NxtEntityId="NXT230000009")
        assert Party.objects.get(environment="port/live").name == "Kustvaart BV"

    def test_say_beside_each_field_how_it_is_written(self, desk, company, ticket):
        text = desk.get(page(company)).text
        assert "NXT and 8 to 12 digits" in text
        assert "The check digits of Belgian, Dutch and German numbers must add up." in text

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"NxtEntityId": "NXT1"}, "This is not how such a code is written: see above."),
            ({"TIN": "BE0123456748"}, "The check digits do not add up."),
        ],
    )
    def test_are_refused_beside_their_field_and_kept_there(
        self, desk, company, ticket, given, says
    ):
        ((type_, code),) = given.items()
        text = saved(desk, company, **given).text
        field = re.search(rf'<div class="field.*?name="{type_}".*?>', text, re.DOTALL)[0]
        assert says in text
        assert f'value="{code}"' in field
        assert codes(company) == {}

    def test_that_another_company_has_are_refused_with_its_name(self, desk, port, company, ticket):
        party = Party.objects.create(environment=port.uat, organisation=port.agent, name="Agent")
        Identifier.objects.create(
            environment=port.uat, party=party, type="NxtEntityId", code="NXT230000001"
        )
        assert "Agent has this code here." in saved(desk, company, NxtEntityId="NXT230000001").text
        assert codes(company) == {}

    def test_are_those_by_which_the_provider_knows_companies(self, client, port):
        parcels = carrier()
        dirk = people.desk("dirk", port.port).person
        dirk.memberships.create(organisation=parcels.provider.organisation, roles=["desk"])
        client.force_login(dirk)
        path = reverse("desk_identifiers", args=["parcels", parcels.shop.pk, "sandbox"])
        assert "NxtEntityId" not in client.get(path).text
        client.post(path, {"CustomerCode": "KUST", "CustomerNumber": "1", "TIN": "x"})
        assert codes(parcels.shop, "parcels/sandbox") == {
            "CustomerCode": "KUST",
            "CustomerNumber": "1",
        }

    def test_are_told_to_the_administrators(
        self, desk, company, ticket, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            saved(desk, company, NxtEntityId="NXT230000009")
        assert mailoutbox[-1].to == ["loner@example.org"]
        assert "NxtEntityId NXT230000009" in mailoutbox[-1].body

    def test_of_a_company_that_never_asked_are_not_there(self, desk, company):
        assert saved(desk, company, NxtEntityId="NXT230000009").status_code == 404
        assert codes(company) == {}


class TestTicket:
    def shown(self, desk, ticket):
        return desk.get(reverse("desk_ticket", args=[ticket.pk])).text

    def test_says_where_the_company_has_no_identifier_and_leads_there_and_back(
        self, desk, company, ticket
    ):
        text = self.shown(desk, ticket)
        assert "Kustvaart BV has no NxtEntityId yet." in text
        links = re.findall(r'href="([^"]+/identifiers/[^"]+)"', text)
        assert links == [f"{page(company, name)}?ticket={ticket.pk}" for name in ("uat", "live")]
        answer = desk.post(links[0], {"NxtEntityId": "NXT230000009"})
        assert answer["Location"] == reverse("desk_ticket", args=[ticket.pk])
        text = self.shown(desk, ticket)
        assert "Give it one in Live" in text
        assert "Give it one in Sandbox" not in text

    def test_of_one_person_asks_for_none(self, desk, company, ticket):
        Organisation.objects.filter(pk=company.pk).update(individual=True)
        assert "NxtEntityId" not in self.shown(desk, ticket)

    def test_leads_back_to_no_other_place(self, desk, company, ticket):
        answer = desk.post(page(company) + "?ticket=//evil.example", {"TIN": ""})
        assert answer["Location"] == reverse("desk_organisation", args=["port", company.pk])


class TestName:
    def test_is_another_from_the_page_of_the_organisation(self, desk, company, ticket):
        path = reverse("desk_name", args=["port", company.pk])
        assert path in desk.get(reverse("desk_organisation", args=["port", company.pk])).text
        assert 'value="Kustvaart BV"' in desk.get(path).text
        text = desk.post(path, {"name": "Kustvaart NV"}, follow=True).text
        assert "<h1>Kustvaart NV</h1>" in text

    def test_says_so_where_it_changes_at_this_provider_only(self, desk, port, company, ticket):
        other = Environment.objects.get(pk="maasplassen/test").provider
        Ticket.objects.create(provider=other, organisation=company, kind="question", subject="S")
        path = reverse("desk_name", args=["port", company.pk])
        assert "works with other providers too" in desk.get(path).text

    def test_that_is_none_is_refused(self, desk, company, ticket):
        path = reverse("desk_name", args=["port", company.pk])
        assert "Enter the name." in desk.post(path, {"name": " "}).text
        assert Organisation.objects.filter(name="Kustvaart BV").exists()
