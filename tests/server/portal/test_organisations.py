"""The pages of organisations: who sees them, who changes what, and what is kept."""

import re

import pytest
from django.contrib.auth.hashers import check_password, make_password

from sluis.server.actions.invite import invite
from sluis.server.models import (
    Address,
    ApiUser,
    Application,
    AuditEntry,
    Change,
    Client,
    Consent,
    Invitation,
    Membership,
    Party,
    Person,
)
from tests.server.people import PASSWORD, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loner")]

MEMBERS = ("anna", "dev", "api")
OTHERS = ("bram", "dirk", "loner")
ADDRESS = {"street": "Kaai 1", "postal_code": "2030", "city": "Antwerpen", "country": "be"}


def consent(port):
    planner = Application.objects.create(organisation=port.transporter, name="Planner")
    Client.objects.create(client_id="planner-1", environment=port.uat, application=planner)
    return Consent.objects.create(
        environment=port.uat,
        application=planner,
        organisation=port.agent,
        how="password-grant",
        given_at="2026-03-02T12:00:00Z",
    )


def things(port):
    """Make one of everything that an organisation has; return the paths of its pages and acts."""
    dev, _ = port.membership("dev")
    user = ApiUser.objects.create(
        environment=port.uat, organisation=port.agent, username="robot", password="!"
    )
    given = consent(port)
    party = Party.objects.create(environment=port.uat, organisation=port.agent, name="Agent")
    Address.objects.create(party=party, type="2", **ADDRESS)
    sent = invite(
        actor=port.actor("anna"),
        organisation=port.agent,
        email="new@example.org",
        roles=["api-user"],
    )
    one = f"/organisations/{port.agent.pk}/"
    uat = f"{one}environments/port/uat/"
    return {
        "pages": [
            one,
            f"{one}members/{dev.pk}/",
            f"{one}environments/",
            f"{one}api-users/",
            f"{one}consents/",
            f"{one}consents/{given.pk}/",
            f"{one}invite/",
            f"{one}api-users/new/",
            f"{one}api-users/{user.pk}/",
            f"{one}consents/new/",
            f"{uat}identifiers/",
            f"{uat}addresses/main/",
            f"{uat}addresses/billing/",
        ],
        "acts": {
            f"{one}members/{dev.pk}/": {"roles": ["api-user"]},
            f"{one}members/{dev.pk}/remove/": {},
            f"{one}invite/": {"email": "more@example.org", "roles": ["developer"]},
            f"{one}invitations/{sent.pk}/take-back/": {},
            f"{uat}identifiers/": {"TIN": "BE0123456749"},
            f"{uat}addresses/main/": ADDRESS,
            f"{uat}addresses/billing/remove/": {},
            f"{one}api-users/new/": {"environment": "port/uat", "username": "other"},
            f"{one}api-users/{user.pk}/": {},
            f"{one}api-users/{user.pk}/disable/": {},
            f"{one}consents/new/": {"environment": "port/uat", "client_id": "planner-1"},
            f"{one}consents/{given.pk}/": {"act": "withdraw"},
        },
    }


def traces():
    return AuditEntry.objects.count(), Change.objects.count()


@pytest.mark.parametrize("who", MEMBERS)
def test_shows_members_every_page(client, port, who):
    paths = things(port)["pages"]
    log_in(client, who)
    assert [path for path in paths if client.get(path).status_code != 200] == []


@pytest.mark.parametrize("who", OTHERS)
def test_shows_others_no_page_and_lets_them_do_nothing(client, port, who):
    made = things(port)
    log_in(client, who)
    before = traces()
    assert [path for path in made["pages"] if client.get(path).status_code != 404] == []
    for path, form in made["acts"].items():
        assert client.post(path, form).status_code == 404, path
    assert traces() == before


def test_sends_strangers_to_the_log_in(client, port):
    made = things(port)
    before = traces()
    for path in (*made["pages"], *made["acts"], "/organisations/", "/organisations/new/"):
        assert client.post(path)["Location"] == f"/accounts/login/?next={path}"
    assert traces() == before


@pytest.mark.parametrize("who", ["dev", "api"])
def test_lets_other_members_only_look(client, port, who):
    acts = things(port)["acts"]
    if who == "dev":  # who may leave
        acts = {path: form for path, form in acts.items() if "/members/" not in path}
    log_in(client, who)
    before = traces()
    for path, form in acts.items():
        assert (
            "Only administrators of the organisation" in client.post(path, form, follow=True).text
        )
    assert traces() == before


def test_lets_administrators_do_everything(client, port):
    acts = things(port)["acts"]
    log_in(client, "anna")
    for path, form in acts.items():
        before = traces()
        answer = client.post(path, form, follow=True)
        assert answer.status_code == 200
        assert 'class="summary"' not in answer.text, path
        assert traces() > before, path


def test_reaches_nothing_of_others_through_an_organisation_of_ones_own(client, port):
    acts = things(port)["acts"]
    log_in(client, "bram")
    before = traces()
    mine = str(port.transporter.pk)
    named = [p.replace(str(port.agent.pk), mine) for p in acts if re.search(r"\w{8}-.*\w{8}-", p)]
    named += [f"/organisations/{mine}/consents/{Consent.objects.get().pk}/"]
    assert len(named) == 6
    for path in named:
        assert client.post(path, {"roles": ["developer"]}).status_code == 404, path
    assert traces() == before


# Which organisation


def test_leads_to_the_one_organisation(client, port):
    log_in(client, "anna")
    assert client.get("/organisations/")["Location"] == f"/organisations/{port.agent.pk}/"


def test_lets_choose_between_several(client, port):
    anna, _ = port.membership("anna")
    Membership.objects.create(person=anna, organisation=port.transporter, roles=["developer"])
    log_in(client, "anna")
    text = client.get("/organisations/").text
    for organisation in (port.agent, port.transporter):
        assert f'href="/organisations/{organisation.pk}/"' in text


def test_leads_who_belongs_nowhere_to_registering(client, port):
    Person.objects.filter(email="loner@example.org").update(password=hashed())
    login = {"login": "loner@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", login)["Location"] == "/organisations/new/"
    assert 'href="/organisations/new/"' in client.get("/organisations/").text


def test_leads_members_to_the_start(client, port):
    Person.objects.filter(email="anna@example.org").update(password=hashed())
    login = {"login": "anna@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", login)["Location"] == "/"


def hashed():
    return make_password(PASSWORD)


# Members and invitations


def test_the_last_administrator_stays(client, port):
    log_in(client, "anna")
    anna, agent = port.membership("anna")
    path = f"/organisations/{agent.pk}/members/{anna.pk}/"
    assert "keeps at least one administrator" in client.post(f"{path}remove/", follow=True).text
    assert "keeps at least one administrator" in client.post(path, {"roles": ["developer"]}).text
    assert Membership.objects.filter(person=anna, organisation=agent).exists()


def test_a_member_leaves(client, port):
    log_in(client, "dev")
    dev, agent = port.membership("dev")
    answer = client.post(f"/organisations/{agent.pk}/members/{dev.pk}/remove/", follow=True)
    assert "You left Agent." in answer.text
    assert client.get(f"/organisations/{agent.pk}/").status_code == 404


def invited(port, mailoutbox, capture, email="new@example.org"):
    with capture(execute=True):
        invite(actor=port.actor("anna"), organisation=port.agent, email=email, roles=["developer"])
    return re.search(r"http://localhost:8000(/invitations/\S+)", mailoutbox[-1].body)[1]


def test_somebody_new_joins(client, port, mailoutbox, django_capture_on_commit_callbacks):
    link = invited(port, mailoutbox, django_capture_on_commit_callbacks)
    assert "Make your account" in client.get(link).text
    assert "too short" in client.post(link, {"name": "New", "password": "kort"}).text
    answer = client.post(link, {"name": "New", "password": PASSWORD})
    assert answer["Location"] == "/accounts/login/"
    login = {"login": "new@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", login)["Location"] == "/"
    assert client.get(f"/organisations/{port.agent.pk}/").status_code == 200


def test_somebody_known_joins(client, port, mailoutbox, django_capture_on_commit_callbacks):
    capture = django_capture_on_commit_callbacks
    Person.objects.filter(email="bram@example.org").update(password=hashed())
    link = invited(port, mailoutbox, capture, "bram@example.org")
    assert f'href="/accounts/login/?next={link}"' in client.get(link).text
    assert client.post(f"{link}accept/")["Location"] == link  # not without logging in
    log_in(client, "bram")
    answer = client.post(f"{link}accept/", follow=True)
    assert "You now belong to Agent" in answer.text
    assert client.get(link).status_code == 410


def test_an_invitation_is_not_for_who_happens_to_be_logged_in(
    client, port, mailoutbox, django_capture_on_commit_callbacks
):
    link = invited(port, mailoutbox, django_capture_on_commit_callbacks)
    log_in(client, "bram")
    assert "the invitation is for new@example.org" in client.get(link).text
    assert "for another address" in client.post(f"{link}accept/", follow=True).text
    client.post(link, {"name": "Bram", "password": PASSWORD})
    assert Invitation.objects.get().accepted_at is None


def test_an_unknown_link_says_what_to_do(client, port):
    answer = client.get("/invitations/wrong/")
    assert (answer.status_code, "Ask" in answer.text or "ask" in answer.text) == (410, True)


# API users and consents


def test_shows_the_password_of_an_api_user_once(client, port):
    log_in(client, "anna")
    path = f"/organisations/{port.agent.pk}/api-users/"
    answer = client.post(f"{path}new/", {"environment": "port/uat", "username": "Robot@agent.be"})
    made = ApiUser.objects.get()
    password = re.search(r'class="copyable secret" translate="no">([\w-]{24})<', answer.text)[1]
    assert made.username == "robot@agent.be"
    assert check_password(password, made.password)
    assert "no-store" in answer["Cache-Control"]
    assert password not in client.get(path).text + client.get(f"{path}{made.pk}/").text
    another = client.post(f"{path}{made.pk}/")
    assert password not in another.text
    made.refresh_from_db()
    assert not check_password(password, made.password)


def test_a_disabled_api_user_is_seen_and_no_more(client, port):
    user = ApiUser.objects.create(
        environment=port.uat, organisation=port.agent, username="robot", password="!"
    )
    log_in(client, "anna")
    path = f"/organisations/{port.agent.pk}/api-users/{user.pk}/"
    assert "robot is disabled." in client.post(f"{path}disable/", follow=True).text
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_consent_is_withdrawn_and_given_again(client, port):
    given = consent(port)
    log_in(client, "anna")
    path = f"/organisations/{port.agent.pk}/consents/{given.pk}/"
    for _ in range(2):  # pressing twice changes nothing more
        assert "no longer acts for you" in client.post(path, {"act": "withdraw"}, follow=True).text
        given.refresh_from_db()
        assert given.withdrawn_at is not None
    assert "can act for you" in client.post(path, {"act": "give"}, follow=True).text
    given.refresh_from_db()
    assert (given.withdrawn_at, given.how) == (None, "portal")


@pytest.mark.parametrize(
    ("environment", "client_id", "says"),
    [
        ("port/uat", "planner-1", "Planner can act for you from now on."),
        ("port/live", "planner-1", "Nobody has this client id in this environment."),
        ("port/uat", "planner-2", "Nobody has this client id in this environment."),
    ],
)
def test_consent_is_given_by_client_id(client, port, environment, client_id, says):
    consent(port).delete()
    log_in(client, "anna")
    form = {"environment": environment, "client_id": client_id}
    path = f"/organisations/{port.agent.pk}/consents/new/"
    assert says in client.post(path, form, follow=True).text
    assert Consent.objects.count() == says.startswith("Planner")


def test_a_form_with_nothing_in_it_says_what_is_missing(client, port):
    log_in(client, "anna")
    dev, agent = port.membership("dev")
    for path in ("invite/", f"members/{dev.pk}/"):
        text = client.post(f"/organisations/{agent.pk}/{path}", {}).text
        assert "Choose at least one role." in text
