"""What has to be done again and again while the platform serves.

Keys change, rows that may go are removed, and the audit log is verified.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection

from sluis.core.api import Api
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.registry import HOSTED_APIS
from sluis.server import audit, post
from sluis.server.actions.hand_over import erase_expired
from sluis.server.actions.invite import forget_invitations
from sluis.server.actions.revoke_token import forget_expired
from sluis.server.answers import versions
from sluis.server.identity.signing_keys import rotate
from sluis.server.jobs import forget as jobs
from sluis.server.models import CallBatch, CallCount, Environment, UsedAssertion

logger = logging.getLogger(__name__)
EVERY_SECONDS = 3_600.0
RECORDS_KEPT = timedelta(days=400)  # a year of usage, and the same month of the year before
ROWS_AT_ONCE = 500
CLOCKS_DIFFER = timedelta(hours=1)  # between machines: what expired here may be good there


class Chores:
    """Does them at the start and once an hour, in a thread of its own."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="chores", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join()

    def run(self) -> None:
        rotate_keys_in_time()
        while not self.stopping.wait(EVERY_SECONDS):
            rotate_keys_in_time()
            try:
                forget(datetime.now(UTC))
                jobs.forget(time.time())
                jobs.forget_states(time.time(), HOSTED_APIS)
                versions.keep_seen()
                post.forget(datetime.now(UTC))
                audit.check()
            except DatabaseError:
                logger.exception("chores left for the next hour")
                connection.close_if_unusable_or_obsolete()
        connection.close()


def rotate_keys_in_time() -> None:
    try:
        rotate_keys(datetime.now(UTC))
    except DatabaseError:
        logger.exception("keys left for the next hour")
        connection.close_if_unusable_or_obsolete()


def rotate_keys(now: datetime) -> None:
    """See to it that where tokens are used a key signs, and in time the next one.

    A first key takes 0.3 s to make: nobody waits for it at the start. Whoever comes before it
    is there makes it, in `identity/grants.py`.
    """
    using = {api.provider for api in HOSTED_APIS if takes_tokens(api)}
    for key in Environment.objects.filter(provider__in=using).values_list("key", flat=True):
        rotate(key, now)


def takes_tokens(api: Api) -> bool:
    return any(BearerToken.name in operation.schemes for operation in api.operations)


def forget(now: datetime) -> None:
    """Delete what is kept for nothing any more, a few rows at a time: others write too."""
    forget_expired(now)
    forget_invitations(now)
    erase_expired(now)
    before = (now - RECORDS_KEPT).timestamp()
    for old in (
        CallBatch.objects.filter(last_at__lt=before).order_by("last_at"),
        CallCount.objects.filter(hour__lt=before).order_by("pk"),
        UsedAssertion.objects.filter(expires_at__lt=now - CLOCKS_DIFFER).order_by("pk"),
    ):
        while rows := list(old.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
            old.model.objects.filter(pk__in=rows).delete()
