"""The queue: all that waits for one's own desk, who waits longest first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sluis.server.actions.actor import VISITOR
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.models import Membership, Organisation, Person, Provider, Subscription, Ticket
from tests.server import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def port():
    return people.world()


@pytest.fixture
def dirk(client, port):
    client.force_login(person("dirk"))
    return client


def person(name):
    return Person.objects.get(email=f"{name}@example.org")


def ticket(port, subject="How?", days=0, **more):
    given = {"provider": port.port, "kind": "question", "subject": subject, "text": "Tell me."}
    by_form = {"origin": "form", "contact_email": "eva@example.net"}
    made = open_ticket(actor=VISITOR, **given | by_form | more)
    Ticket.objects.filter(pk=made.pk).update(since=timezone.now() - timedelta(days=days))
    return made


def subscription(port, environment, organisation, days=0):
    made = Subscription.objects.create(
        environment=environment, organisation=organisation, api="certified-pickup"
    )
    at = timezone.now() - timedelta(days=days)
    Subscription.objects.filter(pk=made.pk).update(requested_at=at)
    return made


def order(text, *titles):
    return sorted(titles, key=text.index)


def test_shows_tickets_and_subscriptions_the_oldest_first(dirk, port):
    ticket(port, "Young")
    ticket(port, "Old", days=9)
    subscription(port, port.live, port.agent, days=3)
    text = dirk.get("/desk/").text
    assert order(text, "Old", "Certified Pick up", "Young") == ["Old", "Certified Pick up", "Young"]
    assert "3 requests, the oldest first." in text
    assert "1\N{NO-BREAK SPACE}week, 2\N{NO-BREAK SPACE}days" in text


def test_shows_nothing_of_another_desk(dirk, port):
    ticket(port, "Theirs", provider=Provider.objects.get(slug="maasplassen"))
    elsewhere = port.uat.__class__.objects.get(key="maasplassen/test")
    subscription(port, elsewhere, port.transporter)
    text = dirk.get("/desk/").text
    assert "Theirs" not in text
    assert "Transporter" not in text
    assert "Nothing waits for you." in text


@pytest.mark.parametrize("who", ["anna", "dev", "api", "bram"])
@pytest.mark.parametrize("path", ["/desk/", "/desk/record/", "/desk/status/", "/desk/status/new/"])
def test_is_not_there_for_others(client, port, who, path):
    client.force_login(person(who))
    assert client.get(path).status_code == 404
    assert "/desk/" not in client.get("/tickets/").text


def test_sends_strangers_to_the_log_in(client):
    assert client.get("/desk/")["Location"] == "/accounts/login/?next=/desk/"


def test_is_not_there_without_a_second_factor(client, port):
    client.force_login(people.person("newcomer", port.port.organisation, "desk"))
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"


def test_colleagues_of_the_desk_are_not_the_desk(client, port):
    colleague = people.person("colleague", port.port.organisation, "administrator")
    client.force_login(people.with_second_factor(colleague))
    assert client.get("/desk/").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Question", "Client"}),
        ("kind=client", {"Client"}),
        ("kind=subscription", {"Certified Pick up"}),
        ("kind=nonsense", {"Question", "Client"}),
        ("state=waiting", {"Asked back"}),
        ("state=closed", {"Closed one"}),
        ("state=all", {"Question", "Client", "Asked back", "Closed one"}),
        ("q=quest", {"Question"}),
        ("q=EVA%40example.net+client", {"Client"}),
        ("q=agent", {"Question", "Certified Pick up"}),
        ("q=nothing+at+all", set()),
        ("q=%25", set()),
        ("q=%00", {"Question", "Client"}),
    ],
)
def test_can_be_filtered(dirk, port, query, shown):
    question = ticket(port, "Question one")
    Ticket.objects.filter(pk=question.pk).update(organisation=port.agent)
    ticket(port, "Client one", kind="client")
    for subject, state in (("Asked back", "waiting"), ("Closed one", "done")):
        Ticket.objects.filter(pk=ticket(port, subject).pk).update(state=state)
    subscription(port, port.live, port.agent)
    titles = {
        "Question": ">Question one<",
        "Client": ">Client one<",
        "Asked back": ">Asked back<",
        "Closed one": ">Closed one<",
        "Certified Pick up": ">Certified Pick up<",
    }
    text = dirk.get(f"/desk/?{query}").text
    found = {name for name, title in titles.items() if title in text}
    if query in ("", "kind=nonsense", "state=all", "q=%00"):
        assert "Certified Pick up" in found
        found.discard("Certified Pick up")
    assert found == shown


def test_is_found_by_its_number(dirk, port):
    one, other = ticket(port, "One"), ticket(port, "Another")
    text = dirk.get(f"/desk/?q=%23{one.pk}").text
    assert ">One<" in text
    assert f"/desk/tickets/{other.pk}/" not in text


def test_comes_in_pages_that_keep_the_filter(dirk, port):
    for n in range(26):
        ticket(port, f"Number {n}", days=n)
    text = dirk.get("/desk/?kind=question&q=number").text
    assert "Page 1 of 2" in text
    assert 'href="?kind=question&amp;q=number&amp;page=2"' in text
    assert "Number 0" in dirk.get("/desk/?kind=question&q=number&page=2").text


@pytest.mark.usefixtures("serving")
def test_asks_the_database_as_often_for_many_as_for_few(dirk, port, django_assert_max_num_queries):
    for n in range(20):
        ticket(port, f"Number {n}", environment=port.uat)
        organisation = Organisation.objects.create(name=f"Company {n}")
        subscription(port, port.live, organisation)
    dirk.get("/desk/")
    with django_assert_max_num_queries(10):
        assert "40 requests" in dirk.get("/desk/").text


def test_who_serves_two_desks_chooses_one(dirk, port):
    other = Provider.objects.get(slug="maasplassen")
    Membership.objects.create(
        person=person("dirk"), organisation=other.organisation, roles=["desk"]
    )
    ticket(port, "At the port")
    ticket(port, "At the lake", provider=other)
    both = dirk.get("/desk/").text
    assert "At the port" in both
    assert "At the lake" in both
    one = dirk.get("/desk/?provider=maasplassen").text
    assert "At the port" not in one
    assert "At the lake" in one
