"""Whatever is done to the rows of the audit log behind its back, `verify` points at it."""

import hashlib
import json
import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from sluis.server import audit
from sluis.server.audit import BEGINNING, Head
from sluis.server.cli.audit import told_of
from sluis.server.models import AuditEntry
from sluis.server.turn import NoTransaction


def write(number, **details):
    with transaction.atomic():
        return audit.write(
            "a1", "subscription.approve", f"subscription:{number}", "port/uat", **details
        )


@pytest.fixture
def ten(db):
    return [write(number, version=number, roles=["b", "a"]) for number in range(1, 11)]


def test_an_empty_log_is_whole(db):
    assert audit.verify() is None
    assert audit.head() is None


def test_a_log_that_nobody_touched_is_whole(ten):
    assert audit.verify() is None
    assert audit.head() == ten[-1]
    assert audit.verify(ten[4]) is None


def test_anybody_can_compute_the_chain(ten):
    """The recipe in the module's header, in other words than the code's."""
    previous = bytes(32)
    for entry in AuditEntry.objects.order_by("sequence"):
        at = entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps(
            [
                entry.sequence,
                at,
                entry.actor,
                entry.action,
                entry.environment,
                entry.subject,
                entry.details,
            ],
            separators=(",", ":"),
            sort_keys=True,
            ensure_ascii=False,
        ).encode()
        found = hashlib.sha256(previous + len(body).to_bytes(8, "big") + body)
        assert entry.hash == found.hexdigest()
        previous = found.digest()


@pytest.mark.parametrize(
    "edit",
    [
        {"actor": "a2"},
        {"action": "subscription.reject"},
        {"environment": "port/live"},
        {"subject": "subscription:99"},
        {"details": {"version": 5, "roles": ["b", "a"], "more": True}},
        {"details": {"version": "5", "roles": ["b", "a"]}},
        {"details": {"version": 5, "roles": ["a", "b"]}},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"hash": "f" * 64},
        {"previous": BEGINNING},
    ],
    ids=str,
)
def test_an_edited_entry_is_found(ten, edit):
    AuditEntry.objects.filter(sequence=5).update(**edit)
    assert audit.verify() == 5


@pytest.mark.parametrize("sequence", [1, 2, 5, 9])
def test_a_deleted_entry_is_found(ten, sequence):
    AuditEntry.objects.filter(sequence=sequence).delete()
    assert audit.verify() == sequence


@pytest.mark.parametrize("columns", [("sequence",), ("actor", "subject", "details", "at")])
def test_entries_that_changed_places_are_found(ten, columns):
    one, other = AuditEntry.objects.filter(sequence__in=(4, 7)).order_by("sequence")
    values = [{c: getattr(entry, c) for c in columns} for entry in (one, other)]
    if columns == ("sequence",):
        AuditEntry.objects.filter(sequence=4).update(sequence=99)
        AuditEntry.objects.filter(sequence=7).update(sequence=4)
        AuditEntry.objects.filter(sequence=99).update(sequence=7)
    else:
        AuditEntry.objects.filter(sequence=4).update(**values[1])
        AuditEntry.objects.filter(sequence=7).update(**values[0])
    assert audit.verify() == 4


def test_an_entry_slipped_in_is_found(ten):
    last = AuditEntry.objects.get(sequence=10)
    AuditEntry.objects.create(
        sequence=11,
        at=last.at,
        actor="a3",
        action="key.reveal",
        subject="credential:1",
        previous=last.hash,
        hash="0" * 64,
    )
    assert audit.verify() == 11


def test_a_number_left_out_is_found_in_a_chain_that_fits(db):
    first = write(1)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    body = (3, at, "a1", "key.reveal", "", "credential:1", {})
    AuditEntry.objects.create(
        sequence=3,
        at=at,
        actor="a1",
        action="key.reveal",
        subject="credential:1",
        previous=first.hash,
        hash=audit.sealed(first.hash, body),
    )
    assert audit.verify() == 2


def test_a_tail_that_was_cut_shows_against_a_head_kept_elsewhere(ten):
    AuditEntry.objects.filter(sequence__gt=7).delete()
    assert audit.verify() is None  # the chain alone cannot know
    assert audit.verify(ten[-1]) == 8
    write(8)
    write(9)
    write(10)
    assert audit.verify(ten[-1]) == 10


def test_a_log_written_anew_shows_against_a_head_kept_elsewhere(ten):
    AuditEntry.objects.all().delete()
    for number in range(1, 11):
        write(number)
    assert audit.verify() is None
    assert audit.verify(ten[4]) == 5


def test_a_log_that_was_emptied_shows_against_a_head_kept_elsewhere(ten):
    AuditEntry.objects.all().delete()
    assert audit.verify(Head(1, ten[0].hash)) == 1


def test_pages_join_without_a_seam(ten, monkeypatch):
    monkeypatch.setattr("sluis.server.audit.PAGE_ENTRIES", 5)
    assert audit.verify() is None
    AuditEntry.objects.filter(sequence=6).delete()
    assert audit.verify() == 6


def test_tells_how_far_it_is(ten, monkeypatch, capsys):
    monkeypatch.setattr("sluis.server.audit.PAGE_ENTRIES", 4)
    monkeypatch.setattr("sluis.server.cli.audit.EVERY_SECONDS", 0)
    audit.verify(progress=told_of())
    assert capsys.readouterr().err.split("\n")[0] == "4 entries fit …"


def test_says_nothing_while_it_is_quick(ten, capsys):
    audit.verify(progress=told_of())
    assert capsys.readouterr().err == ""


def test_is_lost_with_the_change_that_is_rolled_back(ten):
    class Change(Exception):
        pass

    def change():
        with transaction.atomic():
            audit.write("a1", "key.rotate", "credential:1")
            raise Change

    with pytest.raises(Change):
        change()
    assert audit.head() == ten[-1]


@pytest.mark.django_db(transaction=True)
def test_is_written_in_a_transaction_only():
    with pytest.raises(NoTransaction):
        audit.write("a1", "key.rotate", "credential:1")


def test_each_head_is_logged_once_it_is_kept(db, caplog, django_capture_on_commit_callbacks):
    caplog.set_level("INFO")
    with django_capture_on_commit_callbacks(execute=True):
        head = write(1)
    assert [(r.sequence, r.hash) for r in caplog.records if r.message == "audit"] == [head]


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain():
    failures = []

    def work():
        try:
            for number in range(10):
                write(number)
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert AuditEntry.objects.count() == 40
    assert audit.verify() is None
    connection.close()
