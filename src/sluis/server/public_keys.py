"""Public keys: read from what people paste, and what each of them verifies.

A private key is refused, and nothing of it goes into an answer, a log or a traceback.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

Jose = RSAKey | ECKey | OKPKey

TEXT_CHARACTERS = 20_000
RSA_BITS = range(2_048, 8_193)  # with more, whoever asks for tokens could keep us busy
RSA_EXPONENT = 65_537  # as all software has it; with 1 everybody could sign
# PKCS #8, PKCS #1, SEC 1 and OpenSSH have the first in their first line, PuTTY has the second.
PRIVATE = re.compile(r"PRIVATE( KEY|-LINES)", re.IGNORECASE)
PRIVATE_MEMBERS = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
KINDS: Mapping[str, type[Jose]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}

# By `alg`. The kind of key that each has is looked at before it verifies anything: a public key
# is never the secret of an HMAC. EdDSA is the older name of Ed25519 (RFC 9864).
NAMES = {name: name for name in ("RS256", "PS256", "ES256", "Ed25519")} | {"EdDSA": "Ed25519"}
ALGORITHMS = {name: JWSRegistry(algorithms=[known]).get_alg(known) for name, known in NAMES.items()}

OF_LIBRARIES = (UnsupportedAlgorithm, JoseError)
OF_WHAT_IS_PASTED = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError)


class Unfit(Exception):
    """This is no public key that can be used here; the sentence says what to do."""


class PublicKey(NamedTuple):
    key: Jose
    good_until: datetime | None = None  # of a certificate

    @property
    def pem(self) -> str:
        return self.key.as_pem(private=False).decode()

    @property
    def kind(self) -> str:
        if isinstance(self.key, RSAKey):
            return f"RSA {self.key.raw_value.key_size}"
        return self.key.curve_name

    @property
    def thumbprint(self) -> str:
        """Return its name after RFC 7638: 32 bytes as 43 characters."""
        return self.key.thumbprint()


def read(text: str, now: datetime) -> PublicKey:
    """Return the key in a PEM text, an X.509 certificate in PEM, or a JWK; raises `Unfit`."""
    text = text.strip().removeprefix("\ufeff")
    if len(text) > TEXT_CHARACTERS:
        raise unreadable()
    try:
        return of_jwk(text) if text.startswith("{") else of_pem(text, now)
    except (*OF_LIBRARIES, *OF_WHAT_IS_PASTED):
        raise unreadable() from None  # the cause may quote what was pasted


def verifies(pem: str, algorithm: str, message: bytes, signature: bytes) -> bool:
    """Return whether the key made the signature with this algorithm, which has to be its own."""
    found = ALGORITHMS[algorithm]
    kind = KINDS[found.key_type]
    try:
        key = kind.import_key(pem)
        found.check_key(key)
        return found.verify(message, signature, key)
    except (ValueError, JoseError):  # a key of another kind, or no signature at all
        return False


def of_pem(text: str, now: datetime) -> PublicKey:
    if PRIVATE.search(text):
        raise private()
    if text.count("-----BEGIN ") > 1:
        raise several()
    if "BEGIN CERTIFICATE-----" not in text:
        return PublicKey(accepted(load_pem_public_key(text.encode())))
    certificate = x509.load_pem_x509_certificate(text.encode())
    until = certificate.not_valid_after_utc
    if until <= now:
        sentence = _("This certificate ended on %(until)s. Paste one that is still good.")
        raise Unfit(sentence % {"until": until.date()})
    return PublicKey(accepted(certificate.public_key()), until)


def of_jwk(text: str) -> PublicKey:
    """Return the key of a JWK, or of a set with one in it."""
    given = msgspec.json.decode(text, type=dict[str, Any])
    keys = msgspec.convert(given.get("keys", [given]), list[dict[str, Any]])
    if any(one.get("kty") == "oct" or PRIVATE_MEMBERS & one.keys() for one in (given, *keys)):
        raise private()
    if len(keys) != 1:
        raise several()
    (one,) = keys
    if one.get("use", "sig") != "sig":
        raise Unfit(_("This key is for encryption. Paste one that verifies signatures."))
    numbers = {name: one[name] for name in ("n", "e", "crv", "x", "y") if name in one}
    binding: Any = KINDS[one["kty"]].binding  # of the key as it is, whatever it says of itself
    return PublicKey(accepted(binding.import_public_key(msgspec.convert(numbers, dict[str, str]))))


def accepted(key: Any) -> Jose:
    """Return the key as the library has it that verifies; raises `Unfit` for a weak one.

    Made anew from its numbers: the same key has one thumbprint, however it was spelled.
    """
    match key:
        case RSAPublicKey() if key.key_size in RSA_BITS and key.public_numbers().e == RSA_EXPONENT:
            return RSAKey.import_key(key)
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return ECKey.import_key(key)
        case Ed25519PublicKey():
            return OKPKey.import_key(key)
    raise Unfit(
        _(
            "A key of this kind or size is not safe enough, or not known here. "
            "Make one of RSA with 3072 bits, P-256 or Ed25519."
        )
    )


def private() -> Unfit:
    return Unfit(
        _(
            "This is a private key, which should never leave your machine. It was not kept. "
            "Throw this pair away, make a new one, and paste the public half only."
        )
    )


def several() -> Unfit:
    return Unfit(_("This is more than one key. Paste one; of a chain of certificates, your own."))


def unreadable() -> Unfit:
    return Unfit(
        _(
            "This is not a public key that can be read. Paste a text that begins with "
            "BEGIN PUBLIC KEY or BEGIN CERTIFICATE, or a JWK."
        )
    )
