"""The mailbox of a development machine."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from sluis.server.models import Mail
from sluis.server.portal.mails import MAILS_PER_PAGE

pytestmark = pytest.mark.django_db


def send(subject="Dag", text="Volg https://sluis.example/a"):
    send_mail(subject, text, None, ["anna@example.org"])


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/1/", "/mailbox/1/look/"])
def test_is_not_there_outside_development(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("mailbox")
class TestInDevelopment:
    def test_says_what_to_do_when_it_is_empty(self, client):
        assert "No mail yet." in client.get("/mailbox/").text

    def test_shows_a_mail_with_links_to_follow(self, client):
        send()
        mail = Mail.objects.get()
        assert "anna@example.org" in client.get("/mailbox/").text
        assert '<a href="https://sluis.example/a"' in client.get(f"/mailbox/{mail.pk}/").text

    def test_shows_a_mail_as_it_looks_in_a_frame_that_can_do_nothing(self, client):
        mail = EmailMultiAlternatives("Dag", "Dag", to=["anna@example.org"])
        mail.attach_alternative("<p>Dag</p><script>alert(1)</script>", "text/html")
        mail.send()
        path = f"/mailbox/{Mail.objects.get().pk}/"
        page = client.get(path)
        assert f'src="{path}look/"' in page.text
        assert "<script>alert" not in page.text
        look = client.get(f"{path}look/")
        assert look.text == "<p>Dag</p><script>alert(1)</script>"
        policy = look["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox allow-popups" in policy
        assert "script" not in policy

    def test_makes_html_of_the_text_where_there_is_none(self, client):
        send(text="Dag <b>Anna</b>,\n\nhttps://sluis.example/a")
        html = Mail.objects.get().html
        assert "Dag &lt;b&gt;Anna&lt;/b&gt;," in html
        assert '<a href="https://sluis.example/a"' in html

    def test_turns_pages(self, client):
        for number in range(MAILS_PER_PAGE + 1):
            send(f"Mail {number}")
        assert "Page 1 of 2" in client.get("/mailbox/").text
        assert "Mail 0" in client.get("/mailbox/?page=2").text

    def test_keeps_a_subject_that_is_too_long(self, client):
        send("x" * 300)
        assert len(Mail.objects.get().subject) == 200
