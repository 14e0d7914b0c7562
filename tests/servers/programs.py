"""The programs that the journeys use as any client would: `python -m tests.servers.programs`
installs what is missing.
"""

import os
import shutil

from tests.servers import Refusal
from tests.servers.chromium import attempt

PROGRAMS = ("curl", "openssl")


def missing():
    return [name for name in PROGRAMS if not shutil.which(name)]


if __name__ == "__main__":
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        attempt((("apt-get", "update"), ("apt-get", "install", "--yes", *missing())))
    if missing():
        raise Refusal(f"The tests need {' and '.join(missing())}: install them.")
