"""Where a log-in leads: what was asked for, else the queue of a desk, else the start page."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from tests.server import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
LOGIN = "/accounts/login/"


def with_an_app(person):
    """Give somebody a password and a second factor; return what the app shows now."""
    person.set_password(people.PASSWORD)
    person.save()
    person.authenticator_set.all().delete()
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def logged_in(client, person, query="", code=None):
    """Return where a log-in ended."""
    form = {"login": person.email, "password": people.PASSWORD}
    answer = client.post(LOGIN + query, form)
    if code is not None:
        assert answer["Location"].startswith("/accounts/2fa/authenticate/")
        answer = client.post(answer["Location"], {"code": code})
    return answer["Location"]


def test_a_desk_lands_on_its_queue(client, port):
    dirk = people.desk("dirk", port.port).person
    assert logged_in(client, dirk, code=with_an_app(dirk)) == "/desk/"


def test_a_desk_that_asked_for_a_page_lands_there(client, port):
    dirk = people.desk("dirk", port.port).person
    code = with_an_app(dirk)
    assert logged_in(client, dirk, "?next=/catalogue/", code) == "/catalogue/"


def test_a_desk_without_second_factor_makes_one_first(client, port):
    fenna = people.person("fenna", port.port.organisation, "desk", password=people.PASSWORD)
    assert logged_in(client, fenna) == "/"
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"


def test_a_member_lands_on_the_start_page(client, port):
    mo = people.person("mo", port.agent, "developer", password=people.PASSWORD)
    assert logged_in(client, mo) == "/"
    client.logout()
    assert logged_in(client, mo, code=with_an_app(mo)) == "/"
