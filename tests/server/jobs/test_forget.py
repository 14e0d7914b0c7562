"""What is forgotten, and what must not be."""

import pytest
from django.db import connection, transaction

from sluis.apis.certified_pickup.tables.models import Release
from sluis.registry import HOSTED_APIS
from sluis.server.jobs import forget
from sluis.server.models import Environment, Organisation, Provider
from sluis.storage import jobs as storage
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = (
    *("server_acceptedrequest", "server_acceptedstep", "server_storednotification"),
    *("server_delivery", "server_idempotencykey"),
)


def counts():
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of TABLES
            found.append(cursor.fetchone()[0])
        return found


@pytest.fixture
def world():
    """Return a world in which one request was applied, told and pushed at."""
    organisation = Organisation.objects.create(name="Port")
    provider = Provider.objects.create(slug="port", name="Port", organisation=organisation)
    Environment.objects.create(key="port/uat", provider=provider, name="uat", kind="sandbox")
    made = World()
    item = made.append(("A", 1), key="k")
    made.time = item.received_at / 1e6
    made.apply()
    with transaction.atomic():
        storage.deliver([(1, 1, 1)], 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE server_delivery SET notification = (SELECT max(seq) FROM"
            " server_storednotification)"
        )
    return made


def test_keeps_all_for_eight_days(world):
    forget.forget(world.time + 192 * 3600 - 1)
    assert counts() == [1, 1, 1, 1, 0]


def test_forgets_all_after_that(world):
    forget.forget(world.time + 192 * 3600 + 1)
    assert counts() == [0, 0, 0, 0, 0]


def test_forgets_a_key_after_168_hours(world):
    forget.forget(world.time + 168 * 3600 - 1)
    assert counts()[-1] == 1
    forget.forget(world.time + 168 * 3600 + 1)
    assert counts()[-1] == 0


def test_keeps_what_can_still_be_asked_for(world):
    """The clock of the sandbox was put back: by it nothing is old."""
    Environment.objects.update(clock_offset_seconds=-100 * 3600.0)
    forget.forget(world.time + 200 * 3600)
    assert counts()[:4] == [1, 1, 1, 1]


def test_keeps_what_waits(world):
    world.append(("B", 1))
    forget.forget(world.time + 300 * 3600)
    assert counts()[:3] == [1, 1, 0]


def test_an_environment_is_forgotten_whole(world):
    other = World("port/live")
    other.append(("A", 1), key="k")
    other.apply()
    with transaction.atomic():
        storage.forget_environment("port/uat")
    assert counts() == [1, 1, 1, 0, 1]
    world.append(("A", 1), key="k")
    assert world.apply() == 1


def test_states_are_forgotten_by_the_clock_of_their_environment(world):
    ended = Release(
        id="r",
        environment="port/uat",
        equipment="CAIU1234567",
        pending=False,
        commercial_green=False,
        terminal_green=False,
        may_leave=False,
        put_away=True,
        released_at=0,
        ended_at=0,
        document="{}",
    )
    ended.save()
    forget.forget_states(364 * 86_400, HOSTED_APIS)
    assert Release.objects.exists()
    Environment.objects.update(clock_offset_seconds=86_400)
    forget.forget_states(364 * 86_400, HOSTED_APIS)
    assert not Release.objects.exists()
