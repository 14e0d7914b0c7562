"""What was told, against a naive reference that looks at every row."""

import random
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction

from sluis.core.job import Question
from sluis.core.moments import HOUR, SECOND, moment
from sluis.core.problem import Problem
from sluis.storage import jobs as storage
from sluis.storage.jobs import NotificationRow, telling
from tests.server.jobs.world import AT, World

pytestmark = pytest.mark.django_db(transaction=True)
NOW = int(AT * SECOND)
MILLISECOND = 1000
seqs = count(1)


def row(stored_at, seq=None, **more):
    values = {
        "environment": "port/uat",
        "organisation": "org-1",
        "lane": 1,
        "lane_seq": 1,
        "reference": "r",
        "external_reference": None,
        "type": "t",
        "event": "e",
        "subject": None,
        "object": None,
        **more,
    }
    seq = seq or next(seqs)
    return NotificationRow(seq=seq, id=f"id-{seq}", stored_at=stored_at, message="{}", **values)


def stored(*rows):
    with transaction.atomic():
        storage.tell(rows)


def test_the_window_ends_at_exactly_168_hours():
    included, excluded = row(NOW - 168 * HOUR), row(NOW - 168 * HOUR - MILLISECOND)
    stored(included, excluded)
    assert [one.id for one in World().told("org-1")] == [included.id]


@pytest.mark.parametrize("offset", [3 * 86_400.0, -5.0])
def test_the_window_follows_the_clock_of_the_environment(offset):
    moved = int(offset * SECOND)
    included, excluded = row(NOW + moved - 168 * HOUR), row(NOW + moved - 168 * HOUR - MILLISECOND)
    stored(included, excluded)
    assert [one.id for one in World(offset=offset).told("org-1")] == [included.id]


def test_agrees_with_a_naive_reference():
    chance = random.Random(168)
    rows = [
        row(
            NOW - chance.choice((0, 1, HOUR, 167 * HOUR, 168 * HOUR, 168 * HOUR + MILLISECOND)),
            environment=chance.choice(("port/uat", "port/live")),
            organisation=chance.choice(("org-1", "org-2")),
            reference=f"r{chance.randrange(8)}",
            event=f"e{chance.randrange(3)}",
            subject=chance.choice((None, "s0", "s1")),
            object=chance.choice((None, "o0", "o1")),
        )
        for _ in range(600)
    ]
    stored(*rows)
    world = World()
    for _ in range(1500):
        asked = {
            name: chance.choice(values)
            for name, values in {
                "reference": ["r0", "r1", "none"],
                "event": ["e0", "e1"],
                "subject": ["s0", "s1"],
                "object": ["o0", "o1"],
                "stored_from": [moment(NOW - h * HOUR) for h in (0, 1, 200)],
                "stored_until": [moment(NOW - h * HOUR) for h in (0, 1, 100)],
            }.items()
            if chance.random() < 0.3
        }
        organisation, at_most = chance.choice(("org-1", "org-2")), chance.choice((1, 7, 1000))
        expected = naive(rows, organisation, asked)
        found, before = [], None
        while True:
            page = world.notifications.find(
                organisation, Question(**asked), at_most=at_most, before=before
            )
            found += page.told
            before = page.next
            if before is None or len(found) > 40:
                break
        assert [one.id for one in found] == expected[: len(found)]
        assert before is not None or len(found) == len(expected)


def test_long_messages_make_a_page_of_fewer(monkeypatch):
    monkeypatch.setattr(telling, "CHARACTERS_AT_MOST", 100)
    stored(
        *(row(NOW - n)._replace(message="x" * size) for n, size in enumerate((50, 50, 1, 300, 7)))
    )
    pages, before = [], None
    while not pages or before is not None:
        page = World().notifications.find("org-1", Question(), before=before)
        pages.append([len(one.message) for one in page.told])
        before = page.next
    assert pages == [[50, 50], [1], [300], [7]]


def naive(rows, organisation, asked):
    found = [
        one
        for one in rows
        if one.environment == "port/uat"
        and one.organisation == organisation
        and one.stored_at >= NOW - 168 * HOUR
        and moment(one.stored_at) >= asked.get("stored_from", moment(0))
        and moment(one.stored_at) <= asked.get("stored_until", moment(NOW) + timedelta(days=1))
        and all(
            getattr(one, name) == value
            for name, value in asked.items()
            if not name.startswith("stored")
        )
    ]
    found.sort(key=lambda one: (one.stored_at, one.seq), reverse=True)
    return [one.id for one in found]


def test_knows_what_was_told_to_others():
    stored(row(NOW, organisation="org-2", reference="theirs", object="o"))
    known = World().notifications.known
    assert known(Question(reference="theirs"))
    assert known(Question(object="o"))
    assert not known(Question(reference="nobody's"))
    assert not World("port/live").notifications.known(Question(reference="theirs"))


@pytest.mark.parametrize("cursor", ["", ".", "1", "1.", "x.1", "1.1.1", "-1.5", "٣.٣", "1" * 50])
def test_refuses_cursors_that_are_none(cursor):
    with pytest.raises(Problem):
        World().notifications.find("org-1", Question(), before=cursor)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "told_by_time"),
        ({"event": "e"}, "told_by_event"),
        ({"event": "e", "subject": "s"}, "told_by_container"),
        ({"subject": "s", "object": "o"}, "told_by_object"),
        ({"object": "o", "reference": "r"}, "told_by_reference"),
    ],
)
def test_each_way_to_ask_has_its_index(asked, index, django_assert_num_queries):

    with django_assert_num_queries(1) as queries:
        World().told("org-1", **asked)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        assert index in cursor.fetchall()[0][3]
