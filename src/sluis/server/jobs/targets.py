"""Where a push goes, and what comes back."""

from dataclasses import dataclass
from typing import NamedTuple

from sluis.server.jobs.secrets import Secrets

# What a channel may not set: it belongs to the message or to the connection.
OWN_HEADERS = frozenset(
    """connection content-encoding content-length content-type expect host keep-alive te
    proxy-authorization proxy-connection trailer transfer-encoding upgrade webhook-id
    webhook-timestamp webhook-signature""".split()
)


@dataclass(frozen=True, slots=True)
class Target:
    """A channel, with its secrets open."""

    id: int
    url: str
    in_order: bool
    authentication: str
    token_url: str
    client_id: str
    scopes: str
    username: str
    secrets: Secrets


class Answer(NamedTuple):
    status: int | None  # absent when nothing was answered
    text: str = ""  # its first kilobyte, without our secrets
    error: str = ""
    retry_after: str | None = None
    milliseconds: int = 0
