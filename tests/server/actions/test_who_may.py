"""Every action × everybody: who is not named here is refused, and leaves no trace."""

from dataclasses import replace

import pytest

from sluis.server.actions.actor import COMMAND, VISITOR, NotAllowed, member, of_desk, of_person
from sluis.server.models import AuditEntry, Change, Person
from tests.server import people
from tests.server.actions.may_access import ACCESS
from tests.server.actions.may_belong import BELONGING
from tests.server.actions.may_help import HELP

MATRIX = ACCESS | BELONGING | HELP
WHO = (
    "administrator",
    "developer",
    "api user",
    "outsider",
    "nobody's",
    "desk",
    "other desk",
    "visitor",
    "command",
    "none",
)


@pytest.fixture
def world(db):
    return people.world()


def everybody(world):
    return {
        "administrator": world.actor("anna"),
        "developer": world.actor("dev"),
        "api user": world.actor("api"),
        "outsider": world.actor("bram"),
        "nobody's": of_person(people.person("loner")),
        "desk": people.desk("dirk", world.port),
        "other desk": replace(people.desk("dirk", world.port), desk="maasplassen"),
        "visitor": VISITOR,
        "command": COMMAND,
        "none": None,
    }


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("action", MATRIX)
def test_who_may(world, action, who):
    prepare, allowed = MATRIX[action]
    actor = everybody(world)[who]
    act = prepare(world)
    before = traces()
    if who in allowed:
        act(actor)
        assert AuditEntry.objects.count() > before[0]
    else:
        with pytest.raises(AttributeError if actor is None else NotAllowed):
            act(actor)
        assert traces() == before


def traces():
    return AuditEntry.objects.count(), Change.objects.count(), Person.objects.count()


def test_only_members_act_for_an_organisation(world):
    with pytest.raises(NotAllowed, match="Only members"):
        member(Person.objects.get(email="anna@example.org"), world.transporter)


def test_a_disabled_person_acts_for_nobody(world):
    anna, agent = world.membership("anna")
    anna.is_active = False
    anna.save()
    for attempt in (lambda: member(anna, agent), lambda: of_person(anna)):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_desk_works_with_a_second_factor(world):
    newcomer = people.person("newcomer", world.port.organisation, "desk")
    with pytest.raises(NotAllowed, match="second factor"):
        of_desk(newcomer, world.port)


def test_colleagues_of_the_desk_are_not_the_desk(world):
    colleague = people.person("colleague", world.port.organisation, "administrator")
    with pytest.raises(NotAllowed, match="Only the service desk"):
        of_desk(people.with_second_factor(colleague), world.port)
