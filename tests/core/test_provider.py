"""The port as its desk has it; what is kept is JSON, and perhaps of a newer release."""

import pytest

from sluis.core.provider import OldDoor, Provider, Registration, in_force

PORT = Provider(
    slug="port",
    name="Port",
    summary={"en": "A port."},
    registration=Registration.OPEN,
    environments=(),
    doors=frozenset(OldDoor),
    identifiers=("TIN",),
    support_email="desk@port.example",
    support_address=("Quay 1",),
)


def test_is_as_published_where_its_desk_changed_nothing():
    assert in_force(PORT, {}) == PORT


@pytest.mark.parametrize(
    ("name", "kept", "read"),
    [
        ("name", "Haven", "Haven"),
        ("summary", {"en": "Two ports."}, {"en": "Two ports."}),
        ("support_email", "a@port.example", "a@port.example"),
        ("support_telephone", "03", "03"),
        ("support_address", [], ()),
        ("support_address", ["Quay 2", "2000 Antwerp"], ("Quay 2", "2000 Antwerp")),
        ("registration", "desk", Registration.DESK),
        ("doors", [], frozenset()),
        ("doors", ["key-in-query"], frozenset({OldDoor.KEY_IN_QUERY})),
    ],
)
def test_is_what_its_desk_made_it_and_else_the_same(name, kept, read):
    changed = in_force(PORT, {name: kept})
    assert getattr(changed, name) == read
    assert in_force(changed, {name: getattr(PORT, name)}) == PORT


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ({"doors": ["window", "password-grant"]}, {OldDoor.PASSWORD_GRANT}),
        ({"doors": ["window"]}, set()),
        ({"registration": "lottery"}, set(OldDoor)),
        ({"colour": "blue", "slug": "other", "identifiers": []}, set(OldDoor)),
    ],
)
def test_leaves_out_what_it_does_not_know(kept, read):
    found = in_force(PORT, kept)
    assert (found.slug, found.identifiers) == ("port", ("TIN",))
    assert (found.registration, found.doors) == (Registration.OPEN, read)
