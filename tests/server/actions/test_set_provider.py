"""An administrator of the desk changes the provider: who may, what is kept, who is told."""

import pytest

from sluis import registry
from sluis.core.provider import OldDoor, Registration
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.set_provider import set_provider
from sluis.server.answers import policy
from sluis.server.models import AuditEntry, Change, Person, Provider
from tests.server import people

PUBLISHED = next(one for one in registry.PROVIDERS if one.slug == "port")
SUMMARY = {"nl": "Een haven.", "en": "A port.", "de": "Ein Hafen."}
LONG = "a" * 301


def change(world, actor=COMMAND, **changes):
    set_provider(actor=actor, provider=world.port, changes=changes)
    return policy.provider("port")


def at_desk(world, *roles, of=None):
    name = f"colleague{Person.objects.count()}"
    organisation = (of or world.port).organisation
    people.with_second_factor(people.person(name, organisation, *roles))
    return people.desk(name, of or world.port)


def test_an_administrator_of_the_desk_may(world):
    actor = at_desk(world, "administrator", "desk")
    assert change(world, actor, support_telephone="03 000").support_telephone == "03 000"


def test_others_at_the_desk_and_administrators_of_another_may_not(world):
    other = Provider.objects.get(pk="maasplassen")
    for actor in (at_desk(world, "desk"), at_desk(world, "administrator", "desk", of=other)):
        with pytest.raises(NotAllowed, match="Only administrators of the service desk"):
            change(world, actor, doors=[])
    assert policy.provider("port") == PUBLISHED


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"name": " Haven\n van  A "}, "Haven van A"),
        ({"summary": SUMMARY | {"fr": "Un port."}}, SUMMARY),
        ({"support_email": " a@port.example "}, "a@port.example"),
        ({"support_telephone": "+32 3\u00a0123.45-67 (8)"}, "+32 3 123.45-67 (8)"),
        ({"support_telephone": ""}, ""),
        ({"support_address": ["Kaai 1 ", "", "Österreich"]}, ("Kaai 1", "Österreich")),
        ({"support_address": []}, ()),
        ({"registration": "administrator"}, Registration.ADMINISTRATOR),
        ({"doors": ["key-in-query"]}, {OldDoor.KEY_IN_QUERY}),
    ],
)
def test_is_in_force_and_leaves_the_rest_as_it_is(world, given, read):
    ((name, _),) = given.items()
    before = policy.provider("port")
    after = change(world, **given)
    assert getattr(after, name) == read
    named = [one for one in ("name", "summary", "doors", "registration") if one != name]
    assert [getattr(after, one) for one in named] == [getattr(before, one) for one in named]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": " "}, "Enter the name"),
        ({"name": "a" * 121}, "too long"),
        ({"name": "Port\u202etrop"}, "cannot be seen"),
        ({"name": "Port\x07"}, "cannot be seen"),
        ({"summary": SUMMARY | {"de": ""}}, "in Dutch, English and German"),
        ({"summary": {"en": "A port."}}, "in Dutch, English and German"),
        ({"summary": SUMMARY | {"en": LONG}}, "too long"),
        ({"support_email": ""}, "not an e-mail address"),
        ({"support_email": "desk"}, "not an e-mail address"),
        ({"support_email": "a@port.example\r\nBcc: b@evil.example"}, "not an e-mail address"),
        ({"support_email": "a@port.example,b@evil.example"}, "not an e-mail address"),
        ({"support_email": f"{LONG}@port.example"}, "not an e-mail address"),
        ({"support_telephone": "call us"}, "with digits"),
        ({"support_telephone": "0;ext=<b>"}, "with digits"),
        ({"support_telephone": "٠١٢٣٤٥"}, "with digits"),
        ({"support_telephone": "0" * 60}, "with digits"),
        ({"support_address": ["a"] * 7}, "6 lines"),
        ({"support_address": [LONG]}, "too long"),
        ({"registration": "lottery"}, "Choose how"),
        ({"doors": ["window"]}, "no such door"),
    ],
)
def test_refuses_what_is_not_right_and_changes_nothing(world, given, why):
    before = Change.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused, match=why):
        change(world, **({"name": "Haven", "support_telephone": "03 000"} | given))
    assert policy.provider("port") == PUBLISHED
    assert (Change.objects.count(), AuditEntry.objects.count()) == before


def test_the_name_is_that_of_mails_and_menus_too(world):
    change(world, name="Haven")
    assert Provider.objects.get(pk="port").name == "Haven"


def test_what_is_as_the_registry_has_it_follows_the_registry(world):
    change(world, support_telephone="03 000", doors=[], name="Haven")
    doors = [door.value for door in PUBLISHED.doors]
    change(world, name=PUBLISHED.name, doors=doors, summary=PUBLISHED.summary)
    assert Provider.objects.get(pk="port").own == {"support_telephone": "03 000"}


def test_every_process_and_the_log_learn_of_it(world):
    change(world, doors=["key-in-query"])
    announced = Change.objects.values_list("kind", "key").order_by("-revision")[:2]
    assert set(announced) == {("environment", "port/uat"), ("environment", "port/live")}
    entry = AuditEntry.objects.get(action="provider.set")
    assert (entry.subject, entry.environment) == ("provider:port", "port")
    assert entry.details["changed"] == ["doors"]
    assert entry.details["doors"] == ["key-in-query"]


# Who is told


@pytest.fixture
def told(mailoutbox, django_capture_on_commit_callbacks):
    """Return who was mailed by a change, under which subject, and the text."""

    def of(world, **changes):
        del mailoutbox[:]
        with django_capture_on_commit_callbacks(execute=True):
            change(world, **changes)
        return [(mail.to[0].partition("@")[0], mail.subject, mail.body) for mail in mailoutbox]

    return of


def subscribed(world, who, api):
    return subscribe.request(
        actor=world.actor(who),
        organisation=world.membership(who)[1],
        environment=world.uat,
        api=api,
    ).subscription


def test_closing_a_door_mails_who_subscribes_in_their_language(world, told):
    Person.objects.filter(email="anna@example.org").update(language="nl")
    subscribed(world, "anna", "meteo")
    ((who, subject, text),) = told(world, name="Haven", doors=["key-in-query"])
    assert (who, subject) == ("anna", "Haven aanvaardt een oude manier niet meer")
    assert "- Tokens voor een gebruikersnaam en een wachtwoord" in text
    assert "sleutel" not in text.lower()
    assert "Agent" in text
    assert "meteo" in text


def test_closing_both_doors_is_one_mail(world, told):
    subscribed(world, "anna", "meteo")
    subscribed(world, "bram", "meteo")
    mails = told(world, doors=[])
    assert sorted(who for who, _subject, _text in mails) == ["anna", "bram"]
    assert all("user name" in text and "address of a call" in text for *_, text in mails)


def test_nobody_is_mailed_of_anything_else(world, told):
    subscribed(world, "anna", "meteo")
    over = subscribed(world, "bram", "meteo")
    subscribe.end(actor=world.actor("bram"), subscription=over)
    assert told(world, name="Haven", registration="desk", support_email="a@b.example") == []
    assert [who for who, *_ in told(world, doors=[])] == ["anna"]
    assert told(world, doors=[]) == []
    assert told(world, doors=["key-in-query", "password-grant"]) == []
