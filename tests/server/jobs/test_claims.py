"""Claims: what is taken to be pushed, in which order, and what a report lets go of."""

import pytest
from django.db import transaction

from sluis.server.models import Delivery
from sluis.storage import jobs as storage
from tests.server.jobs.town import LATER, added, claimed, reported, told
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_each_lane_only_the_first_is_claimed(town):
    channel = added(town)
    told(World(), town, "A", "B", "A", "C", "B")
    first = claimed(channel)
    assert len(first) == 3
    assert claimed(channel, now=LATER - 10) == []
    for delivery in first:
        reported(channel, delivery, storage.DELIVERED)
    assert len(claimed(channel)) == 2


def test_without_an_order_all_are_claimed(town):
    channel = added(town, order="none")
    told(World(), town, "A", "B", "A", "C", "B")
    assert len(claimed(channel, in_order=False)) == 5


def test_with_the_first_of_a_lane_come_some_behind_it(town):
    channel = added(town)
    told(World(), town, "A", "B", "A", "A", "A", "B")
    ids = list(Delivery.objects.order_by("id").values_list("id", flat=True))
    assert claimed(channel, behind=2) == ids[:4] + ids[5:]
    assert claimed(channel, now=LATER - 10, behind=2) == []
    for number in ids[:4]:
        reported(channel, number, storage.DELIVERED, at=0)
    assert claimed(channel, now=LATER - 10, behind=2) == [ids[4]]


def test_no_more_come_behind_than_there_is_room_for(town):
    channel = added(town)
    told(World(), town, "A", "B", "A", "B", "A", "B")
    ids = list(Delivery.objects.order_by("id").values_list("id", flat=True))
    assert claimed(channel, 3, behind=4) == ids[:3]
    assert claimed(channel, 0, behind=4) == []


def test_behind_one_whose_time_has_not_come_nothing_is_taken(town):
    channel = added(town)
    told(World(), town, "A", "A", "A", "A")
    first, second, third, fourth = Delivery.objects.order_by("id").values_list("id", flat=True)
    Delivery.objects.filter(pk=third).update(next_at=LATER + 5)
    assert claimed(channel, behind=4) == [first, second]
    assert claimed(channel, now=LATER + 1, behind=4) == [first, second]  # the lease ran out
    assert claimed(channel, now=LATER + 5, behind=4) == [first, second, third, fourth]


def test_what_a_process_that_died_had_taken_is_not_passed(town):
    """A younger one of the lane, which nobody had, may not come before it."""
    channel = added(town)
    world = World()
    told(world, town, "A", "A")
    before = claimed(channel, now=LATER, behind=4)
    told(world, town, "A")
    assert claimed(channel, now=LATER, behind=4) == []
    [*_, youngest] = Delivery.objects.order_by("id").values_list("id", flat=True)
    assert claimed(channel, now=LATER + 1, behind=4) == [*before, youngest]


def test_of_several_reports_of_a_lane_the_newest_says_when_it_goes_on(town):
    channel = added(town)
    told(World(), town, "A", "A", "A", "A")
    first, second, third, fourth = claimed(channel, behind=4)
    lane = Delivery.objects.get(pk=first).lane
    outcome = (1, 5, 200, 5, "", "")
    with transaction.atomic():
        storage.report(
            [
                storage.Report(second, channel.pk, lane, *outcome, storage.WAITING, 90, True),
                storage.Report(first, channel.pk, lane, *outcome, storage.DELIVERED, 5, True),
            ]
            + [
                storage.Report(behind, channel.pk, lane, *outcome, storage.WAITING, 90, True, False)
                for behind in (third, fourth)
            ]
        )
    found = Delivery.objects.filter(state=storage.WAITING).order_by("id")
    assert [(one.pk, one.next_at) for one in found] == [(second, 90), (third, 90), (fourth, 90)]


def test_one_that_is_tried_again_comes_alone(town):
    channel = added(town)
    told(World(), town, "A", "A")
    [first] = claimed(channel)
    reported(channel, first, storage.WAITING, at=0, next_at=0)
    assert claimed(channel, behind=4) == [first]


def test_what_waits_behind_comes_up_with_the_first(town):
    channel = added(town)
    told(World(), town, "A", "A", "A")
    [first] = claimed(channel, now=LATER)
    reported(channel, first, storage.WAITING, next_at=LATER + 100)
    assert claimed(channel, now=LATER + 99) == []
    assert not storage.is_delivery_due(channel.pk, LATER + 99)
    assert claimed(channel, now=LATER + 100) == [first]


def test_one_that_refuses_this_message_frees_its_lane(town):
    channel = added(town)
    told(World(), town, "A", "A")
    [first] = claimed(channel)
    reported(channel, first, storage.WAITING, next_at=LATER + 100, holds=False)
    assert len(claimed(channel)) == 1


def test_an_expired_claim_is_taken_again(town):
    channel = added(town)
    told(World(), town, "A")
    [first] = claimed(channel, now=LATER, until=LATER + 60)
    assert claimed(channel, now=LATER + 59) == []
    assert claimed(channel, now=LATER + 60) == [first]


def test_knows_the_channels_for_which_something_waits(town):
    one, two, three = (added(town) for _ in range(3))
    told(World(), town, "A", "B")
    storage.cancel(two.pk)
    assert storage.waiting_channels() == [one.pk, three.pk]


def test_a_report_counts_once(town):
    channel = added(town)
    told(World(), town, "A")
    [delivery] = claimed(channel)
    reported(channel, delivery, storage.DELIVERED)
    reported(channel, delivery, storage.WAITING)
    assert Delivery.objects.get(pk=delivery).state == storage.DELIVERED
