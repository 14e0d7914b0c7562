"""The audit log: each entry carries the hash of the one before, so that nothing leaves unseen.

`hash = SHA-256(hash of the entry before + length + body)`, where the body is the JSON list
[sequence, at, actor, action, environment, subject, details] without spaces, keys in order, and
the length is that of the body in eight bytes. Before the first entry stand 32 zero bytes.

What the chain cannot show by itself is a cut of its newest entries, or one written anew from
some entry on by somebody who can write to the database. Both show against a head that was
kept elsewhere: each is logged when it is written, `head` returns the newest, and `verify`
compares.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from sluis.server.models import AuditEntry
from sluis.server.turn import take_turn

logger = logging.getLogger(__name__)
BEGINNING = "0" * 64
PAGE_ENTRIES = 5_000
CANONICAL = msgspec.json.Encoder(order="deterministic")
DETAILS = msgspec.json.Decoder()
# Not through the ORM, whose conversions take three quarters of the time.
PAGE = (
    "SELECT sequence, at, actor, action, environment, subject, details, previous, hash"
    " FROM server_auditentry WHERE sequence > %s ORDER BY sequence LIMIT %s"
)
Detail = str | int | bool | None | list[str]  # what JSON columns of both databases keep as it is


class Head(NamedTuple):
    """The newest entry of a chain: everything up to it hangs on this hash."""

    sequence: int
    hash: str


def write(actor: str, action: str, subject: str, environment: str = "", **details: Detail) -> Head:
    """Add an entry in the caller's transaction, after all changes; it is kept or lost with them.

    `details` hold ids and versions: no secrets, and nothing personal.
    """
    take_turn()
    before = head() or Head(0, BEGINNING)
    sequence, at = before.sequence + 1, timezone.now()
    entry_hash = sealed(
        before.hash, (sequence, at, actor, action, environment, subject, dict(details))
    )
    AuditEntry.objects.create(
        sequence=sequence,
        at=at,
        actor=actor,
        action=action,
        environment=environment,
        subject=subject,
        details=details,
        previous=before.hash,
        hash=entry_hash,
    )
    extra = {"sequence": sequence, "hash": entry_hash, "action": action, "subject": subject}
    transaction.on_commit(lambda: logger.info("audit", extra=extra), robust=True)
    return Head(sequence, entry_hash)


def head() -> Head | None:
    found = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return None if found is None else Head(*found)


def verify(known: Head | None = None) -> int | None:
    """Return the sequence of the first entry that is missing or changed; None when none is.

    `known` is a head that was kept elsewhere: the chain has to reach it, with that hash.
    """
    expected, previous = 1, BEGINNING
    for entry in entries():
        *body, before, stated = entry
        if body[0] != expected or before != previous or stated != sealed(previous, body):
            return expected
        if known is not None and known.sequence == expected and known.hash != stated:
            return expected
        expected, previous = expected + 1, stated
    return expected if known is not None and known.sequence >= expected else None


def entries() -> Iterator[Sequence[Any]]:
    """Return all entries in order, page by page, so that memory does not grow with the log."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(PAGE, [last, PAGE_ENTRIES])
            page = cursor.fetchall()
        yield from page
        if len(page) < PAGE_ENTRIES:
            return
        last = page[-1][0]


def sealed(previous: str, body: Sequence[Any]) -> str:
    """Return the hash of an entry; `body` as it was given or as a row of either database."""
    sequence, at, actor, action, environment, subject, details = body
    if isinstance(details, str):
        details = DETAILS.decode(details)
    text = CANONICAL.encode((sequence, stamp(at), actor, action, environment, subject, details))
    length = len(text).to_bytes(8, "big")
    return sha256(bytes.fromhex(previous) + length + text).hexdigest()


def stamp(at: datetime | str) -> datetime | str:
    """Return a time that JSON spells in one way: RFC 3339, UTC."""
    if isinstance(at, str):  # SQLite keeps "2026-11-22 01:53:07.000123", without a zone
        return f"{at[:10]}T{at[11:]}Z"
    return at if at.tzinfo is UTC else at.astimezone(UTC)
