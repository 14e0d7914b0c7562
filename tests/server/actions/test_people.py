"""Organisations, members, accounts and API users; tickets; the clock; what the seeds print."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from sluis.server.actions.actor import COMMAND, VISITOR, NotAllowed, Refused, of_person
from sluis.server.actions.add_member import add_member, remove_member
from sluis.server.actions.announce import Changed
from sluis.server.actions.answer_ticket import answer_ticket
from sluis.server.actions.documented import refuse_documented
from sluis.server.actions.make_api_user import disable_api_user, make_api_user, set_password
from sluis.server.actions.make_organisation import make_organisation
from sluis.server.actions.make_party import make_party
from sluis.server.actions.make_person import make_person, resend_activation
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.set_clock import set_clock
from sluis.server.models import (
    ApiUser,
    Application,
    Change,
    Client,
    Consent,
    Environment,
    Identifier,
    Membership,
    Organisation,
    Person,
    Subscription,
    Ticket,
)
from tests.server import people
from tests.server.portal import later


def test_who_makes_an_organisation_administrates_it(world):
    loner = people.person("loner")
    made = make_organisation(actor=of_person(loner), name=" Loner ", individual=True)
    assert (made.name, made.individual) == ("Loner", True)
    assert "administrator" in Membership.objects.get(person=loner).roles
    assert Change.objects.filter(kind=Changed.PERSON, key=str(loner.pk)).exists()


def test_one_person_makes_so_many(world, monkeypatch):
    monkeypatch.setattr("sluis.server.actions.make_organisation.ORGANISATIONS_AT_MOST", 1)
    loner = of_person(people.person("loner"))
    make_organisation(actor=loner, name="One")
    with pytest.raises(Refused, match="as many"):
        make_organisation(actor=loner, name="Two")
    assert not Organisation.objects.filter(name="Two").exists()


def test_the_desk_makes_one_and_ties_its_first_member(world):
    desk = people.desk("dirk", world.port)
    made = make_organisation(actor=desk, name="New")
    assert not made.memberships.exists()
    new = people.person("new")
    assert add_member(actor=desk, organisation=made, person=new, roles=["administrator"])


def test_the_desk_ties_people_to_companies_of_its_provider_only(world):
    desk = people.desk("dirk", world.port)
    make_party(actor=desk, organisation=world.agent, environment=world.uat, identifiers={})
    new = people.person("new")
    assert add_member(actor=desk, organisation=world.agent, person=new, roles=["developer"])
    elsewhere = Environment.objects.get(key="maasplassen/test")
    make_party(actor=COMMAND, organisation=world.agent, environment=elsewhere, identifiers={})
    other = people.person("other")
    with pytest.raises(NotAllowed):
        add_member(actor=desk, organisation=world.agent, person=other, roles=["administrator"])


def ticket_elsewhere(world, elsewhere):
    ask = {"kind": "question", "subject": "S", "text": "T", "provider": elsewhere.provider}
    open_ticket(actor=world.actor("anna"), organisation=world.agent, **ask)


def client_elsewhere(world, elsewhere):
    software = Application.objects.create(organisation=world.agent, name="Planner")
    Client.objects.create(client_id="planner", environment=elsewhere, application=software)


def consent_elsewhere(world, elsewhere):
    software = Application.objects.create(organisation=world.transporter, name="Planner")
    Consent.objects.create(
        environment=elsewhere,
        organisation=world.agent,
        application=software,
        how=Consent.How.PORTAL,
        given_at=timezone.now(),
    )


ELSEWHERE = {
    "a client": client_elsewhere,
    "a consent": consent_elsewhere,
    "a question": ticket_elsewhere,
    "an API user": lambda world, elsewhere: ApiUser.objects.create(
        environment=elsewhere, organisation=world.agent, username="robot", password="!"
    ),
    "a channel": lambda world, elsewhere: later.channel(world.agent, elsewhere),
    "a subscription": lambda world, elsewhere: Subscription.objects.create(
        environment=elsewhere, organisation=world.agent, api="boats", state="ended"
    ),
}


@pytest.mark.parametrize("has", ELSEWHERE)
def test_the_desk_ties_nobody_to_a_company_that_has_something_elsewhere(world, has):
    desk = people.desk("dirk", world.port)
    make_party(actor=desk, organisation=world.agent, environment=world.uat, identifiers={})
    ELSEWHERE[has](world, Environment.objects.get(key="maasplassen/test"))
    with pytest.raises(NotAllowed):
        add_member(
            actor=desk, organisation=world.agent, person=people.person("new"), roles=["developer"]
        )
    with pytest.raises(NotAllowed):
        remove_member(actor=desk, organisation=world.agent, person=world.membership("dev")[0])


def test_what_it_has_with_the_provider_itself_hinders_no_desk(world):
    desk = people.desk("dirk", world.port)
    make_party(actor=desk, organisation=world.agent, environment=world.uat, identifiers={})
    for make in ELSEWHERE.values():
        make(world, world.uat)
    new = people.person("new")
    assert add_member(actor=desk, organisation=world.agent, person=new, roles=["developer"])


def test_nobody_at_a_desk_ties_themselves(world):
    desk = people.desk("dirk", world.port)
    made = make_organisation(actor=desk, name="New")
    with pytest.raises(NotAllowed):
        add_member(actor=desk, organisation=made, person=desk.person, roles=["administrator"])


def test_nobody_at_a_desk_ties_people_to_providers(world):
    desk = people.desk("dirk", world.port)
    for organisation in (world.port.organisation, people.provider("parcels").organisation):
        with pytest.raises(NotAllowed):
            add_member(
                actor=desk,
                organisation=organisation,
                person=people.person(organisation.pk.hex),
                roles=["desk"],
            )


@pytest.mark.parametrize("roles", [[], ["captain"], ["developer", "captain"], ["desk"]])
def test_refuses_roles_that_there_are_not(world, roles):
    with pytest.raises(Refused):
        add_member(
            actor=world.actor("anna"),
            organisation=world.agent,
            person=people.person("new"),
            roles=roles,
        )


def test_an_organisation_keeps_an_administrator(world):
    anna, agent = world.membership("anna")
    actor = world.actor("anna")
    with pytest.raises(Refused, match="at least one"):
        remove_member(actor=actor, organisation=agent, person=anna)
    with pytest.raises(Refused, match="at least one"):
        add_member(actor=actor, organisation=agent, person=anna, roles=["developer"])
    people.person("second", agent, "administrator")
    remove_member(actor=actor, organisation=agent, person=anna)
    assert not Membership.objects.filter(person=anna).exists()


def test_anybody_can_leave(world):
    dev, agent = world.membership("dev")
    remove_member(actor=world.actor("dev"), organisation=agent, person=dev)
    assert Change.objects.filter(kind=Changed.PERSON, key=str(dev.pk)).exists()


def test_an_account_is_opened_by_the_link_in_its_mail(
    world, client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = make_person(
            actor=people.desk("dirk", world.port),
            email=" New@Example.org",
            name="New",
            language="en",
        )
    assert (made.email, made.has_usable_password()) == ("new@example.org", False)
    assert EmailAddress.objects.get(user=made).verified
    link = re.search(r"http://localhost:8000(\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    assert page.status_code == 200
    assert b'type="password"' in page.content


def test_an_address_has_one_account(world):
    with pytest.raises(Refused, match="already"):
        make_person(actor=COMMAND, email="ANNA@example.org")


@pytest.mark.parametrize("email", ["", "anna", "a@b", "a b@example.org", "a@example.org\nBcc: b"])
def test_refuses_what_is_no_address(world, email):
    with pytest.raises(Refused, match="address"):
        make_person(actor=COMMAND, email=email)


def test_people_choose_their_own_passwords(world):
    with pytest.raises(NotAllowed, match="choose"):
        make_person(
            actor=people.desk("dirk", world.port), email="n@example.org", password=people.PASSWORD
        )


def test_an_account_in_use_gets_no_activation(world):
    used = people.person("used", password=people.PASSWORD)
    with pytest.raises(Refused, match="in use"):
        resend_activation(actor=COMMAND, person=used)


def api_user(world, **more):
    asked = {
        "actor": world.actor("anna"),
        "organisation": world.agent,
        "environment": world.uat,
        "username": "Robot@Example.org",
        "password": people.PASSWORD,
    }
    return make_api_user(**asked | more)


def test_an_api_users_password_is_kept_as_a_hash(world):
    made = api_user(world)
    assert made.username == "robot@example.org"
    assert made.password.startswith("argon2$argon2id$")
    assert check_password(people.PASSWORD, made.password)
    set_password(actor=world.actor("anna"), user=made, password="another password entirely")
    made.refresh_from_db()
    assert check_password("another password entirely", made.password)


def test_an_api_user_that_is_disabled_is_announced(world):
    made = api_user(world)
    disable_api_user(actor=world.actor("anna"), user=made)
    assert ApiUser.objects.get().disabled_at is not None
    assert Change.objects.latest("revision").key == str(made.pk)


@pytest.mark.parametrize("password", ["", "short", "password1234", "elevenchars"])
def test_refuses_weak_passwords(world, password):
    with pytest.raises(Refused):
        api_user(world, password=password)


@pytest.mark.parametrize("username", ["", "  ", "two words", "n" * 255, "nul\0"])
def test_refuses_names_that_nobody_can_type(world, username):
    with pytest.raises(Refused, match="user name"):
        api_user(world, username=username)


def test_nobody_takes_the_address_of_an_outsider_as_a_name(world):
    with pytest.raises(Refused, match="taken"):
        api_user(world, username="bram@example.org")
    assert api_user(world, username="dev@example.org")


def test_a_name_is_had_once_in_an_environment(world):
    api_user(world)
    with pytest.raises(Refused, match="taken"):
        api_user(world)
    assert api_user(world, environment=world.live)


@pytest.mark.parametrize(
    "name", ["NXT220000000", "nxt221111111", "DEVC", "11223344", " NXT220000000 "]
)
def test_what_the_seeds_print_never_gets_into_production(world, name):
    refuse_documented(world.uat, name)
    with pytest.raises(Refused, match="sandboxes only"):
        refuse_documented(world.live, name)


def test_a_documented_party_is_made_in_a_sandbox_only(world):
    about = {"actor": COMMAND, "organisation": world.agent}
    identifiers = {"NxtEntityId": "NXT220000000"}
    with pytest.raises(Refused):
        make_party(environment=world.live, identifiers=identifiers, **about)
    make_party(environment=world.uat, identifiers=identifiers, **about)
    assert Identifier.objects.get().code == "NXT220000000"
    with pytest.raises(Refused, match="known already"):
        make_party(environment=world.uat, identifiers={}, **about)


def test_the_clock_of_a_sandbox_moves(world):
    set_clock(actor=COMMAND, environment=world.uat, offset_seconds=-86_400.0)
    assert Environment.objects.get(key="port/uat").clock_offset_seconds == -86_400.0


@pytest.mark.parametrize("seconds", [1e12, -1e12, float("nan"), float("inf")])
def test_the_clock_moves_so_far(world, seconds):
    with pytest.raises(Refused, match="50 years"):
        set_clock(actor=COMMAND, environment=world.uat, offset_seconds=seconds)


def test_the_clock_of_production_stands_with_the_sun(world):
    with pytest.raises(Refused, match="sandbox"):
        set_clock(actor=COMMAND, environment=world.live, offset_seconds=1.0)


def ticket(world, actor=None, **more):
    asked = {"provider": world.port, "kind": "client", "subject": "Client id", "text": "Please."}
    return open_ticket(actor=actor or world.actor("dev"), **asked | more)


def test_a_ticket_goes_to_and_fro(world, mailoutbox, django_capture_on_commit_callbacks):
    desk = people.desk("dirk", world.port)
    with django_capture_on_commit_callbacks(execute=True):
        made = ticket(world, organisation=world.agent)
        answer_ticket(actor=desk, ticket=made, text="Which environment?")
        assert Ticket.objects.get().state == "waiting"
        answer_ticket(actor=world.actor("anna"), ticket=made, text="UAT.")
        assert Ticket.objects.get().state == "open"
        answer_ticket(actor=desk, ticket=made, text="Done.", state="done")
    assert (made.messages.count(), Ticket.objects.get().closed_at is None) == (4, False)
    assert [mail.to[0] for mail in mailoutbox] == [
        "support@port.example",
        "dev@example.org",
        "support@port.example",
        "dev@example.org",
    ]


def test_somebody_without_an_account_gets_the_answer_by_mail(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = ticket(world, VISITOR, origin="form", contact_email="new@example.org")
        answer_ticket(actor=people.desk("dirk", world.port), ticket=made, text="Look in spam.")
    assert mailoutbox[-1].to == ["new@example.org"]
    assert "Look in spam." in mailoutbox[-1].body


def test_a_form_leaves_an_address(world):
    with pytest.raises(Refused, match="address"):
        ticket(world, VISITOR, origin="form")


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "complaint"},
        {"subject": " "},
        {"text": ""},
        {"text": "x" * 20_001},
        {"origin": "pigeon"},
    ],
    ids=str,
)
def test_refuses_a_ticket_that_says_nothing(world, asked):
    with pytest.raises(Refused):
        ticket(world, **asked)


def test_a_ticket_is_about_an_environment_of_the_provider(world):
    elsewhere = Environment.objects.get(key="maasplassen/test")
    with pytest.raises(Refused, match="another provider"):
        ticket(world, environment=elsewhere)


def test_only_those_who_asked_see_to_a_personal_ticket(world):
    made = ticket(world)
    with pytest.raises(NotAllowed):
        answer_ticket(actor=world.actor("anna"), ticket=made, text="Mine?")
    assert answer_ticket(actor=world.actor("dev"), ticket=made, text="Never mind.")
    assert Person.objects.count()
