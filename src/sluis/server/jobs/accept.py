"""Accepts what is answered later: nothing is acknowledged before it is flushed."""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec

from sluis.core.api import Call
from sluis.core.job import (
    EXTERNAL_REFERENCE_CHARACTERS,
    LANE_CHARACTERS,
    STEPS_AT_MOST,
    Receipt,
    Submission,
)
from sluis.core.message import Request
from sluis.core.moments import microseconds, moment
from sluis.core.problem import Problem, Reason
from sluis.gateway.route import Endpoint
from sluis.storage.jobs import Item, Kept, Key

KEY_CHARACTERS = 255
PATIENCE_SECONDS = 2.0  # with a call that has the same key and is in progress
encode = msgspec.json.Encoder().encode
# Of this process alone. Asking the system each time hands over the interpreter's lock each time.
CHANCE = random.Random(os.urandom(32))  # noqa: S311 - a reference is no secret
Owned = tuple[str, str, str]  # environment, organisation, Idempotency-Key


def new_reference() -> str:
    """Return a UUIDv7: it begins with the time, so that indexes grow at their end."""
    noise = CHANCE.getrandbits(80)
    value = (
        int(time.time() * 1000) << 80
        | 7 << 76
        | (noise & 0xFFF) << 64
        | 2 << 62
        | (noise >> 12 & 0x3FFF_FFFF_FFFF_FFFF)
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Acceptance:
    """The gateway's `Jobs`. `store` makes an item durable and answers as `storage` does.

    `refusal` says why nothing is accepted now; None when all is well.
    """

    def __init__(
        self,
        store: Callable[[Item], Awaitable[Kept | None]],
        refusal: Callable[[], Problem | None],
    ) -> None:
        self.store = store
        self.refusal = refusal
        self.in_progress: dict[Owned, asyncio.Future[None]] = {}

    def new_reference(self) -> str:
        return new_reference()

    async def accept(self, call: Call, endpoint: Endpoint, submission: Submission) -> Receipt:
        refusal = self.refusal()
        if refusal is not None:
            raise refusal
        item = item_of(call, endpoint, submission)
        if item.key is None:
            await self.store(item)
            return receipt(call, item)
        owned = (item.environment, item.organisation or "", item.key.key)
        await self.turn(owned)
        done = self.in_progress[owned] = asyncio.get_running_loop().create_future()
        try:
            kept = await self.store(item)
        finally:
            del self.in_progress[owned]
            done.set_result(None)
        if kept is None:
            return receipt(call, item)
        if kept.fingerprint != item.key.fingerprint:
            detail = "This Idempotency-Key came before with another call. Take a new key for this."
            raise Problem(Reason.KEY_REUSED, detail)
        at = moment(kept.accepted_at)
        return Receipt(kept.reference, kept.external_reference, at, repeated=True)

    async def turn(self, owned: Owned) -> None:
        """Wait until no call with this key is in progress; raises `Problem` when that takes long.

        Calls of other processes are waited for by the database.
        """
        give_up = time.monotonic() + PATIENCE_SECONDS
        while owned in self.in_progress:
            await asyncio.sleep(0)  # a time-out needs a task, and from here on there is one
            left = max(0.0, give_up - time.monotonic())
            done, _ = await asyncio.wait([self.in_progress[owned]], timeout=left)
            if not done:
                detail = "A call with this Idempotency-Key is in progress. Repeat it later."
                raise Problem(Reason.IN_PROGRESS, detail, wait_seconds=1)


def receipt(call: Call, item: Item) -> Receipt:
    return Receipt(item.reference, item.external_reference, call.now)


def item_of(call: Call, endpoint: Endpoint, submission: Submission) -> Item:
    """Return what is to be stored; raises `Problem` on what no database keeps.

    One such value would make a whole batch fail.
    """
    if len(submission.steps) > STEPS_AT_MOST:
        detail = f"At most {STEPS_AT_MOST} are taken in one call."
        raise Problem(Reason.TOO_LARGE, detail)
    external = submission.external_reference
    if external is not None:
        storable("The external reference", external, EXTERNAL_REFERENCE_CHARACTERS)
    prefix = f"{call.environment} {endpoint.api.package} "
    steps = []
    for step in submission.steps:
        storable("What this is about", step.lane, LANE_CHARACTERS)
        steps.append((prefix + step.lane, written(step.submission)))
    caller = call.caller
    return Item(
        call.reference,
        call.environment,
        endpoint.api.package,
        endpoint.operation.name,
        caller.application,
        caller.organisation,
        caller.person,
        external,
        call.trace,
        microseconds(call.now),
        int(time.time() * 1_000_000),
        tuple(steps),
        key_of(call.request),
    )


def key_of(request: Request) -> Key | None:
    given = request.header(b"idempotency-key")
    if given is None:
        return None
    if not given:
        raise Problem(Reason.MALFORMED, "The Idempotency-Key is empty.")
    storable("The Idempotency-Key", given, KEY_CHARACTERS)
    call = f"{request.method} {request.path}?{request.query_text}\n".encode()
    return Key(given, sha256(call + request.body).hexdigest())


def storable(name: str, text: str, characters: int) -> None:
    if len(text) > characters:
        raise Problem(Reason.MALFORMED, f"{name} may have {characters} characters at most.")
    if "\0" in text or not encodable(text):
        raise Problem(Reason.MALFORMED, f"{name} holds characters that are none.")


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair
        return False
    return True


def written(submission: object) -> str:
    """Return the JSON of a submission; NUL is escaped in it, so that every database takes it."""
    try:
        return encode(submission).decode()
    except UnicodeEncodeError as error:
        raise Problem(Reason.MALFORMED, "The text holds half of a surrogate pair.") from error
