"""What has to be done again and again while the platform serves.

Keys change, rows that may go are removed, and the audit log is verified.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection

from sluis.server import audit, post
from sluis.server.actions.revoke_token import forget_expired
from sluis.server.identity.signing_keys import rotate
from sluis.server.jobs import forget as jobs
from sluis.server.models import CallRecord, Environment

logger = logging.getLogger(__name__)
EVERY_SECONDS = 3_600.0
RECORDS_KEPT = timedelta(days=400)  # a year of usage, and the same month of the year before
ROWS_AT_ONCE = 5_000


class Chores:
    """Does them once an hour, in a thread of its own."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="chores", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join()

    def run(self) -> None:
        while not self.stopping.wait(EVERY_SECONDS):
            try:
                rotate_keys(datetime.now(UTC))
                forget(datetime.now(UTC))
                jobs.forget(time.time())
                post.forget(datetime.now(UTC))
                audit.check()
            except DatabaseError:
                logger.exception("chores left for the next hour")
                connection.close_if_unusable_or_obsolete()
        connection.close()


def rotate_keys(now: datetime) -> None:
    """See to it that each environment has a key that signs, and in time the next one."""
    for key in Environment.objects.values_list("key", flat=True):
        rotate(key, now)


def forget(now: datetime) -> None:
    """Delete what is kept for nothing any more, a few rows at a time: others write too."""
    forget_expired(now)
    before = (now - RECORDS_KEPT).timestamp()
    while True:
        old = CallRecord.objects.filter(at__lt=before).order_by("pk").values("pk")[:ROWS_AT_ONCE]
        if not CallRecord.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]:
            return
