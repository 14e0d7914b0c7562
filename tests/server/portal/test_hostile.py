"""What somebody tries by hand: the things of others in forms, changed links, characters of none."""

import pytest
from django.db import transaction
from django.urls import reverse

from sluis.server.actions.actor import NotAllowed
from sluis.server.actions.add_member import add_member
from sluis.server.models import Consent, Credential, Handover, Membership, Subscription, Ticket
from tests.server.people import desk
from tests.server.portal.things import enter, someone, things

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]


@pytest.fixture
def known(client):
    return things()[1]


def post(client, name, *args, **form):
    return client.post(reverse(name, args=args), form)


@pytest.mark.parametrize("place", [0, 4, -10, -1])
def test_a_link_with_one_character_changed_opens_nothing(client, known, place):
    token = known["visit"]
    letters = list(token)
    letters[place] = "A" if letters[place] != "A" else "B"
    for changed in ("".join(letters), token[:-1], token.upper(), f"{token}="):
        path = reverse("visited_ticket", args=["port", changed])
        assert client.get(path).status_code == 404
        assert client.post(path, {"text": "And?"}).status_code == 404
        file = reverse("visited_file", args=["port", changed, known["visited_file"]])
        assert client.get(file).status_code == 404


def test_a_link_opens_no_other_provider_and_no_other_file(client, known):
    for name, *args in (
        ("visited_ticket", "parcels", known["visit"]),
        ("visited_file", "port", known["visit"], known["file"]),
        ("visited_file", "parcels", known["visit"], known["visited_file"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404


def test_reads_no_secret_of_others(client, known):
    enter(client, "bram", known)
    for name, key in (("handover", "handover"), ("keys", "subscription"), ("subscribed", "asked")):
        assert client.get(reverse(name, args=[known[key]])).status_code == 404
        assert client.post(reverse(name, args=[known[key]])).status_code == 404
    assert Handover.objects.get(pk=known["handover"]).read_at is None


def test_puts_nothing_in_the_hands_of_another_organisation(client, known):
    enter(client, "bram", known)
    agent, other = known["agent"], known["transporter"]
    asked = reverse("new_ticket") + "?provider=port&kind=question"
    client.post(asked, {"subject": "Ha", "text": "Ha", "organisation": str(agent)})
    assert Ticket.objects.get(subject="Ha").organisation_id == other  # his own, whatever he sent
    chosen = f"{reverse('subscribe', args=['port', 'eta-terminal'])}?organisation={agent.hex}"
    client.post(chosen, {"environment": "uat", "terms": known["terms"], "accepted": "on"})
    assert Subscription.objects.get(api="eta-terminal").organisation_id == other
    assert post(client, "consent", other, known["own_consent"], act="withdraw").status_code == 404
    assert Consent.objects.get(pk=known["own_consent"]).withdrawn_at is None
    for name, thing in (("api_user", "api_user"), ("disable_api_user", "api_user")):
        assert post(client, name, other, known[thing]).status_code == 404
    assert post(client, "revoke_invitation", other, known["invitation"]).status_code == 404


def test_a_key_of_others_in_a_form_is_left_alone(client, known):
    enter(client, "anna", known)
    post(client, "act_on_keys", known["subscription"], act="revoke", label=str(known["their_key"]))
    post(client, "api_key", known["agent"], "sandbox", act="revoke", key=str(known["their_key"]))
    theirs = Credential.objects.get(pk=known["their_key"])
    assert theirs.disabled_at is None


def test_a_developer_makes_nobody_an_administrator(client, known):
    enter(client, "dev", known)
    post(client, "member", known["agent"], known["dev"], roles="administrator")
    post(client, "invite", known["agent"], email="dev@example.com", roles="administrator")
    roles = Membership.objects.get(person=known["dev"], organisation=known["agent"]).roles
    assert roles == ["developer"]


def test_a_desk_decides_nothing_of_another_provider(client, known):
    enter(client, "mia", known)
    told = {"effect": "down", "title": "X", "text": "X", "kind": "incident", "language": "nl"}
    before = Ticket.objects.count()
    for answer in (
        post(client, "desk_subscription", known["asked"], act="approve"),
        post(client, "desk_ticket", known["ticket"], act="answer", text="Yes."),
        post(client, "act_on_ticket", known["production_ticket"], act="authorise", although="Me."),
        post(client, "post_incident", **told, environment="port/live"),
        post(client, "desk_link", provider="parcels", resend=str(known["anna"])),
    ):
        assert answer.status_code in (200, 302, 404)
    assert Subscription.objects.get(pk=known["asked"]).state == "requested"
    assert Ticket.objects.get(pk=known["production_ticket"]).state == "open"
    assert Ticket.objects.count() == before


def test_a_desk_ties_nobody_to_a_company_that_subscribed_elsewhere():
    """Its administrator would read the keys of the other provider."""
    port, known = things()
    port.agent.parties.filter(environment__provider="parcels").delete()
    guest = someone("bram")
    with pytest.raises(NotAllowed):
        add_member(
            actor=desk("dirk", port.port),
            organisation=port.agent,
            person=guest,
            roles=["administrator"],
        )
    assert not Membership.objects.filter(person=guest, organisation=known["agent"]).exists()


ODD = ("\x00", "9" * 30, "\ud83d", "../..", "{}", "' OR 1=1 --")
FORMS = {
    "anna": [
        ("act_on_application", ("application",), {"act": "make", "environment": "?"}),
        ("act_on_application", ("application",), {"act": "renew", "client": "?"}),
        ("act_on_application", ("application",), {"act": "disable-secret", "secret": "?"}),
        ("act_on_keys", ("subscription",), {"act": "revoke", "label": "?"}),
        ("act_on_keys", ("subscription",), {"act": "replace", "label": "?"}),
        ("consent", ("agent", "own_consent"), {"act": "?"}),
        ("applications", (), {"organisation": "?", "name": "?"}),
        ("accept_terms", ("subscription",), {"terms": "?", "accepted": "on"}),
        ("play", ("port", "uat", "container"), {"scene": "transfer", "to": "?"}),
    ],
    "dirk": [
        ("act_on_ticket", ("wanted",), {"act": "mint", "environments": "?"}),
        ("act_on_ticket", ("wanted",), {"act": "mint", "application": "?"}),
        ("act_on_ticket", ("account_ticket",), {"act": "resend", "resend": "?"}),
        ("act_on_ticket", ("production_ticket",), {"act": "reject", "reason": "?"}),
        ("act_on_ticket", ("production_ticket",), {"act": "authorise", "although": "?"}),
        ("desk_subscription", ("asked",), {"act": "reject", "reason": "?"}),
        ("desk_link", (), {"resend": "?", "provider": "?"}),
        ("desk_act", ("port", "agent", "suspend", "subscription"), {"reason": "?"}),
    ],
}


@pytest.mark.parametrize("who", FORMS)
def test_no_form_breaks_on_what_means_nothing(client, who):
    _, known = things()
    client.raise_request_exception = False
    enter(client, who, known)
    broken = []
    for name, of, fields in FORMS[who]:
        path = reverse(name, args=[known.get(one, one) for one in of])
        for odd in ODD:
            point = transaction.savepoint()
            body = "&".join(
                f"{key}={quoted(text.replace('?', odd))}" for key, text in fields.items()
            )
            answer = client.post(path, body, content_type="application/x-www-form-urlencoded")
            transaction.savepoint_rollback(point)
            if answer.status_code not in (200, 302, 400, 403, 404):
                broken.append((path, fields, odd, answer.status_code))
    assert broken == []


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
