"""Telling callers of incidents, from the desk."""

import pytest

from sluis.server.models import Incident, Person
from tests.server import people

pytestmark = pytest.mark.django_db
TOLD = {
    "environment": "port/live",
    "kind": "incident",
    "effect": "down",
    "title": "Slow answers",
    "text": "We look.",
    "language": "nl",
}


@pytest.fixture
def port():
    return people.world()


@pytest.fixture
def dirk(client, port):
    client.force_login(Person.objects.get(email="dirk@example.org"))
    return client


@pytest.fixture
def incident(dirk):
    dirk.post("/desk/status/new/", TOLD)
    return Incident.objects.get()


def page(incident):
    return f"/desk/status/{incident.pk}/"


def public(client):
    return client.get("/status/port/").text


def test_tells_the_public(dirk, incident):
    assert "Slow answers" in dirk.get("/desk/status/").text
    assert "does not work" in public(dirk)


def test_tells_how_it_goes_on_and_that_it_is_over(dirk, incident):
    going = {"effect": "disturbed", "text": "Better.", "ends_at": "2030-01-01T10:00"}
    assert dirk.post(page(incident), going)["Location"] == page(incident)
    assert "works with disturbances" in public(dirk)
    incident.refresh_from_db()
    assert incident.ends_at.isoformat() == "2030-01-01T10:00:00+00:00"
    assert 'value="2030-01-01T10:00"' in dirk.get(page(incident)).text
    dirk.post(page(incident), {"effect": "disturbed", "text": "Over.", "resolve": "yes"})
    assert "What is over (1)" in public(dirk)
    assert "it is over" not in dirk.get(page(incident)).text


@pytest.mark.parametrize(
    "odd",
    [
        {"environment": "maasplassen/test"},
        {"title": ""},
        {"kind": "maintenance"},
        {"starts_at": "tomorrow"},
        {"starts_at": "2030-01-01T10:00", "ends_at": "2030-01-01T09:00"},
    ],
    ids=str,
)
def test_keeps_what_was_typed_where_it_is_not_right(dirk, odd):
    text = dirk.post("/desk/status/new/", TOLD | odd).text
    assert 'class="summary"' in text
    assert "We look." in text
    assert not Incident.objects.exists()


@pytest.mark.parametrize("who", ["anna", "mia"])
def test_is_not_there_for_others(client, incident, who):
    client.force_login(Person.objects.get(email=f"{who}@example.org"))
    assert client.get(page(incident)).status_code == 404
    assert client.post(page(incident), {"effect": "none", "text": "Fine."}).status_code == 404
    assert incident.updates.count() == 1
