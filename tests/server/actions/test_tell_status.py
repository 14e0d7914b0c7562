"""What the status page is told: beginnings and ends that can be, and words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sluis.server.actions.actor import Refused
from sluis.server.actions.tell_status import post_incident, resolve_incident, update_incident
from sluis.server.models import AuditEntry, Incident
from tests.server import people

NOW = timezone.now()
HOUR = timedelta(hours=1)


def post(world, **more):
    told = {
        "kind": "incident",
        "effect": "down",
        "title": "Slow\nanswers",
        "text": "We look.",
        "language": "nl",
    }
    return post_incident(
        actor=people.desk("dirk", world.port), environment=world.uat, **told | more
    )


def test_tells_of_an_incident_from_now_on(world):
    made = post(world)
    assert (made.title, made.ends_at) == ("Slow answers", None)
    assert abs(made.starts_at - timezone.now()) < timedelta(minutes=1)
    assert AuditEntry.objects.filter(action="incident.post", environment="port/uat").exists()


@pytest.mark.parametrize(
    "told",
    [
        {"title": " "},
        {"text": " "},
        {"kind": "party"},
        {"effect": "sad"},
        {"kind": "maintenance"},
        {"kind": "maintenance", "starts_at": NOW + HOUR},
        {"starts_at": NOW, "ends_at": NOW},
        {"starts_at": NOW, "ends_at": NOW - HOUR},
    ],
)
def test_refuses_what_says_nothing_or_cannot_be(world, told):
    with pytest.raises(Refused):
        post(world, **told)
    assert not Incident.objects.exists()


def test_goes_on_and_is_over(world):
    desk, made = people.desk("dirk", world.port), post(world)
    update_incident(
        actor=desk, incident=made, text="Better.", effect="disturbed", ends_at=NOW + 9 * HOUR
    )
    made.refresh_from_db()
    assert (made.effect, made.ends_at) == ("disturbed", NOW + 9 * HOUR)
    resolve_incident(actor=desk, incident=made, text="Over.")
    made.refresh_from_db()
    assert made.ends_at <= timezone.now()
    assert [update.text for update in made.updates.all()] == ["Over.", "Better.", "We look."]


def test_what_was_planned_can_be_called_off(world):
    made = post(world, kind="maintenance", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    resolve_incident(actor=people.desk("dirk", world.port), incident=made, text="Not now.")
    made.refresh_from_db()
    assert made.starts_at <= made.ends_at <= timezone.now()
