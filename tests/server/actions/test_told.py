"""Who is told, and in which language, of a place in an organisation and of a channel."""

from functools import partial

import pytest

from sluis.server.actions.actor import COMMAND, PLATFORM
from sluis.server.actions.add_member import add_member, remove_member
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.link_person import link_person
from sluis.server.actions.make_api_user import disable_api_user, make_api_user
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client
from sluis.server.actions.make_party import make_party
from sluis.server.actions.make_person import resend_activation
from sluis.server.models import AuditEntry, Change, Person
from tests.server import people
from tests.server.portal import later


@pytest.fixture
def mails(mailoutbox, django_capture_on_commit_callbacks):
    """Return what was mailed by an act: to whom, under which subject, and the text."""

    def of(act, *arguments, **named):
        del mailoutbox[:]
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return [(mail.to[0], mail.subject, mail.body) for mail in mailoutbox]

    return of


def twice(world):
    """Return acts that disable something, each with what it disables."""
    application = make_application(actor=COMMAND, organisation=world.agent, name="Planner")
    made = make_client(actor=COMMAND, application=application, environment=world.uat)
    user = make_api_user(
        actor=COMMAND,
        organisation=world.agent,
        environment=world.uat,
        username="planner",
        password="een boot vol peren",
    )
    return {
        "client": partial(disable_client, client=made.client),
        "secret": partial(disable_credential, credential=made.client.secrets.get()),
        "API user": partial(disable_api_user, user=user),
        "channel": partial(disable_channel, channel=later.channel(world.agent, world.uat)),
    }


@pytest.mark.parametrize("what", ["client", "secret", "API user", "channel"])
def test_what_is_disabled_already_is_no_news(world, mails, what):
    act = twice(world)[what]
    assert [to for to, _line, _text in mails(act, actor=COMMAND)] == ["anna@example.org"]
    before = AuditEntry.objects.count(), Change.objects.count()
    assert mails(act, actor=COMMAND) == []
    assert act(actor=COMMAND) is False
    assert (AuditEntry.objects.count(), Change.objects.count()) == before


def test_a_consent_that_is_withdrawn_already_is_no_news(world, mails):
    application = make_application(actor=COMMAND, organisation=world.transporter, name="Plan")
    of_agent = {
        "actor": world.actor("anna"),
        "organisation": world.agent,
        "application": application,
        "environment": world.uat,
    }
    give_consent(**of_agent)
    assert [to for to, *_ in mails(withdraw_consent, **of_agent)] == ["bram@example.org"]
    assert mails(withdraw_consent, **of_agent) == []
    assert AuditEntry.objects.filter(action="consent.withdraw").count() == 1


def speaking(name, language):
    Person.objects.filter(email=f"{name}@example.org").update(language=language)


def role_given(world, who, *roles, by="anna"):
    person, agent = world.membership(who)
    add_member(actor=world.actor(by), organisation=agent, person=person, roles=roles)


def removed(world, who, actor):
    person, agent = world.membership(who)
    remove_member(actor=actor, organisation=agent, person=person)


@pytest.mark.parametrize(
    ("language", "subject", "roles"),
    [
        ("nl", "Uw rol bij Agent is gewijzigd", "beheerder, ontwikkelaar"),
        ("en", "Your role at Agent has changed", "administrator, developer"),
        ("de", "Ihre Rolle bei Agent hat sich geändert", "Administrator, Entwickler"),
    ],
)
def test_other_roles_are_told_in_the_language_of_who_has_them(
    world, mails, language, subject, roles
):
    speaking("dev", language)
    ((to, line, text),) = mails(role_given, world, "dev", "administrator", "developer")
    assert (to, line) == ("dev@example.org", subject)
    assert f": {roles}." in text


def test_the_same_roles_are_no_news(world, mails):
    assert mails(role_given, world, "dev", "developer") == []


def test_who_changes_their_own_roles_knows(world, mails):
    assert mails(role_given, world, "anna", "administrator", "developer") == []


def test_who_is_removed_is_told_and_the_other_administrators_are(world, mails):
    people.person("second", world.agent, "administrator", language="nl")
    told = mails(removed, world, "dev", world.actor("anna"))
    assert [(to, line) for to, line, _text in told] == [
        ("dev@example.org", "You no longer belong to Agent"),
        ("second@example.org", "Dev hoort niet meer bij Agent"),
    ]
    assert "Sleutels en geheimen die Dev kende, werken nog wel" in told[1][2]


def test_who_leaves_is_told_to_the_administrators(world, mails):
    speaking("anna", "de")
    ((to, line, text),) = mails(removed, world, "dev", world.actor("dev"))
    assert (to, line) == ("anna@example.org", "Dev gehört nicht mehr zu Agent")
    assert "dev@example.org" in text


def test_a_removal_by_others_than_members_is_told_to_all(world, mails):
    told = mails(removed, world, "dev", COMMAND)
    assert [to for to, _line, _text in told] == ["dev@example.org", "anna@example.org"]


def tied(world, email="new@example.org", language="nl"):
    return link_person(
        actor=people.desk("dirk", world.port),
        provider=world.port,
        organisation=world.agent,
        name="New",
        email=email,
        language=language,
        roles=["developer"],
    )


@pytest.fixture
def known(world):
    make_party(actor=COMMAND, organisation=world.agent, environment=world.uat, identifiers={})
    return world


@pytest.mark.parametrize(
    ("language", "subject", "begins"),
    [
        ("nl", "Uw account voor Agent: kies een wachtwoord", "Er is een account voor u gemaakt"),
        ("en", "Your account for Agent: choose a password", "An account was made for you"),
        ("de", "Ihr Konto für Agent: Wählen Sie ein Passwort", "Für Sie wurde ein Konto angelegt"),
    ],
)
def test_the_activation_mail_names_the_company(known, mails, language, subject, begins):
    ((_to, line, text),) = mails(tied, known, language=language)
    assert line == subject
    assert text.startswith(begins)
    assert "Agent" in text.splitlines()[0]


def test_so_does_the_one_that_is_sent_again(known, mails):
    tied(known)
    person = Person.objects.get(email="new@example.org")
    again = {"actor": people.desk("dirk", known.port), "person": person}
    ((_to, line, _text),) = mails(resend_activation, **again, organisation=known.agent)
    assert line == "Uw account voor Agent: kies een wachtwoord"


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("It answered 410 Gone.", "Het antwoordde 410 Gone."),
        ("100% van alles faalt.", "100% van alles faalt."),  # what a desk types stays as it is
        ("", ""),
    ],
)
def test_why_a_channel_is_disabled_is_told_in_the_language_of_who_reads_it(
    world, mails, because, said
):
    speaking("anna", "nl")
    disabled = later.channel(world.agent, world.uat)
    ((to, line, text),) = mails(disable_channel, actor=PLATFORM, channel=disabled, because=because)
    assert (to, line) == ("anna@example.org", "Een meldingskanaal is uitgeschakeld")
    assert text.splitlines()[1] == said
