"""The policy in force in this process: loaded at the start, caught up within 200 ms of a change.

A poll, on both databases: it is one look at the end of an index, needs no connection of its
own, passes through any pooler, and five a second cost nothing that can be measured.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection

from sluis.core.provider import Provider
from sluis.gateway.snapshot import Snapshot
from sluis.server.answers.providers import read_providers
from sluis.server.answers.snapshot import Loader

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.2


class Policy:
    """Keeps `put_in_force` supplied with the newest snapshot, from a thread of its own."""

    def __init__(self, loader: Loader, put_in_force: Callable[[Snapshot], None]) -> None:
        self.loader = loader
        self.put_in_force = put_in_force
        self.snapshot = Snapshot()
        self.changed = threading.Condition()
        self.wake = threading.Event()
        self.stopping = False
        self.fell_behind = False  # since the last attempt to read the policy failed
        self.thread = threading.Thread(target=self.run, name="policy", daemon=True)

    def start(self) -> None:
        """Load everything, then begin to follow. Raises `DatabaseError`."""
        self.replace(self.loader.load())
        self.thread.start()

    def stop(self) -> None:
        self.stopping = True
        self.wake.set()
        self.thread.join()

    def replace(self, snapshot: Snapshot) -> None:
        with self.changed:
            self.snapshot = snapshot
            self.put_in_force(snapshot)
            self.changed.notify_all()

    def run(self) -> None:
        while not self.stopping:
            self.wake.wait(POLL_SECONDS)
            self.wake.clear()
            try:
                snapshot = self.read()
            except Exception:
                # A policy that is followed no more would let in what was disabled since.
                logger.exception("policy not read; the one in force stays")
                connection.close_if_unusable_or_obsolete()
                self.fell_behind = True
                time.sleep(POLL_SECONDS)
                continue
            self.fell_behind = False
            if snapshot is not self.snapshot:
                self.replace(snapshot)
        connection.close()

    def read(self) -> Snapshot:
        """Return the newest policy; after a failure the whole of it, whatever the failure was."""
        if self.fell_behind:
            return self.loader.load()
        return self.loader.caught_up(self.snapshot)

    def wait_for(self, revision: int, timeout_seconds: float = 5.0) -> bool:
        """Return whether this process works with the revision, after waiting for it."""
        self.wake.set()
        with self.changed:
            return self.changed.wait_for(
                lambda: self.snapshot.revision >= revision, timeout_seconds
            )


running: list[Policy] = []  # the policy of this process, once it serves; none in a command


def providers() -> tuple[Provider, ...]:
    """Return the providers as they are in force: what a desk changed, else what is published."""
    for policy in running:
        return policy.snapshot.providers
    return read_providers()


def provider(slug: str) -> Provider | None:
    return next((one for one in providers() if one.slug == slug), None)
