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
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from sluis.server.models import AuditCheck, AuditEntry
from sluis.server.turn import take_turn

logger = logging.getLogger(__name__)
BEGINNING = "0" * 64
PAGE_ENTRIES = 1_000  # more of them fall out of the processor's cache
CANONICAL = msgspec.json.Encoder(order="deterministic")
DETAILS = msgspec.json.Decoder()
# Not through the ORM, nor with SQLite's times made into objects: conversions take most of the time.
PAGE = (
    "SELECT sequence, {at}, actor, action, environment, subject, details, previous, hash"
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


def verify(
    known: Head | None = None, *, progress: Callable[[int], None] = lambda _: None
) -> int | None:
    """Return the sequence of the first entry that is missing or changed; None when none is.

    `known` is a head that was kept elsewhere: the chain has to reach it, with that hash.
    `progress` is told of the entries that fit, after each page of them.
    """
    return walked(known, progress).broken


def check() -> AuditCheck:
    """Verify the chain, and that it still holds what the check before found; keep the outcome."""
    before = AuditCheck.objects.filter(pk=1).first()
    known = Head(before.sequence, before.hash) if before and before.sequence else None
    reached, broken = walked(known, lambda _: None)
    if broken is not None:
        logger.error("audit log broken", extra={"sequence": broken})
    kept = known if broken is not None and known is not None else reached
    found = {"at": timezone.now(), "sequence": kept.sequence, "hash": kept.hash, "broken": broken}
    return AuditCheck.objects.update_or_create(pk=1, defaults=found)[0]


class Walked(NamedTuple):
    reached: Head
    broken: int | None


def walked(known: Head | None, progress: Callable[[int], None]) -> Walked:
    """Follow the chain to its end, or to the first entry that does not fit."""
    expected, previous = 1, bytes.fromhex(BEGINNING)
    for page in pages():
        for entry in page:
            *body, before, stated = entry
            found = digest(previous, body)
            fits = body[0] == expected and before == previous.hex() and stated == found.hex()
            moved = known is not None and known.sequence == expected and known.hash != stated
            if moved or not fits:
                return Walked(Head(expected - 1, previous.hex()), expected)
            expected, previous = expected + 1, found
        progress(expected - 1)
    cut = known is not None and known.sequence >= expected
    return Walked(Head(expected - 1, previous.hex()), expected if cut else None)


def pages() -> Iterator[list[Sequence[Any]]]:
    """Return all entries in order, page by page, so that memory does not grow with the log."""
    statement = PAGE.format(at="CAST(at AS TEXT)" if connection.vendor == "sqlite" else "at")
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, PAGE_ENTRIES])
            page = cursor.fetchall()
        yield page
        if len(page) < PAGE_ENTRIES:
            return
        last = page[-1][0]


def sealed(previous: str, body: Sequence[Any]) -> str:
    """Return the hash of an entry; `body` as it was given or as a row of either database."""
    return digest(bytes.fromhex(previous), body).hex()


def digest(previous: bytes, body: Sequence[Any]) -> bytes:
    sequence, at, actor, action, environment, subject, details = body
    if isinstance(details, str):
        details = DETAILS.decode(details)
    text = CANONICAL.encode((sequence, stamp(at), actor, action, environment, subject, details))
    return sha256(b"%b%b%b" % (previous, len(text).to_bytes(8, "big"), text)).digest()


def stamp(at: datetime | str) -> datetime | str:
    """Return a time that JSON spells in one way: RFC 3339, UTC."""
    if isinstance(at, str):  # SQLite keeps "2026-11-22 01:53:07.000123", without a zone
        return f"{at[:10]}T{at[11:]}Z"
    return at if at.tzinfo is UTC else at.astimezone(UTC)
