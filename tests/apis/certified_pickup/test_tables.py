"""Containers in the database: kept, found again, and listed as the rules would list them."""

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from sluis.apis.certified_pickup.rules import listing
from sluis.apis.certified_pickup.rules.listing import Criteria
from sluis.apis.certified_pickup.rules.release import PICKED_UP_AT_MOST, Status
from sluis.apis.certified_pickup.store import LISTS, Ingestion
from sluis.apis.certified_pickup.tables import demo
from sluis.apis.certified_pickup.tables.models import Ingestion as IngestionRow
from sluis.apis.certified_pickup.tables.models import Release, Waiting
from sluis.apis.certified_pickup.tables.store import open_store
from sluis.core.api import Opening
from tests.apis.certified_pickup.world import CONTAINER, DIRECTORY, NOW, Lane, entity

pytestmark = pytest.mark.django_db

HISTORIES = (
    (),
    (("Transfer", "agent", "forwarder"),),
    (("Transfer", "agent", "forwarder"), ("Accept", "forwarder", None)),
    (("Transfer", "agent", "forwarder"), ("Revoke", "agent", None)),
    (("Transfer", "agent", "forwarder"), ("Decline", "forwarder", None)),
    (
        ("Transfer", "agent", "forwarder"),
        ("Accept", "forwarder", None),
        ("Transfer", "forwarder", "haulier"),
    ),
)
ENDS = ("", "block", "green", "gate out", "green, gate out", "delete", "expire")


def store(environment="port/uat"):
    return open_store(Opening(environment, fictional=True, secret=b""))


def lane(history=(), end="", **fields):
    made = Lane()
    made.commercial("Release", **fields)
    for action, who, to in history:
        made.right(action, who, releaseTo=to and entity(to))
    match end:
        case "block":
            made.commercial("Block")
        case "green" | "green, gate out":
            for scene in ("discharge", "terminal green", "customs orange"):
                made.play(scene)
        case "delete":
            made.commercial("Delete")
        case "expire":
            made.wait(timedelta(days=60))
    if end.endswith("gate out"):
        made.report("GateOut")
    return made


@pytest.mark.parametrize(("history", "end"), [*product(HISTORIES, ENDS[:4])])
def test_container_is_found_as_it_was_kept(history, end):
    container = lane(history, end, vesselName="MV ÉÉN").state
    store().keep({CONTAINER: container})
    assert store().states([CONTAINER]) == {CONTAINER: container}


def test_container_that_changes_is_kept_anew():
    made = lane()
    store().keep({CONTAINER: made.state})
    made.commercial("Block")
    store().keep({CONTAINER: made.state})
    assert store().states([CONTAINER]) == {CONTAINER: made.state}
    assert Release.objects.count() == 1


def test_messages_that_wait_are_kept_and_gone_when_applied():
    made = Lane()
    made.report("Block", timestamp="2026-06-03T12:00:00+00:00")
    made.customs("SCAN")
    store().keep({CONTAINER: made.state})
    assert store().states([CONTAINER]) == {CONTAINER: made.state}
    made.commercial("Release")
    store().keep({CONTAINER: made.state})
    assert not Waiting.objects.exists()
    assert store().states([CONTAINER]) == {CONTAINER: made.state}


def test_what_was_deleted_is_not_loaded_again():
    made = lane(end="delete")
    store().keep({CONTAINER: made.state})
    assert store().states([CONTAINER]) == {}
    assert Release.objects.get().put_away


def test_of_what_was_picked_up_the_last_are_loaded():
    made, kept = lane(end="gate out"), store()
    kept.keep({CONTAINER: made.state})
    for number in range(PICKED_UP_AT_MOST + 2):
        made.state = kept.states([CONTAINER])[CONTAINER]
        made.now += timedelta(minutes=1)
        made.commercial("Release", releaseIdentification=f"R{number}")
        made.report("GateOut")
        kept.keep({CONTAINER: made.state})
    loaded = kept.states([CONTAINER])[CONTAINER].releases
    assert [one.identification for one in loaded] == [
        f"R{number}" for number in range(2, PICKED_UP_AT_MOST + 2)
    ]
    assert Release.objects.count() == PICKED_UP_AT_MOST + 3


def test_many_containers_are_kept_at_once():
    states = {}
    for number in range(150):
        made, equipment = Lane(), f"CAIU{number:07}"
        made.number = number * 10
        made.commercial("Release", equipmentNumber=equipment)
        states[equipment] = made.state
    store().keep(states)
    assert store().states([*states, "CAIU9999999"]) == states


def test_statements_do_not_grow_with_the_batch(django_assert_num_queries):
    opened, numbers = store(), [f"CAIU{number:07}" for number in range(60)]
    with django_assert_num_queries(2):
        opened.states(numbers)


def test_environments_share_nothing():
    store().keep({CONTAINER: lane().state})
    other = store("port/live")
    assert other.states([CONTAINER]) == {}
    asked = Criteria("agent", "BEANR", NOW)
    assert other.states([LISTS + "agent"])[LISTS + "agent"].page(asked, 0, 25) == ([], 0)


def test_lists_are_those_of_the_rules():
    """Every filter, and pairs of them, over every state of a right: SQL against the rules."""
    kept, states = [], {}
    for number, (history, end) in enumerate(product(HISTORIES, ENDS)):
        made = lane(history, end, billOfLadingNumbers=["BL1234567"])
        [release] = made.state.releases
        equipment = f"CAIU{number * 7919 % 10_000_000:07}"
        release = changed(release, equipment, number)
        kept.append(release)
        states[equipment] = type(made.state)((release,), ())
    store().keep(states)
    reader = store().states([LISTS + "x"])[LISTS + "x"]
    chance = random.Random(1)
    parties = ("agent", "forwarder", "haulier", "rival")
    for _ in range(600):
        asked = question(chance, parties)
        wanted = listing.order(one for one in kept if listing.listed(one, asked))
        offset, size = chance.choice([(0, 100), (0, 3), (3, 3), (90, 5)])
        found, total = reader.page(asked, offset, size)
        assert (total, found) == (len(wanted), wanted[offset : offset + size])


def changed(release, equipment, number):
    bills = (f"BL{number}", "ÉÉN") if number % 3 else (f"bl{number}_%",)
    terminal = ("01700", "01742")[number % 2]
    return replace(
        release,
        id=str(uuid.UUID(int=number)),
        equipment=equipment,
        bills=bills,
        terminal=terminal,
        agent=release.agent,
    )


def question(chance, parties):
    filters = {
        "equipment": ["caiu", "7919", "CAIU0", "x"],
        "bill": ["bl1", "één", "_%", "%", "BL"],
        "agents": [frozenset(["agent"]), frozenset(), frozenset(["agent", "rival"])],
        "owners": [frozenset(["forwarder"]), frozenset(["agent", "haulier"])],
        "terminals": [frozenset(["01700"]), frozenset(["01742", "0524"])],
        "right": list(Status),
        "status": [0, 1, 2, 3, 4],
        "action": [0, 1, 2, 3],
    }
    names = chance.sample(sorted(filters), chance.choice([0, 1, 1, 2, 3]))
    given = {name: chance.choice(filters[name]) for name in names}
    now = NOW + timedelta(hours=chance.choice([0, 23, 24, 25]))
    return Criteria(chance.choice(parties), chance.choice(["BEANR"] * 9 + ["BEZEE"]), now, **given)


def test_ingestion_channels_are_read_when_they_change():
    id_ = uuid.uuid4()
    opened = store()
    assert opened.ingestion(id_) is None
    IngestionRow.objects.create(id=id_, environment="port/uat", organisation="agent")
    opened.refresh()
    assert opened.ingestion(id_) == Ingestion("agent", "json")
    assert store("port/live").ingestion(id_) is None


def load():
    companies = {"seed-agent": "agent", "kaai1700": "terminal"}
    return demo.load(
        "port/uat", companies, DIRECTORY, lambda label: uuid.uuid5(uuid.NAMESPACE_DNS, label), NOW
    )


def test_demo_has_the_identities_of_the_seed():
    told = load()
    assert set(told["ingestion_ids"]) == {"seed-agent", "kaai1700"}
    states = store().states(told["containers"])
    assert {
        (one.equipment, one.bills, one.identification, one.terminal, one.agent)
        for container in states.values()
        for one in container.releases
    } == {
        ("CAIU7654321", ("BL1234567",), "ReleaseID7654321", "01700", "agent"),
        ("CAIU1234567", ("BL11223344",), "ReleaseID1234567", "01700", "agent"),
    }


def test_demo_is_loaded_twice_and_cleared():
    assert load() == load()
    assert Release.objects.count() == 2
    demo.clear("port/uat")
    assert not Release.objects.exists()
    assert not IngestionRow.objects.exists()


@pytest.mark.parametrize("end", ["gate out", "delete"])
def test_what_ended_is_kept_for_a_year(end):
    kept, active = lane(end=end), lane(billOfLadingNumbers=["BL2"])
    for number, one in enumerate((kept, active)):
        store().keep({f"CAIU000000{number}": renumbered(one.state, f"CAIU000000{number}")})
    store().forget(NOW + timedelta(days=365, microseconds=-1))
    store("port/other").forget(NOW + timedelta(days=366))
    assert Release.objects.count() == 2
    store().forget(NOW + timedelta(days=365))
    assert [row.equipment for row in Release.objects.all()] == ["CAIU0000001"]


def renumbered(container, number):
    """Return the container under another number, with ids of its own."""
    releases = (replace(one, id=str(uuid.uuid4()), equipment=number) for one in container.releases)
    return replace(container, releases=tuple(releases))
