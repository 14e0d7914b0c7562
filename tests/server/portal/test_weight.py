"""What a page weighs over the wire, with all that it brings, for who was never here before."""

import re

import pytest

from tests.server.portal.test_axe import LOOKED_AT_AS, path_of, shown_to
from tests.server.portal.things import enter, things

# What a page weighs does not depend on where its rows are.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

BYTES = 40_000  # we promise 100 kB; the rest is for what is still to come
AS_BROWSERS_ASK = {"accept-encoding": "gzip, deflate, br"}
BROUGHT = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/static/[^"]+)"')


def weight(client, path):
    answer = client.get(path, headers=AS_BROWSERS_ASK)
    return len(b"".join(answer) if answer.streaming else answer.content)


@pytest.mark.parametrize("who", LOOKED_AT_AS)
def test_no_page_is_heavy(client, who):
    _, known = things()
    enter(client, who, known)
    heavy = []
    for page in shown_to(who):
        path = path_of(page, known)
        brought = set(BROUGHT.findall(client.get(path).text))
        total = weight(client, path) + sum(weight(client, name) for name in brought)
        assert brought, path
        if total > BYTES:
            heavy.append((path, total))
    assert heavy == []
