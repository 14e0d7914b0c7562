"""The server's own certificate: a small CA made at the first run, and a leaf that it renews.

For development and for sites behind no proxy. It signs servers only; the authorities that
sign clients live in the database, per environment, and never sign for this.
"""

import fcntl
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
LEAF_DAYS = 397  # browsers refuse longer ones
RENEW_DAYS = 30
CLOCK_SKEW = timedelta(minutes=5)
ADDRESSES = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Files:
    """Paths of PEM files: `authority` verifies what `certificate` shows."""

    authority: Path
    certificate: Path
    key: Path


def files(directory: Path, names: list[str]) -> Files:
    """Return the server's own files; makes what is missing and renews what ends within 30 days.

    `names` are names of hosts, or addresses, beside those of this machine.
    """
    folder = directory / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Files(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority_key = folder / "ca.key"
    names = list(dict.fromkeys(["localhost", *names, *ADDRESSES]))
    with (folder / "lock").open("w") as file:  # several processes may start at once
        fcntl.flock(file, fcntl.LOCK_EX)
        if ends_soon(made.authority) or not authority_key.exists():
            make_authority(made.authority, authority_key)
            made.certificate.unlink(missing_ok=True)
        if (
            ends_soon(made.certificate)
            or not made.key.exists()
            or names_of(made.certificate) != set(names)
        ):
            make_leaf(made, authority_key, names)
    return made


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return what the TLS listener works with: TLS 1.2 and 1.3, forward secrecy."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    made.load_cert_chain(certificate, key)
    made.set_alpn_protocols(["http/1.1"])
    return made


def ends_soon(path: Path) -> bool:
    if not path.exists():
        return True
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return ends < datetime.now(UTC) + timedelta(days=RENEW_DAYS)


def names_of(path: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    return {*found.get_values_for_type(x509.DNSName), *map(str, addresses)}


def make_authority(path: Path, key_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sluis server CA of this machine")])
    certificate = (
        builder(name, name, key.public_key(), CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    write_key(key_path, key)
    path.write_bytes(certificate.public_bytes(Encoding.PEM))


def make_leaf(made: Files, authority_key: Path, names: list[str]) -> None:
    signer = load_pem_private_key(authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{authority_key} holds no EC key.")
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        builder(subject, authority.subject, key.public_key(), LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(general_name, names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, SHA256())
    )
    write_key(made.key, key)
    made.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
