"""Ninety days of signing, a day of notice before and two hours of memory after."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from sluis.server.actions.announce import Changed
from sluis.server.identity.signing_keys import NoKey, rotate, signer
from sluis.server.models import AuditEntry, Change, SigningKey
from sluis.server.seal import Unsealable
from tests.server import people

START = datetime(2027, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def uat(db):
    people.world()
    return "port/uat"


def published():
    return set(SigningKey.objects.values_list("kid", flat=True))


def test_the_first_key_signs_at_once(uat):
    with pytest.raises(NoKey):
        signer(uat, START)
    assert rotate(uat, START) == Change.objects.latest("revision").pk
    kid, private = signer(uat, START)
    assert {kid} == published()
    assert private.is_private
    assert Change.objects.latest("revision").kind == Changed.SIGNING_KEYS


def test_nothing_is_done_twice(uat):
    rotate(uat, START)
    before = Change.objects.count(), AuditEntry.objects.count()
    for hours in range(48):
        assert rotate(uat, START + hours * HOUR) is None
    assert (Change.objects.count(), AuditEntry.objects.count()) == before


def test_half_a_year_of_days(uat):
    """Whenever a key signs, it was published a day before; whoever signed is still published."""
    first_seen, signed_last = {}, {}
    for day in range(0, 190 * 24, 24):
        now = START + day * HOUR
        rotate(uat, now)
        for kid in published():
            first_seen.setdefault(kid, now)
        kid, _ = signer(uat, now)
        signed_last[kid] = now
        assert len(published()) <= 3
        if first_seen[kid] != START:
            assert now - first_seen[kid] >= DAY
        for signed, last in signed_last.items():
            if now - last <= 2 * HOUR:
                assert signed in published()
    assert len(signed_last) == 3


def test_the_next_key_is_announced_a_day_before(uat):
    rotate(uat, START)
    old, _ = signer(uat, START)
    assert rotate(uat, START + 89 * DAY - HOUR) is None
    rotate(uat, START + 89 * DAY)
    assert len(published()) == 2
    assert signer(uat, START + 90 * DAY - timedelta(seconds=1))[0] == old
    assert signer(uat, START + 90 * DAY)[0] != old


def test_the_old_key_stays_while_its_tokens_live(uat):
    rotate(uat, START)
    old, _ = signer(uat, START)
    rotate(uat, START + 89 * DAY)
    change = START + 90 * DAY
    rotate(uat, change)
    assert SigningKey.objects.get(kid=old).retired_at == change
    rotate(uat, change + 2 * HOUR)
    assert old in published()
    rotate(uat, change + 2 * HOUR + timedelta(seconds=1))
    assert old not in published()


def test_after_a_long_sleep_the_old_key_signs_one_more_day(uat):
    rotate(uat, START)
    old, _ = signer(uat, START)
    waking = START + 200 * DAY
    rotate(uat, waking)
    assert signer(uat, waking + DAY - HOUR)[0] == old
    assert signer(uat, waking + DAY)[0] != old


def test_the_private_part_is_of_no_use_to_a_thief(uat):
    rotate(uat, START)
    row = SigningKey.objects.get()
    assert b"PRIVATE" not in bytes(row.private)
    assert "PRIVATE" not in row.public
    SigningKey.objects.filter(pk=row.pk).update(kid="another")
    with pytest.raises(Unsealable):
        signer(uat, START)


def test_a_key_has_3072_bits(new_key):
    made = new_key()
    assert made.private_key.key_size == 3072
    assert made.private_key.public_key().public_numbers().e == 65_537


@pytest.mark.django_db(transaction=True)
def test_of_processes_that_start_together_one_makes_the_key():
    people.world()
    ready = threading.Barrier(3)

    def start():
        ready.wait()
        try:
            rotate("port/uat", START)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(published()) == 1
    assert Change.objects.filter(kind=Changed.SIGNING_KEYS).count() == 1
