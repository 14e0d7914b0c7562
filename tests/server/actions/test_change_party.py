"""What organisations say of themselves, and that the directory of calls follows."""

import pytest

from sluis.server.actions.actor import COMMAND, NotAllowed, Refused, of_person
from sluis.server.actions.change_party import (
    describes_itself,
    remove_address,
    set_address,
    set_identifiers,
)
from sluis.server.actions.make_party import make_party
from sluis.server.actions.register_organisation import register_organisation
from sluis.server.answers.snapshot import Loader
from sluis.server.models import Environment, Identifier, Membership, Organisation, Party
from tests.server import people

ADDRESS = {
    "street": "Kaai 12",
    "postal_code": "2030",
    "city": "Antwerpen",
    "country": "BE",
    "contact_name": "",
    "contact_email": "",
}


def identify(world, **codes):
    return set_identifiers(
        actor=world.actor("anna"),
        organisation=world.agent,
        environment=world.uat,
        identifiers=codes,
    )


def codes(environment="port/uat"):
    rows = Identifier.objects.filter(environment=environment)
    return dict(rows.values_list("type", "code"))


def test_keeps_codes_as_registers_write_them(world):
    identify(world, TIN="be 0123.456.749", Duns="12-345-6789")
    assert codes() == {"TIN": "BE0123456749", "Duns": "123456789"}


def test_an_empty_code_is_taken_away_and_one_not_named_stays(world):
    make_party(
        actor=COMMAND,
        organisation=world.agent,
        environment=world.uat,
        identifiers={"NxtEntityId": "NXT230000001", "APCS": "AGENT"},
    )
    identify(world, TIN="BE0123456749", APCS="")
    assert codes() == {"NxtEntityId": "NXT230000001", "TIN": "BE0123456749"}


def test_the_directory_of_calls_follows(world):
    loader = Loader("http://testserver", b"secret")
    before = loader.load()
    identify(world, TIN="BE0123456749")
    place = {"actor": world.actor("anna"), "organisation": world.agent, "environment": world.uat}
    set_address(**place, type_="1", address=ADDRESS)
    followed = loader.caught_up(before).environments["port/uat"].directory
    party = followed.find("TIN", "be0123456749")
    assert party.organisation == world.agent.pk.hex
    assert [(a.type, a.street) for a in party.addresses] == [("1", "Kaai 12")]
    remove_address(**place, type_="1")
    identify(world, TIN="")
    followed = loader.caught_up(before).environments["port/uat"].directory
    assert followed.find("TIN", "BE0123456749") is None
    assert followed.of(world.agent.pk.hex).addresses == ()


@pytest.mark.parametrize(
    "wrong", [{"TIN": "BE0123456748"}, {"Duns": "12"}, {"NxtEntityId": "NXT230000001"}], ids=str
)
def test_refuses_what_is_not_right_and_keeps_nothing(world, wrong):
    with pytest.raises(Refused):
        identify(world, SCAC="MSCU", **wrong)
    assert codes() == {}


def test_a_code_names_one_organisation(world):
    identify(world, TIN="BE0123456749")
    with pytest.raises(Refused, match="another organisation"):
        set_identifiers(
            actor=world.actor("bram"),
            organisation=world.transporter,
            environment=world.uat,
            identifiers={"SCAC": "MSCU", "TIN": "BE 0123456749"},
        )
    assert Identifier.objects.count() == 1


def test_environments_never_mix(world):
    identify(world, TIN="BE0123456749")
    assert codes("port/live") == {}
    assert not Party.objects.filter(environment="port/live").exists()


def test_in_production_the_desk_sees_whose_they_are(world):
    asked = {
        "organisation": world.agent,
        "environment": world.live,
        "identifiers": {"TIN": "BE0123456749"},
    }
    with pytest.raises(NotAllowed, match="service desk writes identifiers"):
        set_identifiers(actor=world.actor("anna"), **asked)
    make_party(actor=COMMAND, organisation=world.agent, environment=world.live, identifiers={})
    set_identifiers(actor=people.desk("dirk", world.port), **asked)
    assert codes("port/live") == {"TIN": "BE0123456749"}


def test_an_address_in_production_is_of_a_company_that_is_known_there(world):
    place = {"actor": world.actor("anna"), "organisation": world.agent, "environment": world.live}
    with pytest.raises(Refused, match="not known here"):
        set_address(**place, type_="1", address=ADDRESS)
    make_party(actor=COMMAND, organisation=world.agent, environment=world.live, identifiers={})
    assert set_address(**place, type_="1", address=ADDRESS).city == "Antwerpen"


def test_companies_describe_themselves_only_where_anybody_registers(world):
    other = Environment.objects.get(key="maasplassen/test")
    open_ones = [e.key for e in (world.uat, world.live, other) if describes_itself(e)]
    assert open_ones == ["port/uat"]


def test_who_registers_a_company_is_known_in_the_sandbox_by_its_codes(world):
    made = register_organisation(
        actor=of_person(people.person("loner")),
        name="Loner BV",
        country="BE",
        identifiers={"TIN": "BE0123456749", "Eori": ""},
    )
    assert (made.individual, made.country) == (False, "BE")
    assert codes() == {"TIN": "BE0123456749"}
    assert Party.objects.get(organisation=made).environment_id == "port/uat"


def test_an_individual_has_no_codes(world):
    made = register_organisation(
        actor=of_person(people.person("loner")),
        name="Loner",
        individual=True,
        identifiers={"TIN": "BE0123456749"},
    )
    assert made.individual
    assert not Party.objects.filter(organisation=made).exists()
    assert Membership.objects.get(organisation=made).roles == ["administrator", "developer"]


def test_a_code_of_others_registers_nothing(world):
    identify(world, TIN="BE0123456749")
    with pytest.raises(Refused, match="another organisation"):
        register_organisation(
            actor=of_person(people.person("loner")),
            name="Copy",
            identifiers={"TIN": "BE0123456749"},
        )
    assert not Organisation.objects.filter(name="Copy").exists()


def test_nobody_registers_where_all_is_made_by_a_desk(world, monkeypatch):
    monkeypatch.setattr("sluis.registry.PROVIDERS", ())
    with pytest.raises(Refused, match="Ask the service desk"):
        register_organisation(actor=of_person(people.person("loner")), name="Loner")
