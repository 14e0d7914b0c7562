"""Public keys as people paste them; keys and certificates are made by openssl."""

import json
import logging
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from sluis.server.public_keys import ALGORITHMS, TEXT_CHARACTERS, Unfit, read, verifies
from tests.server.identity.pairs import KINDS, Pair, openssl, segment

NOW = datetime.now(UTC)
PAIRS = {kind: Pair(kind) for kind in KINDS}
RSA, EC = PAIRS["RSA"], PAIRS["EC"]

# RFC 7638, 3.1
OF_THE_RFC = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJ"
    "ECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qvz"
    "qY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0"
    "fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


def certificate(pair, tmp_path, days="30"):
    key = tmp_path / "key.pem"
    key.write_text(pair.private)
    subject = ("-subj", "/CN=Planner", "-days", days)
    return openssl("req", "-x509", "-new", "-key", str(key), *subject)


def thumbprint(jwk):
    """Return it as RFC 7638 has it: required members, in order, without spaces."""
    required = {"RSA": "e kty n", "EC": "crv kty x y", "OKP": "crv kty x"}[jwk["kty"]].split()
    text = json.dumps({name: jwk[name] for name in required}, separators=(",", ":"))
    return segment(sha256(text.encode()).digest())


@pytest.mark.parametrize(
    ("kind", "name"), [("RSA", "RSA 2048"), ("EC", "P-256"), ("Ed25519", "Ed25519")]
)
def test_reads_every_spelling_of_a_key_alike(kind, name, tmp_path):
    pair = PAIRS[kind]
    jwk = pair.jwk()
    for text in (
        pair.public,
        pair.public.replace("\n", "\r\n"),
        f"\ufeff  {pair.public}\n\n",
        f"from the file of Anna\n{pair.public}",
        json.dumps(jwk),
        json.dumps(jwk | {"use": "sig", "kid": "mine", "alg": "x", "key_ops": ["verify"]}),
        json.dumps({"keys": [jwk]}, indent=4),
        certificate(pair, tmp_path),
    ):
        found = read(text, NOW)
        assert (found.kind, found.thumbprint, found.pem) == (name, thumbprint(jwk), pair.public)


def test_reads_an_rsa_key_as_pkcs_1_has_it():
    text = openssl("rsa", "-pubin", "-RSAPublicKey_out", given=RSA.public)
    assert "BEGIN RSA PUBLIC KEY" in text
    assert read(text, NOW).pem == RSA.public


def test_a_key_has_the_name_that_the_rfc_computes():
    found = read(json.dumps(OF_THE_RFC), NOW)
    assert found.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_number_with_zeros_before_it_is_the_same_key():
    jwk = EC.jwk()
    padded = jwk | {"x": segment(b"\0" + bytes_of(jwk["x"]))}
    assert read(json.dumps(padded), NOW).thumbprint == thumbprint(jwk)


def bytes_of(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_key_goes_with_its_certificate(tmp_path):
    until = read(certificate(EC, tmp_path), NOW).good_until
    assert timedelta(days=29) < until - NOW < timedelta(days=31)
    assert read(EC.public, NOW).good_until is None


def test_refuses_a_certificate_that_has_ended(tmp_path):
    with pytest.raises(Unfit, match="This certificate ended on"):
        read(certificate(EC, tmp_path), NOW + timedelta(days=31))


def encrypted(pair):
    return openssl(
        "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:x", given=pair.private
    )


PRIVATE = {
    "PKCS 8": EC.private,
    "PKCS 8 with a password": encrypted(EC),
    "PKCS 1": openssl("rsa", "-traditional", given=RSA.private),
    "SEC 1": openssl("ec", given=EC.private),
    "OpenSSH": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n",
    "PuTTY": "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAAIG\n",
    "cut off": EC.private[:60],
    "in other letters": EC.private.lower(),
    "behind the public key": EC.public + EC.private,
    "RSA as a JWK": json.dumps(RSA.jwk(private=True)),
    "EC as a JWK": json.dumps(EC.jwk(private=True)),
    "Ed25519 as a JWK": json.dumps(PAIRS["Ed25519"].jwk(private=True)),
    "in a set": json.dumps({"keys": [RSA.jwk(), EC.jwk(private=True)]}),
    "a secret as a JWK": json.dumps({"kty": "oct", "k": "c2VjcmV0"}),
}


@pytest.mark.parametrize("text", PRIVATE.values(), ids=PRIVATE)
def test_refuses_a_private_key_and_says_so(text, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Unfit, match="This is a private key") as refusal:
        read(text, NOW)
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)
    assert not caplog.records


def of(*arguments):
    return openssl("pkey", "-pubout", given=openssl("genpkey", *arguments))


def with_exponent(number):
    numbers = rsa.RSAPublicNumbers(number, RSA_NUMBER)
    return (
        numbers.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    )


RSA_NUMBER = int.from_bytes(bytes_of(RSA.jwk()["n"]), "big")
WEAK = {
    "RSA of 1024 bits": of("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
    "RSA of 9000 bits": json.dumps(
        {"kty": "RSA", "e": "AQAB", "n": segment(((1 << 8_999) + 1).to_bytes(1_125, "big"))}
    ),
    "RSA with the exponent 3": with_exponent(3),
    "P-384": of("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "secp256k1": of("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
    "Ed448": of("-algorithm", "ED448"),
    "X25519": of("-algorithm", "X25519"),
    "P-384 as a JWK": json.dumps({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}),
}


@pytest.mark.parametrize("text", WEAK.values(), ids=WEAK)
def test_refuses_keys_that_are_weak_or_of_no_use(text):
    with pytest.raises(Unfit):
        read(text, NOW)


UNREADABLE = {
    "nothing": "",
    "words": "Here is our key.",
    "a request for a certificate": "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n",
    "an OpenSSH key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDg2 anna@example.org",
    "a key that is cut off": EC.public[:80],
    "a certificate that is cut off": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "one line that is wrong": EC.public.replace("MFk", "MFx"),
    "an empty object": "{}",
    "JSON cut off": '{"kty":',
    "JSON in JSON in JSON": '{"keys":' * 5_000,
    "a kind nobody knows": '{"kty": "XYZ"}',
    "a kind that is a list": '{"kty": ["RSA"]}',
    "a kind that is a dictionary": '{"kty": {"a": 1}}',
    "no number": '{"kty": "RSA", "e": "AQAB"}',
    "a number that is none": '{"kty": "RSA", "e": "AQAB", "n": 7}',
    "a number that is empty": '{"kty": "RSA", "e": "AQAB", "n": ""}',
    "an exponent of one": json.dumps(RSA.jwk() | {"e": "AQ"}),
    "an even exponent": json.dumps(RSA.jwk() | {"e": "Ag"}),
    "a point that is not on the curve": json.dumps(EC.jwk() | {"y": EC.jwk()["x"]}),
    "the point at infinity": json.dumps(EC.jwk() | {"x": "AA", "y": "AA"}),
    "a curve nobody knows": json.dumps(EC.jwk() | {"crv": "P-257"}),
    "an Ed25519 key that is too short": '{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}',
    "keys that are no list": '{"keys": {}}',
    "keys that are no keys": '{"keys": ["x"]}',
    "half a character": "\ud800",
    "letters outside ASCII": EC.public.replace("MFk", "MFé"),
    "too much": EC.public + " x" * TEXT_CHARACTERS,
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_refuses_what_it_cannot_read(text):
    with pytest.raises(Unfit, match="not a public key that can be read"):
        read(text, NOW)


@pytest.mark.parametrize(
    "text",
    [EC.public + RSA.public, json.dumps({"keys": [EC.jwk(), RSA.jwk()]}), json.dumps({"keys": []})],
)
def test_refuses_several(text):
    with pytest.raises(Unfit, match=r"more than one|read"):
        read(text, NOW)


def test_refuses_a_key_for_encryption():
    with pytest.raises(Unfit, match="encryption"):
        read(json.dumps(EC.jwk() | {"use": "enc"}), NOW)


@given(st.text() | st.binary().map(lambda some: f"-----BEGIN PUBLIC KEY-----\n{some}"))
def test_has_no_fault_whatever_the_text_is(text):
    with pytest.raises(Unfit):
        read(text, NOW)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "n", "e", "x", "y", "use", "keys"]),
        st.sampled_from(
            ["RSA", "EC", "OKP", "P-256", "Ed25519", "AQAB", "", None, 1, [], {}, [{}]]
        ),
    )
)
def test_has_no_fault_whatever_the_object_is(members):
    with pytest.raises(Unfit):
        read(json.dumps(members), NOW)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_key_verifies_with_its_own_algorithms_only(kind, algorithm):
    own = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "Ed25519": ("EdDSA", "Ed25519")}[kind]
    signing = jwt.get_algorithm_by_name("EdDSA" if algorithm == "Ed25519" else algorithm)
    for pair in PAIRS.values():
        try:
            signature = signing.sign(b"text", signing.prepare_key(pair.private))
        except (TypeError, jwt.InvalidKeyError):  # the library knows that they do not go together
            signature = bytes(64)
        expected = pair is PAIRS[kind] and algorithm in own
        assert verifies(PAIRS[kind].public, algorithm, b"text", signature) is expected
        assert not verifies(PAIRS[kind].public, algorithm, b"texts", signature)
