"""Minting of keys and secrets, and what of them is kept.

Random values of 128 bits and more are kept as a SHA-256 digest with a pepper: a slow hash
protects guessable passwords and would only cost time here (ASVS 6.5.2). The pepper keeps a
stolen database from being tried against keys found elsewhere.
"""

import hmac
import secrets
from enum import StrEnum
from hashlib import sha256
from string import ascii_letters, digits

LETTERS_AND_DIGITS = ascii_letters + digits


class CredentialKind(StrEnum):
    SUBSCRIPTION_KEY = "subscription-key"
    API_KEY = "api-key"
    CLIENT_SECRET = "client-secret"
    PUBLIC_KEY = "public-key"


def new_subscription_key() -> str:
    """Return 32 lower-case hexadecimal digits, the form that NxtPort's clients know."""
    return secrets.token_hex(16)


def new_api_key() -> str:
    """Return 32 letters and digits, the form that PostNL's clients know."""
    return "".join(secrets.choice(LETTERS_AND_DIGITS) for _ in range(32))


def new_client_secret() -> str:
    """Return 256 random bits as 43 characters that need no quoting in a form."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    """Return 144 random bits as 24 characters, for software that keeps its password in a file."""
    return secrets.token_urlsafe(18)


def new_invitation_token() -> str:
    """Return 256 random bits that can stand in a link."""
    return secrets.token_urlsafe(32)


def derived(secret_key: bytes, label: str, *, length_bytes: int = 32) -> bytes:
    """Return bytes that only the holder of the secret key can make again for this label.

    At most 32: one block of HMAC-SHA256.
    """
    return hmac.digest(secret_key, label.encode(), "sha256")[:length_bytes]


def digest(secret: str, pepper: bytes) -> bytes:
    """Return what is kept of a random secret, and found by: never the secret itself."""
    return sha256(pepper + secret.encode("utf-8", "surrogatepass")).digest()


def tail(secret: str) -> str:
    """Return the last four characters, by which people tell their keys apart."""
    return secret[-4:]
