"""Power cuts and bad disks: a process is killed, and what it had not flushed is undone."""

import os
import shutil
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("powercut.c")
HEAD = struct.Struct("=qqq")  # offset, bytes that were there, size of the file before


class PowerCut:
    """The shim, compiled, for processes whose database lies in `home`."""

    def __init__(self, home, folder):
        self.home = Path(home).resolve()
        self.journals = Path(folder, "journals")
        self.journals.mkdir()
        self.library = compiled(Path(folder, "powercut.so"))

    @property
    def variables(self):
        return {
            "LD_PRELOAD": str(self.library),
            "POWERCUT_FILES": str(self.home),
            "POWERCUT_JOURNALS": str(self.journals),
            "POWERCUT_FAILING": str(self.journals.with_name("failing-")),
        }

    @contextmanager
    def failing(self, what):
        """Let each "flush" fail with an I/O error, or each "write" for want of room."""
        told = self.journals.with_name(f"failing-{what}")
        told.touch()
        try:
            yield
        finally:
            told.unlink()

    def undo(self):
        """Undo what was written and not flushed; return how many writes that were."""
        count = 0
        for journal in self.journals.iterdir():
            records = read(journal.read_bytes())
            path = self.home / journal.name
            if records and path.exists():
                with path.open("r+b") as file:
                    for offset, held, size in reversed(records):
                        file.seek(offset)
                        file.write(held)
                        file.truncate(size)
            count += len(records)
            journal.write_bytes(b"")
        for shared in self.home.glob("*-shm"):
            shared.unlink()  # memory of the processes: no disk ever had it
        return count


def read(journal):
    """Return the records; one that was cut off belongs to a write that did not happen."""
    records, at = [], 0
    while at + HEAD.size <= len(journal):
        offset, length, size = HEAD.unpack_from(journal, at)
        at += HEAD.size
        if at + length > len(journal):
            break
        records.append((offset, journal[at : at + length], size))
        at += length
    return records


def compiled(path):
    compiler = shutil.which("cc") or shutil.which("gcc")
    command = [compiler] if compiler else [sys.executable, "-m", "ziglang", "cc"]
    flags = ("-shared", "-fPIC", "-O1", "-o", path, SOURCE, "-ldl", "-lpthread")
    caches = {"ZIG_GLOBAL_CACHE_DIR": str(path.parent), "ZIG_LOCAL_CACHE_DIR": str(path.parent)}
    done = subprocess.run(
        [*command, *flags], capture_output=True, text=True, check=False, env=os.environ | caches
    )
    assert done.returncode == 0, done.stderr
    return path
