"""What is wrong with a form stands on top of it, and each error leads to its field."""

import re

import pytest
from django.db import transaction

from tests.server.portal.test_axe import LOOKED_AT_AS, path_of, shown_to
from tests.server.portal.things import enter, things

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]  # a form that is wrong gets to no database

FORM = re.compile(r'<form class="form[^>]*method="post"')
SUMMARY = re.compile(r'<div class="summary".*?</div>', re.DOTALL)
# By who looks at it, forms of which we know that they refuse what is empty.
REFUSING = {
    "visitor": {"account_signup", "account_login", "contact"},
    "anna": {"invite", "new_ticket", "subscribe", "member"},
    "dirk": {"desk_link", "record_request", "post_incident"},
}


def sent_empty(client, path):
    """Return the page after its form was sent with nothing in it; nothing comes of that."""
    with transaction.atomic():
        answer = client.post(path, {"csrfmiddlewaretoken": "-"})  # as every form has
        transaction.set_rollback(True)
    return answer.text


@pytest.mark.parametrize("who", LOOKED_AT_AS)
def test_each_error_leads_to_its_field(client, who):
    _, known = things()
    lost, refused = [], set()
    for page in shown_to(who):
        enter(client, who, known)  # the form before may have been the one to log out
        path = path_of(page, known)
        if not FORM.search(client.get(path).text):
            continue
        text = sent_empty(client, path)
        for summary in SUMMARY.findall(text):
            refused.add(page.name)
            targets = re.findall(r'href="#(.*?)"', summary)
            lost += [(path, name) for name in targets if not is_field(name, text)]
    assert lost == []
    assert REFUSING[who] - refused == set()


def is_field(name, text):
    return re.search(rf'<(input|select|textarea)\b[^>]* id="{re.escape(name)}"', text) is not None
