"""An organisation is called otherwise: by whom, where, and who hears of it."""

import pytest

from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.make_party import make_party
from sluis.server.actions.rename_organisation import rename_organisation
from sluis.server.answers.snapshot import Loader
from sluis.server.models import AuditEntry, Environment, Organisation, Party
from tests.server import people


@pytest.fixture
def world(db):
    made = people.world()
    for environment in (made.uat, made.live):
        make_party(actor=COMMAND, organisation=made.agent, environment=environment, identifiers={})
    return made


def rename(world, name="Agent & Zonen", actor=None):
    return rename_organisation(
        actor=actor or people.desk("dirk", world.port),
        provider=world.port,
        organisation=world.agent,
        name=name,
    )


def names():
    return {party.environment_id: party.name for party in Party.objects.all()}


def test_the_name_is_new_everywhere_and_calls_see_it(world):
    loader = Loader("http://testserver", b"secret")
    before = loader.load()
    assert rename(world, "  Agent &  Zonen ").name == "Agent & Zonen"
    assert Organisation.objects.get(pk=world.agent.pk).name == "Agent & Zonen"
    after = loader.caught_up(before)
    found = [
        after.environments[key].directory.of(world.agent.pk.hex).name
        for key in ("port/uat", "port/live")
    ]
    assert found == ["Agent & Zonen", "Agent & Zonen"]


def test_at_another_provider_a_desk_names_nobody(world):
    elsewhere = Environment.objects.get(key="maasplassen/test")
    make_party(actor=COMMAND, organisation=world.agent, environment=elsewhere, identifiers={})
    rename(world, "Evil")
    assert Organisation.objects.get(pk=world.agent.pk).name == "Agent"
    assert names() == {"port/uat": "Evil", "port/live": "Evil", "maasplassen/test": "Agent"}


def test_the_administrators_are_told_of_both_names(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    people.person("second", world.agent, "administrator", language="nl")
    with django_capture_on_commit_callbacks(execute=True):
        rename(world, "Zonen")
    assert [(mail.to[0], mail.subject) for mail in mailoutbox] == [
        ("anna@example.org", "Agent is now called Zonen"),
        ("second@example.org", "Agent heet nu Zonen"),
    ]
    assert "service desk of Port" in mailoutbox[0].body


def test_the_log_has_both_names_of_a_company_and_none_of_a_person(world):
    rename(world, "Zonen")
    entry = AuditEntry.objects.get(action="organisation.rename")
    assert (entry.details["before"], entry.details["after"]) == ("Agent", "Zonen")
    Organisation.objects.filter(pk=world.agent.pk).update(individual=True)
    rename(world, "Anna")
    assert "Anna" not in str(AuditEntry.objects.latest("sequence").details)


@pytest.mark.parametrize("name", ["", "   "])
def test_a_name_says_something(world, name):
    with pytest.raises(Refused, match="a name"):
        rename(world, name)


def test_no_desk_renames_whom_its_provider_does_not_know(world):
    Party.objects.all().delete()
    with pytest.raises(NotAllowed):
        rename(world)
    assert rename(world, actor=COMMAND).name == "Agent & Zonen"
