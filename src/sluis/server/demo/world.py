"""What a sandbox's world is made from: every secret and every id follows from a label."""

import uuid
from dataclasses import dataclass

from sluis.core.credential import derived
from sluis.server.config import Config

NAMESPACE = uuid.UUID("6f1c6a0e-6b1d-5d0c-9d5e-51015d3a0001")


@dataclass(frozen=True, slots=True)
class World:
    """Makes secrets and ids of one sandbox from their labels."""

    config: Config
    environment: str

    @property
    def provider(self) -> str:
        return self.environment.partition("/")[0]

    def secret(self, label: str, length_bytes: int = 16) -> bytes:
        text = f"demo {self.environment} {label}"
        return derived(self.config.secret, text, length_bytes=length_bytes)

    def id(self, label: str) -> uuid.UUID:
        """Return an id that no other installation has for this label."""
        return uuid.uuid5(NAMESPACE, f"{self.secret('ids').hex()} {label}")
