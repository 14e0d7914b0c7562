"""What leaves compressed, and what does not."""

import gzip

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import RequestFactory

from sluis.server.portal.compressed import Compressed

pytestmark = pytest.mark.django_db

TAKES_IT = {"accept-encoding": "gzip, deflate, br"}
CSS = "/static/sluis.css"


def body(answer):
    return b"".join(answer) if answer.streaming else answer.content


def written():
    with open(finders.find("sluis.css"), "rb") as file:
        return file.read()


def answered(method="GET", status=200, **headers):
    """Return what becomes of a page with these headers."""
    request = RequestFactory().generic(method, "/", headers=TAKES_IT)
    page = HttpResponse(b"a page " * 100, status=status, headers=headers)
    return Compressed(lambda _: page)(request)


@pytest.mark.parametrize("path", ["/", "/catalogue/port/certified-pickup/"])
def test_a_page_weighs_less_than_half(client, path):
    plain = client.get(path)
    small = client.get(path, headers=TAKES_IT)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content).startswith(b"<!doctype html>")
    assert len(small.content) < len(plain.content) / 2


def test_a_file_weighs_less_than_half(client):
    small = client.get(CSS, headers=TAKES_IT)
    sent = body(small)
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert gzip.decompress(sent) == written()
    assert len(sent) < len(written()) / 2


def test_a_file_that_is_there_already_is_not_sent_again(client):
    first = client.get(CSS, headers=TAKES_IT)
    assert body(first)
    again = client.get(CSS, headers={**TAKES_IT, "if-none-match": first["ETag"]})
    assert (again.status_code, body(again)) == (304, b"")


def test_a_part_is_sent_as_it_is():
    assert "Content-Encoding" not in answered(status=206)


def test_the_length_of_a_file_is_told_without_sending_it(client):
    told = client.head(CSS, headers=TAKES_IT)
    assert int(told["Content-Length"]) == len(written())


def test_a_page_with_secrets_is_left_as_it_is():
    assert "Content-Encoding" not in answered(**{"Cache-Control": "max-age=0, no-store"})


def test_what_somebody_uploaded_is_left_as_it_is():
    assert "Content-Encoding" not in answered(**{"Content-Type": "application/octet-stream"})


def test_any_other_page_is_compressed():
    assert answered()["Content-Encoding"] == "gzip"
