"""The certificate of the server: made at the first run, renewed, for all its names."""

import contextlib
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from sluis.server import tls

NAMES = ["localhost", "127.0.0.1", "::1"]


def handshake(files, name, *, trusted=None, minimum=None, maximum=None):
    """Return the version that a client and a server of these files agree upon."""
    server, client = socket.socketpair()
    context = ssl.create_default_context(cafile=trusted or files.authority)
    if maximum:
        with contextlib.suppress(DeprecationWarning):
            context.maximum_version = maximum

    def serve():
        with contextlib.suppress(OSError):
            tls.context(files.certificate, files.key).wrap_socket(server, server_side=True).close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with context.wrap_socket(client, server_hostname=name) as secured:
            return secured.version()
    finally:
        client.close()
        thread.join()
        server.close()


def loaded(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.fixture
def made(tmp_path):
    return tls.files(tmp_path, ["localhost"])


@pytest.mark.parametrize("name", NAMES)
def test_shows_who_it_is(made, name):
    assert handshake(made, name) == "TLSv1.3"


@pytest.mark.parametrize("name", ["sluis.example", "10.1.2.3", "2001:db8::1"])
def test_shows_who_it_is_under_the_name_that_is_published(tmp_path, name):
    files = tls.files(tmp_path, [name])
    for one in (name, *NAMES):
        assert handshake(files, one)


def test_is_nobody_else(made):
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(made, "sluis.example")


def test_is_not_trusted_under_another_authority(made, tmp_path):
    other = tls.files(tmp_path / "other", ["localhost"])
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(made, "localhost", trusted=other.authority)


def test_speaks_tls_1_2_and_nothing_older(made):
    assert handshake(made, "localhost", maximum=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert tls.context(made.certificate, made.key).minimum_version == ssl.TLSVersion.TLSv1_2


def test_keeps_its_keys_to_itself(made):
    for path in (made.key, made.authority.with_name("ca.key")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_stays_the_same_as_long_as_it_lasts(made, tmp_path):
    before = made.certificate.read_bytes()
    assert tls.files(tmp_path, ["localhost"]).certificate.read_bytes() == before


def aged(monkeypatch, days):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=days)

    monkeypatch.setattr(tls, "datetime", Later)


@pytest.mark.parametrize(
    ("days", "renewed"),
    [pytest.param(360, False, id="38 days left"), pytest.param(370, True, id="28 days left")],
)
def test_is_renewed_in_its_last_month_by_the_same_authority(
    made, tmp_path, monkeypatch, days, renewed
):
    leaf, authority = made.certificate.read_bytes(), made.authority.read_bytes()
    aged(monkeypatch, days)
    tls.files(tmp_path, ["localhost"])
    assert (made.certificate.read_bytes() != leaf) is renewed
    assert made.authority.read_bytes() == authority


def test_an_authority_that_ends_takes_its_leaf_along(made, tmp_path, monkeypatch):
    aged(monkeypatch, 3640)
    tls.files(tmp_path, ["localhost"])
    monkeypatch.undo()
    loaded(made.certificate).verify_directly_issued_by(loaded(made.authority))
    assert loaded(made.authority).not_valid_after_utc > datetime.now(UTC) + timedelta(days=7000)


@pytest.mark.parametrize("lost", ["server.key", "server.pem", "ca.key", "ca.pem"])
def test_makes_anew_what_was_lost(made, tmp_path, lost):
    made.certificate.with_name(lost).unlink()
    assert handshake(tls.files(tmp_path, ["localhost"]), "localhost")


def test_another_name_needs_another_certificate_of_the_same_authority(made, tmp_path):
    authority = made.authority.read_bytes()
    files = tls.files(tmp_path, ["sluis.example"])
    assert handshake(files, "sluis.example")
    assert files.authority.read_bytes() == authority


def test_processes_that_start_at_once_agree(tmp_path, monkeypatch):
    make_authority, found, made = tls.make_authority, [], []

    def made_slowly(*paths):
        made.append(paths)
        threading.Event().wait(0.1)  # in which another would look, and find nothing
        make_authority(*paths)

    monkeypatch.setattr(tls, "make_authority", made_slowly)

    def make():
        found.append(tls.files(tmp_path, ["localhost"]))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert all(handshake(files, "localhost") for files in found)


def test_signs_servers_only(made):
    leaf = loaded(made.certificate).extensions
    usage = leaf.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert not leaf.get_extension_for_class(x509.BasicConstraints).value.ca
