"""Secrets that must be read again: AES-256-GCM under keys made of `SLUIS_SECRET_KEY`.

A sealed secret says which key it needs and is bound to what it belongs to: moved to another
row of the database it cannot be opened.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from sluis.core.credential import derived

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
NONCE_AT = len(VERSION) + KEY_ID_BYTES
TEXT_AT = NONCE_AT + NONCE_BYTES


class Unsealable(Exception):
    """This was sealed under another key, for something else, or was changed since."""


class Seal:
    """Seals under the first secret key; opens what was sealed under any of them."""

    def __init__(self, *secret_keys: bytes) -> None:
        keys = [(derived(s, "seal id")[:KEY_ID_BYTES], derived(s, "seal")) for s in secret_keys]
        self.newest = keys[0][0]
        self.ciphers = {key_id: AESGCM(key) for key_id, key in keys}

    def close(self, secret: bytes, of: str) -> bytes:
        """Return the secret sealed; `of` names what it belongs to, as "signing-key 1f2e"."""
        nonce = os.urandom(NONCE_BYTES)
        head = VERSION + self.newest
        text = self.ciphers[self.newest].encrypt(nonce, secret, head + of.encode())
        return head + nonce + text

    def open(self, sealed: bytes, of: str) -> bytes:
        """Return the secret; raises `Unsealable`."""
        head, nonce, text = sealed[:NONCE_AT], sealed[NONCE_AT:TEXT_AT], sealed[TEXT_AT:]
        cipher = self.ciphers.get(head[len(VERSION) :])
        if cipher is None or head[: len(VERSION)] != VERSION:
            raise Unsealable(f"The secret of {of} was sealed under another SLUIS_SECRET_KEY.")
        try:
            return cipher.decrypt(nonce, text, head + of.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: a nonce cut short
            raise Unsealable(f"The secret of {of} is not as it was sealed.") from error


SEAL = Seal(settings.CONFIG.secret)
PEPPER = derived(settings.CONFIG.secret, "pepper")  # of the digests by which credentials are found
