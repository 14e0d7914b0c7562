"""Signatures as Standard Webhooks has them: over id, time and the exact bytes that are sent."""

import base64
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(
    message_id: str, at_seconds: int, body: bytes, signers: Sequence[str]
) -> dict[str, str]:
    """Return the headers of a push, signed with each secret: two while one replaces another."""
    told = {"webhook-id": message_id, "webhook-timestamp": str(at_seconds)}
    signed = f"{message_id}.{at_seconds}.".encode() + body
    signatures = [sign(signed, secret) for secret in signers]
    return told | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def sign(signed: bytes, secret: str) -> str:
    digest = hmac.digest(key_of(secret), signed, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def key_of(secret: str) -> bytes:
    """Return the key in a secret. Raises `ValueError` when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:  # not ASCII, or not Base64
        raise ValueError("This is no signing secret.") from error


def good(message_id: str, timestamp: str, body: bytes, signature: str, secret: str) -> bool:
    """Return whether one of the signatures on a push is of this secret."""
    expected = sign(f"{message_id}.{timestamp}.".encode() + body, secret).encode()
    matches = [hmac.compare_digest(one.encode(), expected) for one in signature.split()]
    return any(matches)
