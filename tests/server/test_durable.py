"""What the database must do before anything is acknowledged."""

from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.db import connection

from sluis.server import durable
from sluis.server.config import ConfigurationError

MOUNTED = r"""
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/vdb /home/port/data xfs rw 0 0
//server/share /mnt/the\040share cifs rw 0 0
/dev/vdc /srv ext4 rw 0 0
server:/srv /srv nfs rw 0 0
""".lstrip()


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    made = tmp_path / "mounts"
    made.write_text(MOUNTED)
    monkeypatch.setattr(durable, "MOUNTS", made)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/sluis", "ext4"),
        ("/home/port/sluis", "nfs4"),
        ("/home/port/data/sluis", "xfs"),
        ("/home/port/database", "nfs4"),
        ("/mnt/the share/sluis", "cifs"),
        ("/mnt/the", "ext4"),
        pytest.param("/srv/sluis", "nfs", id="mounted over another"),
    ],
)
def test_knows_what_a_folder_lies_on(mounted, path, kind):
    assert durable.file_system(Path(path)) == kind


def test_does_not_know_where_no_system_says(tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "MOUNTS", tmp_path / "absent")
    assert durable.file_system(tmp_path) is None


@pytest.mark.sqlite
@pytest.mark.django_db
def test_refuses_a_network(mounted):
    with pytest.raises(ConfigurationError, match=r"1. /home/sluis lies on a network \(nfs4\)"):
        durable.refuse_unsafe(msgspec.structs.replace(settings.CONFIG, home="/home/sluis"))
    durable.refuse_unsafe(msgspec.structs.replace(settings.CONFIG, home="/var/lib/sluis"))


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_refuses_to_answer_before_it_flushes():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
    try:
        with pytest.raises(ConfigurationError, match="a power cut loses data"):
            durable.refuse_unsafe(settings.CONFIG)
    finally:
        connection.close()  # the next one is as the settings have it
    durable.refuse_unsafe(settings.CONFIG)
