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


WHO = {
    "administrator": lambda w: w.actor("anna"),
    "developer": lambda w: w.actor("dev"),
    "api user": lambda w: w.actor("api"),
    "outsider": lambda w: w.actor("bram"),
    "nobody's": lambda w: of_person(people.person("loner")),
    "desk": lambda w: people.desk("dirk", w.port),
    "other desk": lambda w: replace(people.desk("dirk", w.port), desk="maasplassen"),
    "visitor": lambda w: VISITOR,
    "command": lambda w: COMMAND,
    "none": lambda w: None,
}


def cells():
    """Yield each action with everybody; on PostgreSQL with one who may, which does it whole."""
    for action, (_, allowed) in MATRIX.items():
        does_it = next(who for who in WHO if who in allowed)
        for who in WHO:
            marks = () if who == does_it else pytest.mark.sqlite
            yield pytest.param(action, who, marks=marks, id=f"{action}-{who}")


@pytest.mark.parametrize(("action", "who"), [*cells()])
def test_who_may(world, action, who):
    prepare, allowed = MATRIX[action]
    actor = WHO[who](world)
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
