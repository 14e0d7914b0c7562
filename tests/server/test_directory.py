"""The parties of an environment, as operations see them: loaded whole, then kept up."""

import pytest
from django.conf import settings

from sluis.core.directory import EMPTY, Directory, Party
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.make_party import make_party
from sluis.server.actions.make_terminal import make_terminal
from sluis.server.answers.snapshot import Loader
from sluis.server.models import Address
from sluis.server.models import Party as PartyRow
from tests.server import people

pytestmark = pytest.mark.django_db
ONE = Party("org-1", "One", identifiers={"NxtEntityId": "NXT1"}, terminals=frozenset({"01700"}))
TWO = Party("org-2", "Two", identifiers={"NxtEntityId": "NXT2"})


@pytest.fixture
def town():
    return people.world()


def made(town, **more):
    values = {"roles": ["TerminalOperator"], "identifiers": {"NxtEntityId": "NXT230000005"}, **more}
    return make_party(actor=COMMAND, organisation=town.agent, environment=town.uat, **values)


def loader():
    return Loader("http://localhost", settings.CONFIG.secret)


def test_is_read_whole_at_the_start(town):
    party = made(town)
    make_terminal(actor=COMMAND, party=party, code=" 01700 ")
    Address.objects.create(
        party=party, type="1", street="Kaai 1", postal_code="2030", city="Antwerpen", country="BE"
    )
    environment = loader().load().environments["port/uat"]
    found = environment.directory.find("nxtentityid", "nxt230000005")
    assert found.organisation == town.agent.pk.hex
    assert found.roles == {"TerminalOperator"}
    assert found.addresses[0].contact_name is None
    assert environment.directory.operator_of("01700") is found
    assert environment.directory.of(town.agent.pk.hex) is found


def test_is_kept_up_with_changes(town):
    snapshot = loader().load()
    party = made(town)
    snapshot = loader().caught_up(snapshot)
    directory = snapshot.environments["port/uat"].directory
    assert directory.find("NxtEntityId", "NXT230000005").name == "Agent"
    make_terminal(actor=COMMAND, party=party, code="01700")
    snapshot = loader().caught_up(snapshot)
    assert snapshot.environments["port/uat"].directory.operator_of("01700") is not None
    assert directory.operator_of("01700") is None  # whoever holds the old one sees the old one
    PartyRow.objects.all().delete()
    announce(Changed.PARTY, f"port/uat {town.agent.pk.hex}")
    snapshot = loader().caught_up(snapshot)
    assert snapshot.environments["port/uat"].directory.parties == ()
    assert snapshot.environments["port/live"].directory.parties == ()


def test_a_terminal_has_one_operator(town):
    party = made(town)
    make_terminal(actor=COMMAND, party=party, code="01700")
    with pytest.raises(Refused):
        make_terminal(actor=COMMAND, party=party, code="01700")


def test_only_the_desk_says_who_operates_a_terminal(town):
    with pytest.raises(NotAllowed):
        make_terminal(actor=town.actor("anna"), party=made(town), code="01700")


def test_changes_one_party_and_leaves_the_others():
    directory = Directory([ONE, TWO])
    renamed = Party("org-1", "Uno", identifiers={"NxtEntityId": "NXT9"})
    changed = directory.with_changes({"org-1": renamed})
    assert changed.find("NxtEntityId", "nxt9") is renamed
    assert changed.find("NxtEntityId", "NXT1") is None
    assert changed.operator_of("01700") is None
    assert changed.find("NxtEntityId", "NXT2") is TWO
    assert directory.find("NxtEntityId", "NXT1") is ONE


def test_two_parties_can_exchange_a_code():
    directory = Directory([ONE, TWO])
    one = Party("org-1", "One", identifiers={"NxtEntityId": "NXT2"})
    two = Party("org-2", "Two", identifiers={"NxtEntityId": "NXT1"})
    changed = directory.with_changes({"org-1": one, "org-2": two})
    assert changed.find("NxtEntityId", "NXT2") is one
    assert changed.find("NxtEntityId", "NXT1") is two


def test_nobody_is_in_an_empty_one():
    assert EMPTY.of(None) is None
    assert EMPTY.find("NxtEntityId", "") is None
