import uuid

from hypothesis import given
from hypothesis import strategies as st

from sluis.core.named import named_uuid


@given(st.uuids(), st.text())
def test_names_as_the_standard_library_does(namespace: uuid.UUID, name: str) -> None:
    assert named_uuid(namespace, name) == str(uuid.uuid5(namespace, name))
