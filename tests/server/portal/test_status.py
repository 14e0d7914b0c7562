"""The public status page, and where it is named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sluis.server.actions.tell_status import post_incident, resolve_incident
from sluis.server.models import Incident
from tests.server import people

pytestmark = pytest.mark.django_db
PAGE = "/status/port/"
NOW = timezone.now()
HOUR = timedelta(hours=1)


def tell(port, title, environment=None, **more):
    told = {"kind": "incident", "effect": "down", "text": "We look.", "language": "nl"}
    return post_incident(
        actor=people.desk("dirk", port.port),
        environment=environment or port.uat,
        title=title,
        **told | more,
    )


def sections(client):
    """Return what the page says of each environment, by its name."""
    found = client.get(PAGE).text.split('<section aria-labelledby="')[1:]
    return {section.partition('"')[0]: section for section in found}


def test_says_that_all_works(client, port):
    for section in sections(client).values():
        assert "works</span>" in section
        assert "Nothing to tell" in section


def test_says_of_each_environment_what_is_wrong_there(client, port):
    tell(port, "Slow answers")
    said = sections(client)
    assert "does not work</span>" in said["uat"]
    assert '<span lang="nl">Slow answers</span>' in said["uat"]
    assert "Slow answers" not in said["live"]


def test_says_what_is_planned_before_it_begins(client, port):
    tell(port, "New disks", kind="maintenance", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    said = sections(client)["uat"]
    assert "Maintenance (planned):" in said
    assert "works</span>" in said


def test_keeps_what_is_over_for_a_month(client, port):
    made = tell(port, "Slow answers")
    resolve_incident(actor=people.desk("dirk", port.port), incident=made, text="Solved.")
    said = sections(client)["uat"]
    assert "works</span>" in said
    assert "What is over (1)" in said
    Incident.objects.update(starts_at=NOW - 32 * 24 * HOUR, ends_at=NOW - 31 * 24 * HOUR)
    assert "Slow answers" not in sections(client)["uat"]


def test_says_nothing_of_other_providers(client, port):
    elsewhere = people.Environment.objects.get(key="maasplassen/test")
    incident = {"kind": "incident", "effect": "down", "starts_at": NOW}
    Incident.objects.create(environment=elsewhere, title="Theirs", **incident)
    assert "Theirs" not in client.get(PAGE).text
    assert client.get("/status/nowhere/").status_code == 404


@pytest.mark.usefixtures("serving")
def test_costs_a_stranger_no_cookie_and_two_queries(client, port, django_assert_num_queries):
    tell(port, "One")
    tell(port, "Two")
    with django_assert_num_queries(2):
        answer = client.get(PAGE)
    assert answer.cookies == {}
