"""What a channel keeps to itself, sealed under the platform's key."""

from collections.abc import Sequence

import msgspec

from sluis.server.seal import SEAL


class Secrets(msgspec.Struct, frozen=True, omit_defaults=True):
    headers: dict[str, str] = {}
    client_secret: str = ""
    password: str = ""
    token_headers: dict[str, str] = {}  # of the request for a token
    signing: tuple[str, ...] = ()  # the newest first; two while one replaces another
    both_until: float = 0.0  # seconds since 1970: from then on the newest signs alone

    def signers(self, now: float) -> Sequence[str]:
        return self.signing if now < self.both_until else self.signing[:1]

    def rotated(self, fresh: str, both_until: float) -> "Secrets":
        """Return them with a new signing secret before the newest; an older one signs no more."""
        signing = (fresh, *self.signing[:1])
        return msgspec.structs.replace(self, signing=signing, both_until=both_until)

    def all(self) -> list[str]:
        """Return every value that must not be shown again, the longest first."""
        given = [
            *self.headers.values(),
            *self.token_headers.values(),
            self.client_secret,
            self.password,
            *self.signing,
        ]
        return sorted((text for text in given if text), key=len, reverse=True)


def closed(secrets: Secrets, public_id: str) -> bytes:
    return SEAL.close(msgspec.json.encode(secrets), f"channel {public_id}")


def opened(sealed: bytes, public_id: str) -> Secrets:
    """Return the secrets; raises `Unsealable`."""
    return msgspec.json.decode(SEAL.open(bytes(sealed), f"channel {public_id}"), type=Secrets)
