"""A world in which each page has something to show, and its people as they come in."""

import time

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from sluis.core.attachment import Upload
from sluis.core.credential import digest
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND, VISITOR
from sluis.server.actions.change_party import set_address
from sluis.server.actions.consent import give_consent
from sluis.server.actions.hand_over import hand_over_client
from sluis.server.actions.invite import invite
from sluis.server.actions.make_api_user import make_api_user
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_party import make_party
from sluis.server.actions.open_account import open_account
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.actions.tell_status import post_incident
from sluis.server.actions.ticket_link import link
from sluis.server.models import Attachment, Credential, Invitation, Mail, Membership, Person
from sluis.server.portal.subscribe import FRESH
from sluis.server.seal import PEPPER
from tests.server.parcels import carrier
from tests.server.people import PASSWORD, person
from tests.server.portal import later
from tests.server.portal.stage import NUMBER, act, apply, release, stage

TOKENS = {who: f"the-link-that-was-mailed-to-{who}" for who in ("guest", "bram")}
OLDER = {"nl": "Oud.", "en": "Old.", "de": "Alt."}
THREE = {"nl": "Vers.", "en": "Fresh.", "de": "Frisch."}
FILE = Upload("answer.txt", b"405")


def things():
    """Make the world; return it, and what the lines of the table name."""
    port = stage()
    person("fenna", port.port.organisation, "desk")
    parcels = carrier()
    dirk = Person.objects.get(name="Dirk")
    dirk.memberships.update(roles=["administrator", "desk"])
    desk = parcels.provider.organisation
    Membership.objects.create(person=dirk, organisation=desk, roles=["desk"])
    known = {
        **of_containers(port),
        **of_subscriptions(port, parcels),
        **of_applications(port),
        **of_organisations(port),
        **of_tickets(port, parcels),
        **of_desk(port),
    }
    Person.objects.update(password=make_password(PASSWORD))  # once: it takes a while
    return port, known


def of_containers(port):
    release(port)
    apply()
    act(port, "discharge")
    reference = later.request(port.agent)
    channel = later.channel(port.agent, port.uat)
    told = later.telling(reference, port.agent, later.step(reference, about="CAIU1234567"))
    later.delivery(told, channel)
    return {
        "reference": reference,
        "channel": channel.public_id,
        "channel_number": channel.pk,
        "container": NUMBER,
    }


def of_subscriptions(port, parcels):
    """Return subscriptions of the agent, one of another, and the key of its account."""
    subscription = subscribed(port, "anna", port.uat, "meteo")
    held = subscribed(port, "anna", port.live, "meteo")
    subscribe.suspend(actor=port.actor("anna"), subscription=held)
    suspended = subscribed(port, "anna", port.uat, "port-stays")
    subscribe.suspend(actor=COMMAND, subscription=suspended, reason="Too many calls.")
    asked = subscribed(port, "anna", port.live, "certified-pickup", "ShippingAgent")
    theirs = subscribed(port, "bram", port.uat, "meteo")
    codes = {"CustomerCode": "AGNT", "CustomerNumber": "20304050"}
    make_party(
        actor=COMMAND, organisation=port.agent, environment=parcels.sandbox, identifiers=codes
    )
    open_account(actor=COMMAND, provider=parcels.provider, organisation=port.agent)
    for text in (OLDER, THREE):
        terms = publish_terms(actor=COMMAND, provider=port.port, text=text)
    of_account = Credential.objects.get(environment=parcels.sandbox, subscription__isnull=False)
    return {
        "subscription": subscription.pk,
        "suspended": suspended.pk,
        "held": held.pk,
        "asked": asked.pk,
        "theirs": theirs.pk,
        "shop_hex": parcels.shop.pk.hex,
        "key": Credential.objects.filter(subscription=subscription).first().pk,
        "their_key": Credential.objects.filter(subscription=theirs).first().pk,
        "account_key": of_account.pk,
        "terms": terms.pk,
        "carrier_terms": parcels.provider.terms.get().pk,
    }


def of_applications(port):
    application = make_application(actor=COMMAND, organisation=port.agent, name="Planner")
    ready = hand_over_client(
        actor=COMMAND, application=application, environment=port.uat, to=port.actor("anna").person
    )
    other = make_application(actor=COMMAND, organisation=port.transporter, name="Ritplanner")
    client = hand_over_client(
        actor=COMMAND, application=other, environment=port.uat, to=port.actor("bram").person
    ).credential.client
    pairs = {"theirs": (port.transporter, "bram", application), "own": (port.agent, "anna", other)}
    consents = {
        whose: give_consent(
            actor=port.actor(who), organisation=owner, application=builds, environment=port.uat
        )
        for whose, (owner, who, builds) in pairs.items()
    }
    return {
        "application": application.pk,
        "client": ready.credential.client.pk,
        "secret": ready.credential.pk,
        "handover": ready.pk,
        "their_client": client.pk,
        "their_secret": client.secrets.get().pk,
        "their_client_id": client.client_id,
        "consent": consents["theirs"].pk,
        "own_consent": consents["own"].pk,
    }


def of_organisations(port):
    api_user = make_api_user(
        actor=COMMAND,
        organisation=port.agent,
        environment=port.uat,
        username="planner",
        password=PASSWORD,
    )
    anna = port.actor("anna")
    for whom, token in TOKENS.items():
        made = invite(
            actor=anna, organisation=port.agent, email=f"{whom}@example.org", roles=["developer"]
        )
        Invitation.objects.filter(pk=made.pk).update(digest=digest(token, PEPPER))
    street = {"street": "Kaai 1", "postal_code": "2030", "city": "Antwerpen", "country": "BE"}
    set_address(
        actor=anna, organisation=port.agent, environment=port.uat, type_="1", address=street
    )
    return {
        "agent": port.agent.pk,
        "agent_hex": port.agent.pk.hex,
        "transporter": port.transporter.pk,
        "api_user": api_user.pk,
        "invitation": made.pk,
        "token": TOKENS["bram"],
        "guest_token": TOKENS["guest"],
        **{who: Person.objects.get(name=who.title()).pk for who in ("anna", "dev", "api", "bram")},
    }


def of_tickets(port, parcels):
    anna = port.actor("anna")
    of_agent = {"actor": anna, "organisation": port.agent, "text": "May I call?"}
    ticket = open_ticket(
        **of_agent, provider=port.port, kind="question", subject="May I?", uploads=[FILE]
    )
    wanted = open_ticket(
        **of_agent,
        provider=port.port,
        kind="client",
        subject="A client",
        details={"application": "Planner", "environments": ["port/uat"], "message_type": "json"},
    )
    account = open_ticket(
        **of_agent, provider=parcels.provider, kind="account", subject="A colleague"
    )
    production = open_ticket(
        **of_agent,
        provider=parcels.provider,
        environment=parcels.production,
        kind="production",
        subject="Production",
    )
    visited = open_ticket(
        actor=VISITOR,
        provider=port.port,
        kind="question",
        origin="form",
        subject="No mail",
        text="It never came.",
        contact_name="Eva",
        contact_email="eva@example.net",
        uploads=[FILE],
    )
    theirs = open_ticket(
        actor=port.actor("bram"),
        organisation=port.transporter,
        provider=port.port,
        kind="question",
        subject="Ours",
        text="Of Bram.",
        uploads=[FILE],
    )
    return {
        "ticket": ticket.pk,
        "file": file_of(ticket),
        "wanted": wanted.pk,
        "account_ticket": account.pk,
        "production_ticket": production.pk,
        "visit": link(visited).rstrip("/").rpartition("/")[2],
        "visited_file": file_of(visited),
        "their_ticket": theirs.pk,
        "their_file": file_of(theirs),
    }


def file_of(ticket):
    return Attachment.objects.get(message__ticket=ticket).pk


def of_desk(port):
    incident = post_incident(
        actor=COMMAND,
        environment=port.live,
        kind="incident",
        effect="disturbed",
        title="Slow answers",
        text="We look.",
        language="en",
    )
    anna = {"to": "anna@example.org", "subject": "Dag"}
    unsent = Mail.objects.create(**anna, sealed=b"-", tries=3, error="550 Unknown")
    mail = Mail.objects.create(**anna, text="Dag", html="<p>Dag</p>", sent_at=timezone.now())
    return {"incident": incident.pk, "mail": mail.pk, "unsent": unsent.pk}


def subscribed(port, who, environment, api, role=""):
    actor = port.actor(who)
    return subscribe.request(
        actor=actor,
        organisation=port.membership(who)[1],
        environment=environment,
        api=api,
        role=role,
    ).subscription


def someone(who):
    return None if who == "visitor" else Person.objects.get(email=f"{who}@example.org")


def enter(client, who, known):
    """Log in as somebody who gave the password just now, and has just subscribed."""
    client.logout()
    found = someone(who)
    if found is None:
        return
    client.force_login(found)
    session = client.session
    session["account_authentication_methods_user"] = str(found.pk)  # as allauth has it
    again = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [again]
    session[FRESH] = str(known["subscription"])
    session.save()
