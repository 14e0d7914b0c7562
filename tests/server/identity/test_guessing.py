"""Guessing passwords gets slower and slower, tells nothing, and locks nobody out for good."""

import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from sluis.server import identity
from sluis.server.identity import hashing
from sluis.server.identity.thresholds import Guard, Thresholds, network
from sluis.server.models import Person
from tests.server import people
from tests.server.identity.served import Clock, Endpoint, post

WRONG = {"password": "wrong"}


@pytest.fixture
def patient(world, clock):
    """An endpoint where no address is ever refused, so that accounts can be looked at alone."""
    made = Endpoint(clock, Thresholds(failures_per_address=1_000))
    yield made
    made.stop()


def fail(endpoint, form, times=5, **more):
    for _ in range(times):
        assert endpoint.post(form | WRONG, **more).json["error"] == "invalid_grant"


def test_the_right_password_is_refused_like_a_wrong_one_during_a_delay(patient, form, clock):
    fail(patient, form, 5)
    during = patient.post(form)
    wrong = patient.post(form | WRONG)
    assert (during.status, during.body, during.headers) == (
        wrong.status,
        wrong.body,
        wrong.headers,
    )
    clock.passed += 1.0
    assert patient.post(form).status == 200


def test_four_mistakes_cost_nothing(patient, form):
    fail(patient, form, 4)
    assert patient.post(form).status == 200


def test_delays_double_up_to_a_quarter_of_an_hour(patient, form, clock):
    fail(patient, form, 5)
    for delay in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        clock.passed += delay - 0.01
        assert patient.post(form).json["error"] == "invalid_grant"
        clock.passed += 0.01
        fail(patient, form, 1)  # not refused unseen: it is counted, and makes the next delay
    clock.passed += 900
    assert patient.post(form).status == 200


def test_guesses_during_a_delay_do_not_make_it_longer(patient, form, clock):
    fail(patient, form, 5)
    fail(patient, form, 20)
    clock.passed += 1.0
    assert patient.post(form).status == 200


def test_a_success_forgets_the_failures(patient, form):
    fail(patient, form, 4)
    patient.post(form)
    fail(patient, form, 4)
    assert patient.post(form).status == 200


def test_half_a_day_forgets_the_failures(patient, form, clock):
    fail(patient, form, 4)
    clock.passed += 12 * 3_600 + 1
    fail(patient, form, 4)
    assert patient.post(form).status == 200


def test_others_are_not_delayed(patient, form, robot):
    fail(patient, form, 8)
    assert patient.post(form | {"username": "robot"}).status == 200


def test_an_account_is_one_under_all_its_spellings(patient, form):
    names = ("anna@example.org", "ANNA@example.org", " anna@example.org", "Anna@Example.org ")
    for name in (*names, "anna@example.org"):
        fail(patient, form | {"username": name}, 1)
    assert patient.post(form).status == 400


def test_attempts_at_the_same_time_wait_for_one_another(patient, form, monkeypatch):
    compared = []
    original = hashing.compare

    def compare(password, kept, decoy):
        compared.append(patient.identity.guard.delays(account))
        return original(password, kept, decoy)

    monkeypatch.setattr(hashing, "compare", compare)
    account = Person.objects.get(email="anna@example.org").pk.hex
    patient.post(form)
    compared.clear()
    patient.send_together([post(form | WRONG) for _ in range(12)])
    assert compared == [False] * 5 + [True] * 7


def test_an_address_that_failed_30_times_waits(endpoint, form):
    for number in range(30):
        answer = endpoint.post(form | {"username": f"user{number}"} | WRONG)
        assert answer.json["error"] == "invalid_grant"
    refused = endpoint.post(form)
    assert (refused.status, refused.headers["retry-after"]) == (429, "900")
    assert refused.json["error"] == "temporarily_unavailable"
    assert endpoint.post(form, address="192.0.2.2").status == 200


def test_wrong_clients_count_for_an_address_too(endpoint, form):
    for _ in range(30):
        assert endpoint.post(form | {"client_secret": "x"}).json["error"] == "invalid_client"
    assert endpoint.post(form).status == 429


def test_what_is_merely_malformed_does_not_count(endpoint, form):
    for _ in range(35):
        endpoint.post(form | {"scope": "x"})
        endpoint.post(form | {"grant_type": "x"})
    assert endpoint.post(form).status == 200


def test_an_address_may_try_again_later(endpoint, form, clock):
    for number in range(30):
        endpoint.post(form | {"username": f"user{number}"} | WRONG)
    clock.passed += 899.5
    assert endpoint.post(form).headers["retry-after"] == "1"
    clock.passed += 0.5
    assert endpoint.post(form).status == 200


def test_a_refusal_during_a_delay_counts_for_the_address_whatever_the_password(endpoint, form):
    """Else the 429 would come one guess later for the right one, and tell it."""
    fail(endpoint, form, 5)
    for _ in range(25):
        endpoint.post(form)
    assert endpoint.post(form).status == 429


def test_a_client_asks_so_often(world, clock, form):
    endpoint = Endpoint(clock, Thresholds(requests_per_client=3))
    try:
        assert [endpoint.post(form).status for _ in range(4)] == [200, 200, 200, 429]
        wrong = endpoint.post(form | {"client_secret": "x"})
        assert wrong.json["error"] == "invalid_client"  # and took nothing from the client
        clock.passed += 60
        assert endpoint.post(form).status == 200
    finally:
        endpoint.stop()


def test_too_many_at_once_are_sent_away(world, clock, form, monkeypatch):
    endpoint = Endpoint(clock, Thresholds(passwords_waiting=2, failures_per_address=1_000))
    open_ = threading.Event()
    original = hashing.compare

    def slow(*arguments):
        open_.wait(10)
        return original(*arguments)

    monkeypatch.setattr(hashing, "compare", slow)
    threading.Timer(0.5, open_.set).start()
    try:
        names = [form | {"username": f"user{number}"} for number in range(6)]
        answers = endpoint.send_together([post(name) for name in names])
        assert sorted(a.status for a in answers) == [400, 400, 429, 429, 429, 429]
        assert all("retry-after" in a.headers for a in answers if a.status == 429)
        assert endpoint.post(form).status == 200
    finally:
        endpoint.stop()


@pytest.mark.usefixtures("dear_passwords")
@pytest.mark.parametrize("username", ["anna@example.org", "nobody@example.org", "bram@example.org"])
@pytest.mark.parametrize("delayed", [False, True])
def test_every_attempt_costs_one_password(patient, form, monkeypatch, username, delayed):
    """Counted, not timed: the time of one is that of argon2."""
    costs = []
    verify = hashing.Argon2.verify

    def counted(self, password, encoded):
        costs.append(encoded.split("$")[1:4])
        return verify(self, password, encoded)

    asked = form | WRONG | {"username": username}
    fail(patient, asked, 6 if delayed else 0)
    monkeypatch.setattr(hashing.Argon2, "verify", counted)
    patient.post(asked)
    assert costs == [["argon2id", "v=19", "m=19456,t=2,p=1"]]


def queries_of(endpoint, monkeypatch, form):
    """Return what the database is asked on account of one request, without the values."""
    asked = []

    def noting(execute, sql, params, many, context):
        asked.append(sql.partition(" WHERE ")[0])
        return execute(sql, params, many, context)

    original = identity.connected

    def noted(function, *arguments):
        with connection.execute_wrapper(noting):
            return original(function, *arguments)

    monkeypatch.setattr(identity, "connected", noted)
    answer = endpoint.post(form)
    monkeypatch.setattr(identity, "connected", original)
    assert answer.json["error"] == "invalid_grant"
    return asked


def test_every_refusal_asks_the_database_the_same(patient, form, robot, monkeypatch):
    """Else its time would tell a name, or a password beside a second factor."""
    people.with_second_factor(Person.objects.get(email="bram@example.org"))
    password = Person.objects.get(email="anna@example.org").password
    Person.objects.filter(email="bram@example.org").update(password=password)
    attempts = [
        form | WRONG,
        form | {"username": "nobody@example.org"},
        form | {"username": "robot"} | WRONG,
        form | {"username": "bram@example.org"} | WRONG,
        form | {"username": "bram@example.org"},  # right, but for the second factor
    ]
    patient.post(form)
    asked = [queries_of(patient, monkeypatch, attempt) for attempt in attempts]
    assert asked == [asked[0]] * len(attempts)
    assert len(asked[0]) > 4


def test_the_decoy_opens_nothing(patient, form):
    Person.objects.filter(email="anna@example.org").update(password="")
    for password in ("nobody's", ""):
        answer = patient.post(form | {"password": password or "x"})
        assert answer.json["error"] == "invalid_grant"


def test_a_hash_of_another_kind_opens_nothing():
    decoy = make_password("decoy")
    for kept in ("", "!", "md5$salt$hash", "plain", "argon2", "argon2$"):
        assert not hashing.compare("plain", kept if kept != "argon2$" else "", decoy).matches
    assert hashing.compare("decoy", make_password("decoy"), decoy).matches


def guard(**bounds):
    clock = Clock(0)
    return Guard(Thresholds(**bounds), clock.monotonic), clock


def test_remembers_so_many():
    counting, _ = guard(remembered=10)
    for number in range(100):
        counting.account_failed(f"a{number}")
        counting.address_failed(f"192.0.2.{number}")
        counting.wait_of_client(f"c{number}")
    assert [len(t) for t in (counting.accounts, counting.addresses, counting.clients)] == [10] * 3


def test_what_is_used_is_remembered_longest():
    counting, _ = guard(remembered=2)
    for account in ("a", "b", "a", "c"):
        counting.account_failed(account)
    assert list(counting.accounts) == ["a", "c"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "192.0.2.1", False),
        ("not an address", "not an address", True),
    ],
)
def test_a_subscriber_is_one_address(one, other, same):
    assert (network(one) == network(other)) is same
