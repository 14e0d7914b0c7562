"""What a desk tries on what is another provider's, with ids in addresses and in forms: nothing."""

from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse

from sluis.server.models import AuditEntry, Credential, Mail, Person, Subscription, Ticket
from tests.server import people
from tests.server.portal.acts import LINKED, RECORDED, TOLD
from tests.server.portal.test_access import RolledBack
from tests.server.portal.things import things

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    port, known = things()
    people.with_second_factor(people.person("eva", port.port.organisation, "desk"))
    shop = known["shop_hex"]
    sandbox = {"environment": "parcels/sandbox"}
    wanted = Subscription.objects.create(
        environment_id="parcels/sandbox", organisation_id=shop, api="barcode", state="requested"
    )
    invited = people.person("sam")
    invited.memberships.create(organisation_id=shop, roles=["developer"])
    own = Ticket.objects.create(provider=port.port, kind="account", subject="A colleague")
    mail = Mail.objects.create(to="sam@example.org", subject="Dag", sealed=b"-", tries=3)
    return {
        **known,
        "their_shop": shop,
        "their_shop_id": UUID(shop),
        "their_key": Credential.objects.filter(**sandbox).first().pk,
        "their_subscription": Subscription.objects.filter(**sandbox).first().pk,
        "their_request": wanted.pk,
        "their_person": invited.pk,
        "their_mail": mail.pk,
        "own_ticket": own.pk,
    }


AGENT = {"provider": "port", "organisation": "{agent}"}  # whom both providers know
SHOP = {"provider": "port", "organisation": "{their_shop_id}"}
TRIED = {
    "their key, at a company of both": (
        "desk_act",
        {**AGENT, "act": "disable-credential", "key": "{their_key}"},
        {"reason": "No."},
    ),
    "their subscription, at a company of both": (
        "desk_act",
        {**AGENT, "act": "end", "key": "{their_subscription}"},
        {"reason": "No."},
    ),
    "a request for their API": (
        "desk_subscription",
        {"subscription": "{their_request}"},
        {"act": "approve"},
    ),
    "their ticket": (
        "act_on_ticket",
        {"ticket": "{production_ticket}"},
        {"act": "authorise", "although": "Seen."},
    ),
    "an answer to their ticket": (
        "desk_ticket",
        {"ticket": "{account_ticket}"},
        {"act": "answer", "text": "No."},
    ),
    "a person for their company": (
        "desk_link",
        {},
        {**LINKED, "provider": "port", "company": "{their_shop}"},
    ),
    "a person for their company, as their desk": (
        "desk_link",
        {},
        {**LINKED, "provider": "parcels", "company": "{their_shop}"},
    ),
    "a person for their company, from a ticket": (
        "act_on_ticket",
        {"ticket": "{own_ticket}"},
        {**LINKED, "act": "link", "company": "{their_shop}"},
    ),
    "a person for a company of both": (
        "desk_link",
        {},
        {**LINKED, "provider": "port", "company": "{agent_hex}"},
    ),
    "the mail to whom they invited": (
        "desk_link",
        {},
        {"provider": "parcels", "resend": "{their_person}"},
    ),
    "the mail to whom they invited, from a ticket": (
        "act_on_ticket",
        {"ticket": "{own_ticket}"},
        {"act": "resend", "resend": "{their_person}"},
    ),
    "a mail that did not arrive": (
        "desk_mail_again",
        {"provider": "port", "mail": "{their_mail}"},
        {},
    ),
    "a call that they had": ("record_request", {}, {**RECORDED, "provider": "parcels"}),
    "a call of their company": (
        "record_request",
        {},
        {**RECORDED, "provider": "port", "organisation": "De Kade"},
    ),
    "their status page": ("post_incident", {}, {**TOLD, "environment": "parcels/sandbox"}),
    "the name of their company": ("desk_name", SHOP, {"name": "Evil"}),
    "codes of their company": (
        "desk_identifiers",
        {**SHOP, "environment": "uat"},
        {"NxtEntityId": "NXT230000009"},
    ),
    "codes in their environment": (
        "desk_identifiers",
        {**AGENT, "environment": "sandbox"},
        {"CustomerCode": "EVIL"},
    ),
    "codes of their kind": (
        "desk_identifiers",
        {**AGENT, "environment": "uat"},
        {"CustomerCode": "EVIL", "NxtEntityId": "NXT"},
    ),
    "their desk": (
        "desk_publish_terms",
        {"provider": "parcels"},
        {"nl": "A", "en": "A", "de": "A"},
    ),
    "their clock": (
        "desk_clock",
        {"provider": "port", "environment": "sandbox"},
        {"at": "2030-01-01T12:00"},
    ),
    "their version": (
        "desk_version",
        {"provider": "port", "api": "barcode", "environment": "uat"},
        {"version": "1.1", "since": "2030-01-01T12:00"},
    ),
    "their limits": (
        "desk_limits",
        {"provider": "port", "api": "barcode", "environment": "uat"},
        {"second": "1"},
    ),
}


# What the carrier's own desk does, with the same ids: they are right. A form that names another
# provider is read as that of the desk one works at.
THEIRS = {
    "a person for their company",
    "a request for their API",
    "their ticket",
    "an answer to their ticket",
    "a person for their company, as their desk",
    "the mail to whom they invited",
    "a call that they had",
    "their status page",
    "their desk",
}


@pytest.mark.parametrize(
    ("who", "can"),
    [
        pytest.param("eva", set(), id="the desk of another provider"),
        pytest.param("fenna", set(), id="who has no second factor"),
        pytest.param("anna", set(), id="an administrator"),
        pytest.param("dev", set(), id="a developer"),
        pytest.param("floor", THEIRS, id="their own desk"),
    ],
)
def test_what_is_a_providers_is_for_its_own_desk(client, world, who, can):
    person = Person.objects.get(email=f"{who}@example.org")
    assert {what for what in TRIED if done(client, person, world, *TRIED[what])} == can


def done(client, person, world, name, of, form):
    """Return whether it happened: it was written down, or the page says so; then undo it."""
    try:
        with transaction.atomic():
            client.logout()  # and with it what was said before
            client.force_login(person)
            path = reverse(name, kwargs=filled(of, world))
            before = AuditEntry.objects.count()
            answer = client.post(path, filled(form, world))
            levels = {message.level_tag for message in get_messages(answer.wsgi_request)}
            happened = AuditEntry.objects.count() > before or "success" in levels
            raise RolledBack
    except RolledBack:
        return happened


def filled(of, world):
    return {name: text.format(**world) for name, text in of.items()}
