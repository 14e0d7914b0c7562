"""A slower disk: a shim that lets each flush of a server take 2 ms longer."""

import shutil
import subprocess
from pathlib import Path

from bench.install import NotInstalled, from_debian, last_line

SOURCE = Path(__file__).with_suffix(".c")
MICROSECONDS = 2_000


def variables(folder: Path) -> dict[str, str]:
    """Return what a server is started with. Raises `NotInstalled` without a C compiler."""
    if shutil.which("cc") is None:
        from_debian("gcc", "libc6-dev")
    library = folder / "slowflush.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"not compiled: {last_line(done.stderr)}")
    return {"LD_PRELOAD": str(library), "SLOWFLUSH_MICROSECONDS": str(MICROSECONDS)}
