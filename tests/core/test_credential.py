import re
from hashlib import sha256

import pytest

from sluis.core.credential import (
    derived,
    digest,
    new_client_secret,
    new_subscription_key,
    tail,
)


def test_a_subscription_key_has_the_form_that_clients_know():
    assert re.fullmatch("[0-9a-f]{32}", new_subscription_key())


def test_a_client_secret_needs_no_quoting_in_a_form():
    assert re.fullmatch("[A-Za-z0-9_-]{43}", new_client_secret())


@pytest.mark.parametrize("mint", [new_subscription_key, new_client_secret])
def test_no_two_are_alike(mint):
    assert len({mint() for _ in range(1_000)}) == 1_000


def test_a_digest_hangs_on_the_pepper():
    assert digest("key", b"pepper") == sha256(b"pepperkey").digest()
    assert digest("key", b"pepper") != digest("key", b"salt")


@pytest.mark.parametrize("secret", ["", "é", "\ud800", "k" * 10_000])
def test_whatever_is_sent_has_a_digest(secret):
    assert len(digest(secret, b"pepper")) == 32


def test_what_is_derived_hangs_on_the_key_and_on_the_label():
    made = {derived(key, label) for key in (b"a" * 32, b"b" * 32) for label in ("django", "pepper")}
    assert len(made) == 4
    assert derived(b"a" * 32, "pepper") == derived(b"a" * 32, "pepper")


def test_what_is_derived_is_as_long_as_asked():
    assert len(derived(b"key", "label", length_bytes=16)) == 16


def test_people_tell_keys_apart_by_their_ends():
    assert tail("0123456789abcdef") == "cdef"
