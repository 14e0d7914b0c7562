"""Nobody learns who has an account: not from what is answered, nor from how long it takes."""

import itertools
import re
import time
from statistics import median

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from sluis.server.bridge import ANSWER_AT
from sluis.server.models import Person
from sluis.server.portal.even_times import STEP_SECONDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

KNOWN, WAITING, UNKNOWN = "anna@example.org", "bram@example.org", "{number}@example.org"
PASSWORD = "een boot vol peren"
SIGN_UP = ("/accounts/signup/", {"email": "", "password1": PASSWORD})
RESET = ("/accounts/password/reset/", {"email": ""})
AGAIN = ("/accounts/confirm-email/again/", {"email": ""})
LOG_IN = ("/accounts/login/", {"login": "", "password": "een kade vol appels"})


@pytest.fixture(autouse=True)
def _people(db, dear_passwords):
    for email, verified in ((KNOWN, True), (WAITING, False)):
        person = Person.objects.create_user(email, PASSWORD, name="Anna")
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=verified)


def asked(client, form, email):
    """Return the answer as a stranger sees it, and after how long it leaves."""
    path, fields = form
    cache.clear()  # as one guess an hour, which no limit stops
    client.cookies.clear()
    named = {name: value or email for name, value in fields.items()}
    started = time.monotonic()
    answer = client.post(path, named)
    took = answer.wsgi_request.META.get(ANSWER_AT, time.monotonic()) - started
    # What was typed comes back; a token against forgery is another each time.
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    return (answer.status_code, answer.get("Location"), text.replace(email, "…")), took


def compared(client, form, one, other, rounds):
    """Return how long each takes, once all answers were found to be the same."""
    numbers = itertools.count()
    times = {one: [], other: []}
    answers = set()
    for _ in range(rounds):
        for email in (one, other):  # in turn, so that both meet what else the machine does
            answer, took = asked(client, form, email.format(number=next(numbers)))
            answers.add(answer)
            times[email].append(took)
    assert len(answers) == 1
    return times.values()


@pytest.mark.sqlite  # the steps hide what the database takes, whichever it is
@pytest.mark.parametrize(
    ("form", "one"),
    [
        pytest.param(SIGN_UP, KNOWN, id="registering"),
        pytest.param(SIGN_UP, WAITING, id="registering, one waits for confirmation"),
        pytest.param(RESET, KNOWN, id="a forgotten password"),
        pytest.param(AGAIN, KNOWN, id="confirming again"),
        pytest.param(AGAIN, WAITING, id="confirming again, one waits for it"),
    ],
)
def test_answers_the_same_after_as_many_steps(client, form, one):
    seconds, of_the_other = compared(client, form, one, UNKNOWN, rounds=3)
    # The quickest of each: a machine that does much else delays the others.
    steps = round(min(seconds) / STEP_SECONDS)
    assert steps == round(min(of_the_other) / STEP_SECONDS) >= 1


@pytest.mark.parametrize("one", [KNOWN, WAITING])
def test_logs_nobody_in_sooner_or_later_than_another(client, one):
    times = compared(client, LOG_IN, one, UNKNOWN, rounds=21)
    for seconds, of_the_other in itertools.permutations(times):
        assert min(of_the_other) < median(seconds) < max(of_the_other)


@pytest.mark.parametrize("email", [KNOWN, "nobody@example.org"])
def test_slows_down_who_guesses_whether_there_is_an_account_or_not(client, email):
    for password in ("fout", "fout", "fout", "fout", "fout", PASSWORD):
        answer = client.post("/accounts/login/", {"login": email, "password": password})
    assert "Too many wrong attempts." in answer.text
    assert client.get("/accounts/").status_code == 302
