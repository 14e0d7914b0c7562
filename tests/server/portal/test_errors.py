"""Pages for what goes wrong; the one for our own faults leans on nothing that may be down."""

import pytest
from django.test import Client, RequestFactory

from sluis.server.portal import errors, start


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("nl", "Op dit adres is geen pagina"),
        ("en", "There is no page at this address"),
        ("de", "Unter dieser Adresse ist keine Seite"),
    ],
)
def test_says_that_there_is_no_page(client, language, heading):
    page = client.get("/moon/", headers={"accept-language": language})
    assert page.status_code == 404
    assert f"<h1>{heading}</h1>" in page.text


def test_says_that_something_broke_without_asking_the_database(monkeypatch):
    def broken(request):
        raise RuntimeError

    monkeypatch.setattr(start.places, "shelves", lambda: broken(None))
    client = Client(raise_request_exception=False)
    page = client.get("/", headers={"accept-language": "nl"})  # no database: this test has none
    assert page.status_code == 500
    assert '<html lang="nl">' in page.text
    assert "Er is bij ons iets stukgegaan" in page.text


def test_refuses_a_form_that_has_expired():
    page = Client(enforce_csrf_checks=True).post(
        "/accounts/login/", headers={"accept-language": "de"}
    )
    assert page.status_code == 403
    assert "Dieses Formular ist abgelaufen" in page.text


def test_refuses_a_request_for_another_host():
    page = Client().get("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert "This request cannot be read" in page.text


@pytest.mark.parametrize(("view", "status"), [(errors.forbidden, 403), (errors.bad_request, 400)])
def test_words_the_other_refusals(view, status):
    page = view(RequestFactory().get("/"), Exception())
    assert page.status_code == status
    assert b"<h1>" in page.content


def test_asks_for_patience():
    page = errors.too_many(RequestFactory().get("/"))
    assert page.status_code == 429
    assert "Wait a minute" in page.content.decode()
