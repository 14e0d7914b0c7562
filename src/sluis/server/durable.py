"""Whether what is acknowledged stays: looked at before anything is."""

from pathlib import Path

from django.db import connection

from sluis.server.config import Config, ConfigurationError

MOUNTS = Path("/proc/self/mounts")  # of Linux; elsewhere nobody says what lies where
# Locks and shared memory of these are not those of one machine, on which SQLite relies.
NETWORKS = frozenset(
    "afs ceph cifs fuse.cephfs fuse.glusterfs fuse.s3fs fuse.sshfs glusterfs lustre ncpfs nfs nfs4"
    " smb3 smbfs".split()
)


def refuse_unsafe(config: Config) -> None:
    """Raise `ConfigurationError` where SQLite would lose what it was given."""
    found = [] if config.database_url else faults(config)
    if found:
        raise ConfigurationError("\n".join(f"{n}. {text}" for n, text in enumerate(found, 1)))


def faults(config: Config) -> list[str]:
    """Return what is wrong with how the database keeps things, a sentence each."""
    found = []
    if not flushes_before_answering():
        found.append(f"{connection.vendor} answers before it flushes: a power cut loses data.")
    kind = None if config.database_url else file_system(config.directory)
    if kind in NETWORKS:
        found.append(
            f"{config.directory} lies on a network ({kind}), where SQLite loses data. Choose a disk"
            " of this machine with SLUIS_HOME, or PostgreSQL with SLUIS_DATABASE_URL."
        )
    return found


def flushes_before_answering() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return bool(cursor.fetchone()[0] == 2)
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] != "off")


def file_system(path: Path) -> str | None:
    """Return the kind of file system that a path lies on; None where that is not known."""
    try:
        text = MOUNTS.read_text()
    except OSError:
        return None
    places = {path.resolve(), *path.resolve().parents}
    mounted = [line.split(" ")[1:3] for line in text.splitlines()]
    found = [(Path(unescaped(place)), kind) for place, kind in mounted]
    here = [(len(place.parts), kind) for place, kind in found if place in places]
    return max(reversed(here), key=lambda one: one[0])[1] if here else None  # the last one covers


def unescaped(place: str) -> str:
    """Return the name of a mount point, in which blanks are written as octal numbers."""
    return place.encode("latin-1", "backslashreplace").decode("unicode_escape")
