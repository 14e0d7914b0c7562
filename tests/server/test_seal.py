import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.server.seal import Seal, Unsealable

SEAL = Seal(b"k" * 32)


@given(st.binary(max_size=5_000), st.text())
def test_opens_what_it_closed(secret, of):
    assert SEAL.open(SEAL.close(secret, of), of) == secret


def test_never_closes_twice_alike():
    assert len({SEAL.close(b"secret", "credential 1") for _ in range(100)}) == 100


def test_does_not_hold_the_secret_in_sight():
    assert b"secret" not in SEAL.close(b"a secret of the port", "credential 1")


def test_opens_nothing_that_was_moved_to_another_row():
    with pytest.raises(Unsealable, match="not as it was sealed"):
        SEAL.open(SEAL.close(b"secret", "credential 1"), "credential 2")


def test_every_bit_counts():
    sealed = SEAL.close(b"secret", "credential 1")
    for at in range(len(sealed)):
        for bit in (1, 128):
            changed = sealed[:at] + bytes([sealed[at] ^ bit]) + sealed[at + 1 :]
            with pytest.raises(Unsealable):
                SEAL.open(changed, "credential 1")


def test_nothing_shorter_opens():
    sealed = SEAL.close(b"secret", "credential 1")
    for length in range(len(sealed)):
        with pytest.raises(Unsealable):
            SEAL.open(sealed[:length], "credential 1")


def test_names_the_setting_when_the_key_is_another():
    with pytest.raises(Unsealable, match="SLUIS_SECRET_KEY"):
        Seal(b"other" * 8).open(SEAL.close(b"secret", "credential 1"), "credential 1")


def test_after_a_change_of_key_what_is_old_opens_and_what_is_new_needs_the_new_one():
    both = Seal(b"n" * 32, b"k" * 32)
    assert both.open(SEAL.close(b"old", "credential 1"), "credential 1") == b"old"
    new = both.close(b"new", "credential 1")
    assert Seal(b"n" * 32).open(new, "credential 1") == b"new"
    with pytest.raises(Unsealable):
        SEAL.open(new, "credential 1")
