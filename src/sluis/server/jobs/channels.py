"""Channels as the dispatcher knows them, and what becomes of those that fail for long."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from sluis.core.moments import HOUR
from sluis.server.actions.actor import PLATFORM
from sluis.server.actions.disable_channel import disable_channel
from sluis.server.actions.letter import administrators, tell
from sluis.server.jobs.secrets import Secrets, opened
from sluis.server.jobs.targets import Target
from sluis.server.models import Channel
from sluis.server.seal import Unsealable
from sluis.storage import jobs as storage

logger = logging.getLogger(__name__)
WARN_AFTER = (1 * HOUR, 24 * HOUR, 96 * HOUR)
DISABLE_AFTER = 120 * HOUR
DISABLE_FOR_FAILED = 10  # distinct notifications


class Known:
    """Channels by number; their secrets are opened once."""

    def __init__(self) -> None:
        self.secrets: dict[int, tuple[bytes, Secrets | None]] = {}

    def targets(self, numbers: Sequence[int]) -> list[Target]:
        """Return those of these channels that are open; read anew, so that a change works."""
        if not numbers:
            return []
        rows = Channel.objects.filter(pk__in=numbers, disabled_at=None).order_by("pk")
        found = [
            self.target(*row)
            for row in rows.values_list(
                "id",
                "public_id",
                "url",
                "order",
                "authentication",
                "token_url",
                "client_id",
                "scopes",
                "username",
                "sealed",
            )
        ]
        return [target for target in found if target is not None]

    def target(
        self,
        number: int,
        public_id: object,
        url: str,
        order: str,
        authentication: str,
        token_url: str,
        client_id: str,
        scopes: str,
        username: str,
        sealed: bytes | memoryview,
    ) -> Target | None:
        closed = bytes(sealed)
        known = self.secrets.get(number)
        if known is None or known[0] != closed:
            known = self.secrets[number] = (closed, unsealed(number, closed, str(public_id)))
        if known[1] is None:
            return None
        in_order = order == "lane"
        access = (authentication, token_url, client_id, scopes, username)
        return Target(number, url, in_order, *access, known[1])


def unsealed(number: int, closed: bytes, public_id: str) -> Secrets | None:
    try:
        return opened(closed, public_id)
    except Unsealable:
        logger.exception("a channel cannot be opened", extra={"channel": number})
        return None


def look_after(now: int) -> None:
    """Warn those whose channel fails, and in the end disable it; `now` in microseconds."""
    for channel in Channel.objects.filter(failing_since__isnull=False, disabled_at=None):
        assert channel.failing_since is not None  # it is what was asked for
        failing = now - channel.failing_since
        if failing >= DISABLE_AFTER and has_failed_enough(channel.pk, channel.failing_since):
            why = gettext_noop("It failed for five days.")
            disable_channel(actor=PLATFORM, channel=channel, because=why)
            continue
        due = sum(failing >= after for after in WARN_AFTER)
        if due > channel.warned:
            warn(channel, due)


def has_failed_enough(channel: int, since: int) -> bool:
    return storage.failed_of(channel, since) >= DISABLE_FOR_FAILED


def warn(channel: Channel, warned: int) -> None:
    with transaction.atomic():
        known = Channel.objects.filter(pk=channel.pk, warned=channel.warned)
        if not known.update(warned=warned):
            return  # another process has
        assert channel.failing_since is not None
        since = datetime.fromtimestamp(channel.failing_since / 1e6, UTC)
        tell(
            administrators(channel.organisation),
            gettext_noop("A notification channel fails"),
            gettext_noop(
                "The channel %(name)s of %(organisation)s in %(environment)s has not taken a"
                " notification since %(since)s UTC.\nWhat could not be pushed is tried again"
                " for four days and can be asked for during seven.\nSee why in the portal:"
                " %(portal)s\n"
            ),
            name=channel.name,
            organisation=channel.organisation.name,
            environment=channel.environment_id,
            since=since.strftime("%Y-%m-%d %H:%M"),
        )


def disable_gone(number: int) -> None:
    channel = Channel.objects.filter(pk=number, disabled_at=None).first()
    if channel is not None:
        why = gettext_noop("It answered 410 Gone.")
        disable_channel(actor=PLATFORM, channel=channel, because=why)
