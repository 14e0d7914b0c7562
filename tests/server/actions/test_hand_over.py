"""A secret on its way: once, within a week, sealed until then; and the ticket that asked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sluis.apis.certified_pickup.tables.models import Ingestion
from sluis.core.credential import digest
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.answer_client_request import answer_client_request
from sluis.server.actions.answer_ticket import answer_ticket
from sluis.server.actions.hand_over import (
    erase_expired,
    hand_over_client,
    hand_over_secret,
    read_handover,
)
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.models import Application, AuditEntry, Change, Client, Handover, TicketMessage
from sluis.server.seal import PEPPER
from tests.server import people


@pytest.fixture
def ready(world):
    application = Application.objects.create(organisation=world.agent, name="Planner")
    return hand_over_client(actor=COMMAND, application=application, environment=world.live, to=None)


def read(world, ready, who="anna"):
    return read_handover(actor=world.actor(who), handover=ready)


def request(world, who="anna"):
    return open_ticket(
        actor=world.actor(who),
        provider=world.port,
        organisation=world.agent,
        kind="client",
        subject="Client id",
        text="For UAT and live, JSON please.",
    )


def answered(world, ticket, **more):
    asked = {"application": "Planner", "environments": [world.uat, world.live]}
    return answer_client_request(
        actor=people.desk("dirk", world.port), ticket=ticket, **asked | more
    )


def test_is_the_secret_of_the_client(world, ready):
    secret = read(world, ready)
    assert bytes(ready.credential.digest) == digest(secret, PEPPER)


def test_is_shown_once_and_erased(world, ready):
    read(world, ready)
    with pytest.raises(Refused, match="shown already"):
        read(world, ready)
    ready.refresh_from_db()
    assert (ready.sealed, ready.read_at is None) == (None, False)


def test_lies_ready_for_a_week(world, ready):
    Handover.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="seven days"):
        read(world, ready)


def test_is_erased_when_nobody_comes(world, ready):
    week = timezone.now() + timedelta(days=7)
    assert erase_expired(week - timedelta(minutes=1)) == 0
    assert erase_expired(week + timedelta(minutes=1)) == 1
    assert erase_expired(week + timedelta(minutes=1)) == 0
    with pytest.raises(Refused, match="seven days"):
        read(world, ready)


def test_is_kept_sealed_and_written_down_nowhere(world, ready):
    sealed = bytes(ready.sealed)
    secret = read(world, ready)
    assert secret.encode() not in sealed
    assert secret not in str(list(AuditEntry.objects.values()))


def test_an_api_user_reads_only_what_they_asked_for(world, ready):
    with pytest.raises(NotAllowed):
        read(world, ready, "api")
    Handover.objects.update(person=world.membership("api")[0])
    assert read(world, ready, "api")


def test_a_further_secret_leaves_the_first_at_work(world, ready):
    client = ready.credential.client
    hand_over_secret(actor=COMMAND, client=client, to=None)
    assert client.secrets.filter(disabled_at=None).count() == 2
    with pytest.raises(Refused, match="two at most"):
        hand_over_secret(actor=COMMAND, client=client, to=None)


def test_one_click_makes_all_that_was_asked_for(world):
    ticket = request(world)
    made = answered(world, ticket, message_type="json")
    ticket.refresh_from_db()
    assert (ticket.state, len(made)) == ("done", 2)
    assert Application.objects.get().name == "Planner"
    assert set(Client.objects.values_list("environment", flat=True)) == {"port/uat", "port/live"}
    ids = dict(Ingestion.objects.values_list("environment", "id"))
    assert ids.keys() == {"port/uat", "port/live"}
    text = TicketMessage.objects.filter(from_desk=True).get().text
    for ready in made:
        assert ready.person == world.membership("anna")[0]
        assert ready.credential.client.client_id in text
        assert f"/handover/{ready.pk}/" in text
        assert read(world, ready) not in text
    assert [one for one in ids.values() if str(one) not in text] == []


def test_an_ingestion_id_is_in_force_and_had_once(world):
    answered(world, request(world), message_type="json", environments=[world.uat])
    known = ("data", "port/uat sluis.apis.certified_pickup")
    assert known in set(Change.objects.values_list("kind", "key"))
    answered(world, request(world), message_type="json", environments=[world.uat])
    assert Ingestion.objects.count() == 1


def test_an_application_is_known_by_its_name(world):
    answered(world, request(world))
    answered(world, request(world), application=" Planner ")
    assert Application.objects.count() == 1
    assert Client.objects.count() == 4


def test_no_mail_has_the_secret(world, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = answered(world, request(world))
    secrets = [read(world, ready) for ready in made]
    mails = "".join(mail.subject + mail.body for mail in mailoutbox)
    assert "Planner" in mails
    assert [secret for secret in secrets if secret in mails] == []


def test_the_answer_is_in_the_language_of_who_asked(world):
    anna, _ = world.membership("anna")
    anna.language = "nl"
    anna.save()
    answered(world, request(world))
    assert "geheim" in TicketMessage.objects.get(from_desk=True).text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"environments": []}, "Choose an environment"),
        ({"application": " "}, "name"),
        ({"message_type": "edifact"}, "message types"),
    ],
)
def test_what_is_refused_leaves_nothing(world, given, says):
    ticket = request(world)
    with pytest.raises(Refused, match=says):
        answered(world, ticket, **given)
    ticket.refresh_from_db()
    assert (ticket.state, Client.objects.count(), Handover.objects.count()) == ("open", 0, 0)


def test_a_closed_ticket_mints_nothing(world):
    ticket = request(world)
    answer_ticket(
        actor=people.desk("dirk", world.port), ticket=ticket, text="No.", state="rejected"
    )
    with pytest.raises(Refused, match="closed"):
        answered(world, ticket)


def test_a_ticket_of_nobody_mints_nothing(world):
    ticket = open_ticket(
        actor=people.desk("dirk", world.port),
        provider=world.port,
        kind="client",
        origin="telephone",
        subject="Client id",
        text="Somebody called.",
    )
    with pytest.raises(Refused, match="names no organisation"):
        answered(world, ticket)
