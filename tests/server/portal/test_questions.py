"""The main pages ask the database as often for many rows as for one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.keys import hosted
from sluis.server.actions.make_application import make_application
from sluis.server.answers.callers import by_last_hour
from sluis.server.answers.concern import organisations_of
from sluis.server.desk import waiting
from sluis.server.desk.waiting import Wanted
from sluis.server.models import (
    ApiUser,
    CallCount,
    Consent,
    Environment,
    Incident,
    Invitation,
    Organisation,
    Subscription,
    Ticket,
)
from tests.server import people
from tests.server.calls import called
from tests.server.people import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("port", "serving")]
MANY = 12  # fits one page of each list


def grow(port, number):
    """Add one more of everything that the pages list."""
    other = Organisation.objects.create(name=f"Company {number:02}")
    place = Environment.objects.create(
        key=f"port/place-{number}", provider=port.port, name=f"place-{number}", kind="sandbox"
    )
    for environment, company in ((port.live, other), (place, port.agent)):
        Subscription.objects.create(
            environment=environment, organisation=company, api="certified-pickup"
        )
    Subscription.objects.create(
        environment=port.uat, organisation=other, api="meteo", state="active"
    )
    called(other, times=number + 1)
    asker = people.person(f"asker{number}", port.agent, "developer")
    for kind in ("question", "client"):
        Ticket.objects.create(
            provider=port.port,
            organisation=port.agent,
            environment=port.uat,
            person=asker,
            kind=kind,
            subject="How?",
        )
    now = timezone.now()
    Invitation.objects.create(
        organisation=port.agent,
        email=f"guest{number}@example.org",
        roles=["developer"],
        digest=uuid4().bytes * 2,
        invited_by=asker,
        expires_at=now + timedelta(days=7),
    )
    ApiUser.objects.create(
        organisation=port.agent, environment=port.uat, username=f"api-{number}", password="-"
    )
    builder = make_application(actor=COMMAND, organisation=other, name=f"Planner {number}")
    make_application(actor=COMMAND, organisation=port.agent, name=f"Own {number}")
    Consent.objects.create(
        organisation=port.agent,
        application=builder,
        environment=port.uat,
        how="portal",
        given_by=asker,
        given_at=now,
    )
    Incident.objects.create(
        environment=port.live, kind="incident", effect="down", title="Slow", starts_at=now
    )


def questions(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("dirk", "/desk/"),
        ("dirk", "/desk/?state=all"),
        ("dirk", "/desk/status/"),
        ("dirk", "/desk/link/"),
        ("dirk", "/desk/port/organisations/"),
        ("dirk", "/desk/port/products/"),
        ("dirk", "/desk/port/products/meteo/"),
        ("anna", "/subscriptions/"),
        ("anna", "/applications/"),
        ("anna", "/tickets/"),
        ("anna", "/organisations/{agent}/"),
        ("anna", "/organisations/{agent}/environments/"),
        ("anna", "/organisations/{agent}/api-users/"),
        ("anna", "/organisations/{agent}/consents/"),
        ("anna", "/accounts/"),
        ("anna", "/status/port/"),
    ],
)
def test_asks_as_often_for_many_as_for_one(client, port, who, path):
    log_in(client, who)
    address = path.format(agent=port.agent.pk)
    grow(port, 0)
    client.get(address)  # what is asked once for a process
    one = questions(client, address)
    for number in range(1, MANY):
        grow(port, number)
    many = questions(client, address)
    assert len(many) == len(one), [sql for sql in many if sql not in one]


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        # Each page asks for the session, the person, its memberships and the menu's companies.
        ("anna", "/", 4),
        ("anna", "/catalogue/", 5),
        ("anna", "/channels/", 5),
        ("anna", "/applications/", 5),
        ("anna", "/subscriptions/", 6),
        ("anna", "/tickets/", 7),
        # At the desk the second factor is one more.
        ("dirk", "/desk/", 8),
        ("dirk", "/desk/port/organisations/", 8),
        ("dirk", "/desk/port/mails/", 7),
        ("dirk", "/desk/port/products/", 7),
        ("dirk", "/desk/port/products/meteo/", 8),
    ],
)
def test_asks_nothing_twice(client, port, who, path, most):
    log_in(client, who)
    client.get(path)  # what is asked once for a process
    asked = questions(client, path)
    assert len(set(asked)) == len(asked)
    assert len(asked) <= most, asked


@pytest.mark.sqlite
def test_whom_a_provider_concerns_is_found_by_organisation(port):
    steps = organisations_of("port").order_by("name", "pk").explain()
    assert "INDEX subscription_by_owner (environment_id=? AND organisation_id=?)" in steps
    assert "INDEX ticket_by_owner (organisation_id=? AND provider_id=?)" in steps
    assert "TEMP B-TREE" not in steps


@pytest.mark.sqlite
def test_requests_are_found_by_their_state(port):
    steps = waiting.subscriptions(Wanted(["port"])).explain()
    assert "subscription_by_state (environment_id=? AND api=? AND state=?" in steps


@pytest.mark.sqlite
def test_who_called_last_is_found_at_an_end_of_an_index(port):
    made = CallCount.objects.filter(environment="port/uat", api="meteo", hour__gte=0)
    steps = by_last_hour("port/uat", hosted("meteo"), made).explain()
    assert "SEARCH server_subscription" in steps
    assert "(environment=? AND organisation=? AND hour>?)" in steps
