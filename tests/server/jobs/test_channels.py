"""Channels: what becomes of one that fails for long, and what people do with theirs."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.db import transaction

from sluis.core.moments import HOUR, SECOND, moment
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.add_channel import Access
from sluis.server.actions.change_channel import change_channel
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.enable_channel import enable_channel
from sluis.server.actions.remove_channel import remove_channel
from sluis.server.actions.replay import replay_one, replay_since
from sluis.server.actions.rotate_signing import rotate_signing
from sluis.server.actions.send_test import send_test
from sluis.server.jobs import channels
from sluis.server.jobs.secrets import opened
from sluis.server.models import AuditEntry, Channel, Delivery
from sluis.storage import jobs as storage
from tests.server.jobs.town import LATER, added, claimed, reported, told
from tests.server.jobs.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def failing(town, hours, failed):
    channel = added(town)
    told(World(), town, *(f"L{n}" for n in range(failed)))
    began = Delivery.objects.latest("created_at").created_at + SECOND  # told of before it is tried
    for delivery in claimed(channel, 20):
        reported(channel, delivery, storage.WAITING, at=began)
    channels.look_after(began + hours)
    return Channel.objects.get(pk=channel.pk)


@pytest.mark.parametrize(
    ("hours", "failed", "disabled", "mails"),
    [
        (HOUR - SECOND, 20, False, 0),
        (HOUR, 20, False, 1),
        (24 * HOUR, 1, False, 1),
        (120 * HOUR - SECOND, 20, False, 1),
        (120 * HOUR, 9, False, 1),
        (120 * HOUR, 10, True, 1),
    ],
)
def test_warns_and_in_the_end_disables(town, hours, failed, disabled, mails):
    channel = failing(town, hours, failed)
    assert (channel.disabled_at is not None) is disabled
    assert len(mail.outbox) == mails


def test_warns_once_for_each_term(town):
    since = failing(town, HOUR, 1).failing_since
    for hours in (2, 23, 24, 25, 96, 97):
        channels.look_after(since + hours * HOUR)
    assert len(mail.outbox) == 3


def test_a_success_wipes_the_failure_out(town):
    channel = added(town)
    told(World(), town, "A")
    Channel.objects.update(failing_since=5, warned=2)
    [delivery] = claimed(channel)
    reported(channel, delivery, storage.DELIVERED)
    found = Channel.objects.get()
    assert (found.failing_since, found.warned) == (None, 0)


# What people do


def test_keeps_secrets_sealed(town):
    channel = added(town, access=Access({"X-Key": "s3cret"}), signed=True)
    assert b"s3cret" not in bytes(channel.sealed)
    secrets = opened(channel.sealed, str(channel.public_id))
    assert secrets.headers == {"X-Key": "s3cret"}
    assert secrets.signing[0].startswith("whsec_")


def test_a_new_signing_secret_signs_beside_the_old_one_for_a_day(town, monkeypatch):
    channel = added(town, signed=True, access=Access({"X-Key": "s3cret"}))
    first = opened(channel.sealed, str(channel.public_id)).signing
    monkeypatch.setattr("time.time", lambda: 1000.0)
    second = rotate_signing(actor=COMMAND, channel=channel)
    secrets = opened(Channel.objects.get().sealed, str(channel.public_id))
    assert secrets.headers == {"X-Key": "s3cret"}
    assert secrets.signers(1000.0 + 24 * 3600 - 1) == (second, *first)
    assert secrets.signers(1000.0 + 24 * 3600) == (second,)
    third = rotate_signing(actor=COMMAND, channel=channel)
    secrets = opened(Channel.objects.get().sealed, str(channel.public_id))
    assert secrets.signers(1000.0) == (third, second)
    assert AuditEntry.objects.filter(action="channel.rotate").count() == 2


def test_a_change_keeps_both_signing_secrets(town):
    channel = added(town, signed=True)
    rotate_signing(actor=COMMAND, channel=channel)
    rotated = Channel.objects.get()
    before = opened(rotated.sealed, str(channel.public_id))
    change_channel(
        actor=COMMAND,
        channel=rotated,
        name="other",
        url=rotated.url,
        access=Access(),
        order="lane",
        signed=True,
    )
    assert opened(Channel.objects.get().sealed, str(channel.public_id)) == before


def test_there_is_no_new_secret_for_one_that_does_not_sign(town):
    with pytest.raises(Refused):
        rotate_signing(actor=COMMAND, channel=added(town))


def test_one_that_cannot_be_opened_is_told_of_once(town, caplog):
    channel, known = added(town), channels.Known()
    Channel.objects.update(sealed=b"of another key")
    assert [known.targets([channel.pk]) for _ in range(3)] == [[]] * 3
    assert [one.message for one in caplog.records].count("a channel cannot be opened") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"url": "http://example.org/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://example.org/" + "a" * 2000},
        {"access": Access({"Host": "x"})},
        {"access": Access({"a b": "x"})},
        {"access": Access({"x": "a\r\nb"})},
        {"access": Access({"x": "é"})},
        {"access": Access({f"x{n}": "y" for n in range(21)})},
        {"access": Access(authentication="magic")},
        {"access": Access(authentication="client-credentials", token_url="http://x.org")},
        {"access": Access(authentication="client-credentials", token_url="https://x.org")},
        {"access": Access(authentication="password", token_url="https://x.org", client_id="c")},
        {"order": "none of them"},
    ],
)
def test_refuses_channels_that_cannot_be(town, more):
    with pytest.raises(Refused):
        added(town, **more)


def test_an_organisation_has_ten_channels_at_most(town):
    for _ in range(10):
        added(town)
    with pytest.raises(Refused):
        added(town)
    added(town, organisation=town.transporter)


@pytest.mark.parametrize(("who", "may"), [("anna", True), ("dev", True), ("api", False)])
def test_who_may_add_and_remove(town, who, may):
    actor = town.actor(who)
    if not may:
        channel = added(town)
        for act in (remove_channel, disable_channel, enable_channel, send_test, rotate_signing):
            with pytest.raises(NotAllowed):
                act(actor=actor, channel=channel)
        with pytest.raises(NotAllowed):
            added(town, actor=actor)
        return
    remove_channel(actor=actor, channel=added(town, actor=actor))
    assert not Channel.objects.exists()
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "channel.add",
        "channel.remove",
    ]


def test_nobody_touches_the_channel_of_another_organisation(town):
    with pytest.raises(NotAllowed):
        remove_channel(actor=town.actor("bram"), channel=added(town))


def test_replays_one_under_its_id(town):
    channel, world = added(town), World()
    told(world, town, "A")
    [delivery] = claimed(channel)
    reported(channel, delivery, storage.DELIVERED)
    [one] = world.told(town.agent.pk.hex)
    replay_one(actor=COMMAND, channel=channel, notification_id=one.id)
    with transaction.atomic():
        [again] = storage.claim_deliveries(
            channel.pk, LATER, 9, in_order=True, owner="me", until=LATER
        )
    assert again.notification_id == one.id


def test_replays_nothing_of_another_organisation(town):
    channel, world = added(town, organisation=town.transporter), World()
    told(world, town, "A")
    [one] = world.told(town.agent.pk.hex)
    with pytest.raises(Refused):
        replay_one(actor=COMMAND, channel=channel, notification_id=one.id)


@pytest.mark.parametrize(("failed_only", "count"), [(True, 1), (False, 3)])
def test_replays_what_failed_or_all(town, failed_only, count):
    channel, world = added(town), World()
    told(world, town, "A", "B", "C")
    for delivery, state in zip(
        claimed(channel),
        (storage.DELIVERED, storage.GIVEN_UP, storage.DELIVERED),
        strict=True,
    ):
        reported(channel, delivery, state)
    assert replayed(channel, world, failed_only=failed_only) == count
    times = Delivery.objects.filter(state=storage.WAITING).order_by("pk")
    gaps = list(times.values_list("next_at", flat=True))
    assert [b - a for a, b in pairwise(gaps)] == [SECOND // 25] * (count - 1)


def replayed(channel, world, *, failed_only=False):
    now = moment(int(world.time * SECOND))
    hour = timedelta(hours=1)
    return replay_since(
        actor=COMMAND, channel=channel, since=now - hour, now=now, failed_only=failed_only
    )


def test_a_replay_keeps_to_half_the_rate_within_a_lane_too(town):
    channel, world = added(town), World()
    told(world, town, *("A" for _ in range(5)))
    for delivery in claimed(channel, behind=4):
        reported(channel, delivery, storage.DELIVERED)
    assert replayed(channel, world) == 5
    planned = dict(Delivery.objects.filter(state=storage.WAITING).values_list("pk", "next_at"))
    first, *behind = sorted(planned)
    with transaction.atomic():
        now = planned[first]
        storage.claim_deliveries(channel.pk, now, 9, in_order=True, owner="me", until=LATER)
    reported(channel, first, storage.DELIVERED, at=now)
    left = Delivery.objects.filter(state=storage.WAITING).order_by("pk")
    assert list(left.values_list("next_at", flat=True)) == [planned[one] for one in behind]


@pytest.mark.parametrize("failed_only", [True, False])
def test_a_second_replay_adds_nothing_to_one_that_is_under_way(town, failed_only):
    channel, world = added(town), World()
    told(world, town, "A", "B")
    for delivery in claimed(channel):
        reported(channel, delivery, storage.GIVEN_UP)
    assert replayed(channel, world, failed_only=failed_only) == 2
    assert replayed(channel, world, failed_only=failed_only) == 0


def test_a_test_message_says_what_was_answered(town, there, development):
    there.answer(418, body=b"teapot")
    answer = send_test(actor=COMMAND, channel=added(town, there.url, signed=True))
    assert (answer.status, answer.text) == (418, "teapot")
    [(_, headers, body)] = there.requests
    assert "webhook-signature" in headers
    assert b"Test" in body
